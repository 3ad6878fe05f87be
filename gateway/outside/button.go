package outside

import (
	"context"
	"time"

	"parley/gateway/channel"
)

// Answering pressed buttons is a courtesy with a short life: the provider stops
// waiting by itself, so what does not get a place is left to that.
const (
	buttonPlaces  = 64
	buttonTimeout = 10 * time.Second
)

// Answer ends the waiting state of a button that a customer has pressed. It
// returns at once; what was pressed is durable before it is called.
func (o *Outside) Answer(channelID, callbackID string) {
	acc, adapter, ok := o.deps.Channels.Account(channelID)
	answerer, able := adapter.(channel.CallbackAnswerer)
	if !ok || !able || !o.begin() {
		return
	}
	go func() {
		defer o.end()
		ctx, cancel := context.WithTimeout(o.life, buttonTimeout)
		defer cancel()
		if err := answerer.AnswerCallback(ctx, acc, callbackID); err != nil {
			o.deps.Log.Info("a pressed button was not answered", "channel", channelID, "err", err)
		}
	}()
}

// begin takes one of the places; false when there is none, or after Close.
func (o *Outside) begin() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.answering == buttonPlaces || o.life.Err() != nil {
		return false
	}
	o.answering++
	o.answers.Add(1)
	return true
}

func (o *Outside) end() {
	o.mu.Lock()
	o.answering--
	o.mu.Unlock()
	o.answers.Done()
}

// Close gives up what is being answered and returns when nothing runs any more.
func (o *Outside) Close() {
	o.mu.Lock()
	o.stop()
	o.mu.Unlock()
	o.answers.Wait()
}
