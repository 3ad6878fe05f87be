package wire_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"parley/actors/chat"
	"parley/actors/view"
	"parley/gateway/wire"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var t0 = time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.FixedZone("MSK", 3*3600))

func waiting() view.Chat {
	return view.Chat{
		Conversation: "c0nv", Version: 3,
		Channel: view.Channel{ID: "acme-tg", Provider: "telegram", Name: "Acme bot"},
		Queue:   view.Named{ID: "sales", Name: "Sales"},
		Contact: chat.Contact{ID: "p1", Name: `Zoë <b>"&`},
		Chat: chat.Chat{
			ID: "c0nv.2", Number: 2, Phase: chat.Waiting, Queue: "sales", Parent: "c0nv.1",
			CreatedAt: t0, LastAt: t0, Preview: "hello \u2028 there", Position: 1, Unread: 1,
			Draft: "must not be seen",
		},
		Deadline: t0.Add(5 * time.Minute),
	}
}

func owned() view.Chat {
	v := waiting()
	v.Deadline = time.Time{}
	v.WindowCloses = t0.Add(24 * time.Hour)
	v.Lost = true
	v.Contact.Photo = "photo-file"
	v.Chat.Phase, v.Chat.Owner = chat.InProgress, chat.Person{ID: "anna", Name: "Anna Orlova"}
	v.Chat.AcceptedAt, v.Chat.Draft, v.Chat.Parent = t0.Add(time.Second), "dear Zoë", ""
	return v
}

func incoming() chat.Message {
	return chat.Message{
		ID: "c0nv.2.1", Chat: "c0nv.2", Position: 1, At: t0, Direction: chat.In,
		Author: chat.Author{Kind: chat.Customer, ID: "p1", Name: "Zoë"}, Text: "hello <script>", Sub: "text",
		Attachments: []chat.Attachment{
			{ID: "f1", Kind: "image", Name: "a.jpg", Mime: "image/jpeg", Size: 12, State: chat.Pending, Source: chat.Source{URL: "https://secret"}},
			{ID: "f2", Kind: "location", State: chat.Stored},
			{ID: "f3", Kind: "contact", State: chat.Stored, Card: `{"name":"Bob"}`},
		},
		Reactions: []chat.Reaction{{By: "customer", Emoji: "👍"}},
	}
}

func deleted() chat.Message {
	m := incoming()
	m.Deleted = true
	return m
}

func outgoing() chat.Message {
	return chat.Message{
		ID: "c0nv.2.2", Chat: "c0nv.2", Position: 2, At: t0, Direction: chat.Out, State: chat.Failed,
		Author: chat.Author{Kind: chat.Operator, ID: "anna", Name: "Anna Orlova"}, Text: "hi", ReplyTo: "c0nv.2.1",
		Error: chat.Problem{Code: "window_closed", Text: "too late"}, ClientID: "k1", Providers: []string{"mid.1"},
	}
}

// Every frame of the protocol, as it goes over the wire.
func TestFramesAreSpelledAsTheContractSays(t *testing.T) {
	t.Parallel()
	enc := wire.Encoder{}
	push := func(seq uint64, b view.Body) []byte { return enc.Push(view.Push{Seq: seq, Body: b}) }
	both := []chat.Message{incoming(), outgoing()}
	snapshot := &view.Snapshot{
		Operator: view.Operator{ID: "anna", Name: "Anna Orlova", Preferred: "active", Effective: "active", Reason: "chosen", Load: 1, Limit: 5},
		Offers:   []view.Chat{waiting()}, Waiting: map[string]int{"sales": 1, "support": 0},
		Chats: []view.Assigned{{Chat: owned(), Messages: both}},
	}
	id := json.RawMessage("7")
	frames := map[string][]byte{
		"hello_snapshot":       enc.Hello(view.Hello{Epoch: "e1", Seq: 41, Snapshot: snapshot}),
		"hello_empty":          enc.Hello(view.Hello{Epoch: "e1", Snapshot: &view.Snapshot{}}),
		"hello_resumed":        enc.Hello(view.Hello{Epoch: "e1", Seq: 40, Resumed: true}),
		"ping":                 wire.PingFrame(18446744073709551615),
		"chat_offered":         push(1, view.Offered{Chat: waiting()}),
		"chat_withdrawn":       push(2, view.Withdrawn{Chat: "c0nv.2", Reason: "taken", By: chat.Person{ID: "boris", Name: "Boris"}}),
		"chat_withdrawn_by_no": push(3, view.Withdrawn{Chat: "c0nv.2", Reason: "expired"}),
		"chat_assigned":        push(4, view.Took{Chat: owned(), Messages: both, Why: "accepted"}),
		"chat_message":         push(5, view.Said{Chat: "c0nv.2", Message: incoming()}),
		"chat_message_updated": push(6, view.Amended{Chat: "c0nv.2", Message: outgoing()}),
		"chat_message_deleted": push(14, view.Amended{Chat: "c0nv.2", Message: deleted()}),
		"chat_updated":         push(7, view.Updated{Chat: owned()}),
		"chat_updated_waiting": push(8, view.Updated{Chat: waiting()}),
		"chat_completed":       push(9, view.Ended{Chat: "c0nv.2", Reason: "transfer", Child: "c0nv.3"}),
		"chat_completed_alone": push(10, view.Ended{Chat: "c0nv.2", Reason: "operator"}),
		"queue_waiting":        push(11, view.Waiting{Counts: map[string]int{"sales": 2}}),
		"queue_waiting_none":   push(12, view.Waiting{}),
		"operator_status":      push(13, view.Status{Preferred: "inactive", Effective: "inactive", Reason: "offer_expired", Load: 1, Limit: 5}),
		"reply_empty":          wire.Done(id, wire.Empty{}),
		"reply_status":         wire.Done(id, wire.StatusReply{Status: "active"}),
		"reply_accept":         wire.Done(id, wire.AssignedOf(view.Assigned{Chat: owned()})),
		"reply_message":        wire.Done(id, wire.MessageReply{Message: wire.MessageOf(outgoing())}),
		"reply_history":        wire.Done(id, wire.HistoryReply{Messages: wire.MessagesOf(both), More: true}),
		"reply_transfer":       wire.Done(id, wire.TransferReply{Chat: "c0nv.3"}),
		"reply_targets": wire.Done(id, wire.TargetsReply{
			Queues:    []wire.QueueTarget{{ID: "sales", Name: "Sales", Waiting: 1, Free: 2}},
			Operators: []wire.OperatorTarget{{ID: "boris", Name: "Boris", Indicator: "grey", Load: 5, Limit: 5}},
		}),
		"reply_error": wire.Refused(json.RawMessage(`"x"`), wire.Error{Code: "taken", Message: "somebody else has the chat", By: &wire.Ref{ID: "boris", Name: "Boris"}}),
	}
	for name, frame := range frames {
		t.Run(name, func(t *testing.T) { compare(t, name, frame) })
	}
}

func TestAPushSpeltOnceIsTheSameUnderEveryNumber(t *testing.T) {
	t.Parallel()
	var encoder wire.Encoder
	for _, body := range []view.Body{
		view.Offered{Chat: waiting()},
		view.Withdrawn{Chat: "c0nv.2", Reason: "taken", By: chat.Person{ID: "boris", Name: "Boris"}},
	} {
		spelt := encoder.Spell(body)
		for _, seq := range []uint64{1, 42, 1 << 40, 1<<64 - 1} {
			if got, want := encoder.Number(seq, spelt), encoder.Push(view.Push{Seq: seq, Body: body}); !bytes.Equal(got, want) {
				t.Errorf("%s\nis not\n%s", got, want)
			}
		}
	}
	if encoder.Spell(nil) != nil {
		t.Error("there are words for nothing")
	}
}

func compare(t *testing.T, name string, frame []byte) {
	t.Helper()
	if bytes.ContainsRune(frame, '\n') {
		t.Fatalf("a frame is one line: %s", frame)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, frame, "", "  "); err != nil {
		t.Fatalf("%v: %s", err, frame)
	}
	pretty.WriteByte('\n')
	path := filepath.Join("testdata", name+".json")
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Errorf("frame differs from %s:\n%s", path, pretty.Bytes())
	}
}

func TestPositionIsReadFromPushesAndHellos(t *testing.T) {
	t.Parallel()
	enc := wire.Encoder{}
	cases := map[string]struct {
		frame []byte
		seq   uint64
		ok    bool
	}{
		"push":  {enc.Push(view.Push{Seq: 77, Body: view.Waiting{}}), 77, true},
		"hello": {enc.Hello(view.Hello{Epoch: "01J-x", Seq: 5, Resumed: true}), 5, true},
		"reply": {wire.Done(json.RawMessage("3"), wire.Empty{}), 0, false},
		"ping":  {wire.PingFrame(9), 0, false},
		"empty": {nil, 0, false},
	}
	for name, c := range cases {
		if seq, ok := wire.Position(c.frame); seq != c.seq || ok != c.ok {
			t.Errorf("%s: got %d, %v", name, seq, ok)
		}
	}
}

func BenchmarkChatMessageFrame(b *testing.B) {
	enc, p := wire.Encoder{}, view.Push{Seq: 1, Body: view.Said{Chat: "c0nv.2", Message: incoming()}}
	b.ReportAllocs()
	for b.Loop() {
		enc.Push(p)
	}
}
