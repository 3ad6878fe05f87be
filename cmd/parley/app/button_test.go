package app_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"parley/config"
	"parley/gateway/channel/simulator"
)

// TestPressedButton: a pressed button is a line of the chat, and the customer's
// telephone stops waiting (answerCallbackQuery), whoever the chat belongs to.
func TestPressedButton(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	clara := s.operator("clara")
	customer := s.customer("demo-tg", 1)
	sent(t)(customer.Postback(deadline(t), "", "", "first"))
	answered(t, customer, 1)
	id := text(clara.push("chat.offered"), "chat", "id")
	clara.ask("chat.accept", object{"chat": id})
	sent(t)(customer.Postback(deadline(t), "", "", "second"))
	clara.push("chat.message", of(id))
	answered(t, customer, 2)
}

// TestButtonsDoNotHoldWebhooks: a provider that does not answer costs the webhook nothing, nor the end of the server.
func TestButtonsDoNotHoldWebhooks(t *testing.T) {
	t.Parallel()
	over := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-over:
		case <-r.Context().Done():
		}
	}))
	defer silent.Close()
	defer close(over)
	s := newStage(t, func(c *config.Config) { c.Channels[2].APIURL = silent.URL })
	for i := range 100 { // more than may be under way at once
		s.hook("demo-tg", fmt.Sprintf(`{"update_id":%d,"callback_query":{"id":"77%d","from":{"id":501,"is_bot":false,"first_name":"T"},"chat_instance":"1","data":"d%d",
			"message":{"message_id":%d,"date":%d,"chat":{"id":501,"type":"private","first_name":"T"},"text":"menu"}}}`, i+1, i, i, i+1, time.Now().Unix())).is(200)
	}
	began := time.Now()
	s.restart()
	if took := time.Since(began); took > 12*time.Second {
		t.Errorf("the server took %s to end", took)
	}
}

func answered(t *testing.T, c *simulator.Customer, n int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		changed, got := c.Changed(), 0
		for _, a := range c.Actions() {
			if a.Kind == "callback" {
				got++
			}
		}
		if got >= n {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			t.Fatalf("%d of %d pressed buttons were answered", got, n)
		}
	}
}
