package route_test

import (
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

// TestRoute: every durable word of one machine is a command of another, with
// nothing left out.
func TestRoute(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	anna := operator.Person{ID: "anna", Name: "Anna"}
	fromChat := func(e chat.Effect) (route.Tell, bool) { return route.FromConversation("k1", e) }
	fromAnna := func(e operator.Effect) (route.Tell, bool) { return route.FromOperator(anna, e) }
	fromSales := func(e queue.Effect) (route.Tell, bool) { return route.FromQueue("sales", e) }
	for _, tc := range []struct {
		name string
		got  func() (route.Tell, bool)
		want route.Tell
	}{
		{"enqueue", of(fromChat, chat.Effect(chat.Enqueue{Queue: "sales", Chat: "k1.1", Since: at})),
			route.Tell{To: route.Queue("sales"), Command: queue.Wait{Chat: "k1.1", Since: at}}},
		{"dequeue", of(fromChat, chat.Effect(chat.Dequeue{Queue: "sales", Chat: "k1.1", Why: "taken", By: chat.Person(anna)})),
			route.Tell{To: route.Queue("sales"), Command: queue.Leave{Chat: "k1.1", Why: "taken", By: queue.Person(anna)}}},
		{"grant", of(fromChat, chat.Effect(chat.Grant{Operator: "anna", Chat: "k1.2", Queue: "sales", Why: "transferred", Transfer: "h"})),
			route.Tell{To: route.Operator("anna"), Command: operator.Granted{Chat: "k1.2", Queue: "sales", Why: "transferred", Transfer: "h"}}},
		{"refuse", of(fromChat, chat.Effect(chat.Refuse{Operator: "boris", Chat: "k1.1", Code: "taken", By: chat.Person(anna)})),
			route.Tell{To: route.Operator("boris"), Command: operator.Refused{Chat: "k1.1", Code: "taken", By: anna}}},
		{"release", of(fromChat, chat.Effect(chat.Release{Operator: "anna", Chat: "k1.1", Reason: chat.ByTransfer, Child: "k1.2"})),
			route.Tell{To: route.Operator("anna"), Command: operator.Released{Chat: "k1.1", Reason: "transfer", Child: "k1.2"}}},
		{"reserve", of(fromChat, chat.Effect(chat.Reserve{Operator: "anna", Chat: "k1.1", Transfer: "h"})),
			route.Tell{To: route.Operator("anna"), Command: operator.Reserve{Chat: "k1.1", Transfer: "h"}}},
		{"unreserve", of(fromChat, chat.Effect(chat.Unreserve{Operator: "anna", Chat: "k1.1", Transfer: "h"})),
			route.Tell{To: route.Operator("anna"), Command: operator.Unreserve{Chat: "k1.1", Transfer: "h"}}},
		{"alias", of(fromChat, chat.Effect(chat.Alias{Conversation: "k4"})),
			route.Tell{To: route.Conversation("k4"), Command: chat.ForwardTo{Conversation: "k1"}}},
		{"claim", of(fromAnna, operator.Effect(operator.Claim{Chat: "k1.1", Queues: []string{"sales"}, Offered: true})),
			route.Tell{To: route.Conversation("k1"), Command: chat.Assign{Operator: chat.Person(anna), Chat: "k1.1", Queues: []string{"sales"}, Offered: true}}},
		{"claim of nothing", of(fromAnna, operator.Effect(operator.Claim{Chat: "nonsense"})),
			route.Tell{To: route.Operator("anna"), Command: operator.Refused{Chat: "nonsense", Code: "not_offered"}}},
		{"held", of(fromAnna, operator.Effect(operator.Held{Queue: "sales", Chat: "k1.1", Deadline: at, Version: 3})),
			route.Tell{To: route.Queue("sales"), Command: queue.Held{Operator: "anna", Chat: "k1.1", Deadline: at, Version: 3}}},
		{"declines", of(fromAnna, operator.Effect(operator.Declines{Queue: "sales", Chat: "k1.1", Why: "limit", Version: 3})),
			route.Tell{To: route.Queue("sales"), Command: queue.Declined{Operator: "anna", Chat: "k1.1", Why: "limit", Version: 3}}},
		{"availability", of(fromAnna, operator.Effect(operator.Tell{Queue: "sales", Availability: operator.Availability{
			Operator: "anna", Version: 3, Active: true, Load: 2, InProgress: 1, Limit: 5, LastTook: at,
		}})), route.Tell{To: route.Queue("sales"), Command: queue.Availability{
			Operator: "anna", Version: 3, Active: true, Load: 2, InProgress: 1, Limit: 5, LastTook: at,
		}}},
		{"confirm", of(fromAnna, operator.Effect(operator.Confirm{Chat: "k1.1", Transfer: "h"})),
			route.Tell{To: route.Conversation("k1"), Command: chat.SlotReserved{Operator: "anna", Transfer: "h"}}},
		{"deny", of(fromAnna, operator.Effect(operator.Deny{Chat: "k1.1", Transfer: "h"})),
			route.Tell{To: route.Conversation("k1"), Command: chat.SlotRefused{Operator: "anna", Transfer: "h"}}},
		{"ask", of(fromSales, queue.Effect(queue.Ask{Operator: "anna", Chat: "k1.1", Timeout: time.Minute})),
			route.Tell{To: route.Operator("anna"), Command: operator.Offer{Queue: "sales", Chat: "k1.1", Timeout: time.Minute}}},
		{"take back", of(fromSales, queue.Effect(queue.TakeBack{Operator: "boris", Chat: "k1.1", Why: "taken", By: queue.Person(anna)})),
			route.Tell{To: route.Operator("boris"), Command: operator.Withdraw{Queue: "sales", Chat: "k1.1", Why: "taken", By: anna}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, ok := tc.got()
			if !ok || got.To != tc.want.To || spell(got.Command) != spell(tc.want.Command) {
				t.Errorf("got %v %s, want %v %s", got.To, spell(got.Command), tc.want.To, spell(tc.want.Command))
			}
		})
	}
	for _, e := range []chat.Effect{chat.Deliver{}, chat.Fetch{}, chat.Identify{}, chat.Index{}, chat.Notify{}, chat.Touch{}} {
		if tell, ok := fromChat(e); ok {
			t.Errorf("%T is told to %v", e, tell.To)
		}
	}
}

func of[E any](translate func(E) (route.Tell, bool), e E) func() (route.Tell, bool) {
	return func() (route.Tell, bool) { return translate(e) }
}
