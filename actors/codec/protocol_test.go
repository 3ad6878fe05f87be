package codec

import (
	"reflect"
	"slices"
	"testing"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

// Whatever a machine wants of another can be stored: a new effect shows here
// before it is lost on the way to the outbox.
func TestEveryDurableEffectIsStored(t *testing.T) {
	t.Parallel()
	const conversation = "c7Xk2mQ9"
	who := operator.Person{ID: "anna", Name: "Anna"}
	chats := []chat.Effect{
		full[chat.Enqueue](), full[chat.Dequeue](), full[chat.Grant](), full[chat.Refuse](), full[chat.Release](),
		full[chat.Reserve](), full[chat.Unreserve](), full[chat.Alias](),
		full[chat.Deliver](), full[chat.Fetch](), full[chat.Identify](), full[chat.Index](),
		chat.Notify{}, chat.Touch{},
	}
	complete(t, "../chat", chats)
	for _, e := range chats {
		switch e.(type) {
		case chat.Notify, chat.Touch: // may be lost
		case chat.Deliver, chat.Fetch, chat.Identify, chat.Index:
			if _, err := AppendWork(nil, e); err != nil {
				t.Error(err)
			}
		default:
			tell, ok := route.FromConversation(conversation, e)
			storable(t, e, tell, ok)
		}
	}

	id := chat.ChatID(conversation, 1) // these find their conversation by the chat
	operators := []operator.Effect{
		operator.Claim{Chat: id, Queues: []string{"support"}, Offered: true}, full[operator.Held](), full[operator.Declines](),
		full[operator.Tell](), operator.Confirm{Chat: id, Transfer: "t"}, operator.Deny{Chat: id, Transfer: "t"},
	}
	complete(t, "../operator", operators)
	for _, e := range operators {
		tell, ok := route.FromOperator(who, e)
		storable(t, e, tell, ok)
	}

	queues := []queue.Effect{full[queue.Ask](), full[queue.TakeBack]()}
	complete(t, "../queue", queues)
	for _, e := range queues {
		tell, ok := route.FromQueue("support", e)
		storable(t, e, tell, ok)
	}
}

// complete fails unless the list has every effect of a machine's package.
func complete[E any](t *testing.T, dir string, list []E) {
	t.Helper()
	var names []string
	for _, e := range list {
		names = append(names, reflect.TypeOf(e).Name())
	}
	want := methods(t, dir, "effect")
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("the effects of %s are %v, known here: %v", dir, want, names)
	}
}

func storable(t *testing.T, effect any, tell route.Tell, ok bool) {
	t.Helper()
	if !ok {
		t.Errorf("%T has no way to another entity", effect)
		return
	}
	b, err := AppendStep(nil, tell.Command)
	if err != nil {
		t.Errorf("%T: %v", effect, err)
		return
	}
	if got, err := Step(b); err != nil || !reflect.DeepEqual(got, tell.Command) {
		t.Errorf("%T became %T\n%s%v", effect, got, dump(got), err)
	}
}
