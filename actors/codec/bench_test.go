package codec

import (
	"testing"
	"time"

	"parley/actors/chat"
)

// usual is a conversation as most are while somebody has it.
func usual() chat.State {
	const id = "c7Xk2mQ9pLr4tVw8yZ3bNd"
	at := time.Date(2026, 3, 14, 9, 26, 53, 589793238, time.UTC)
	anna := chat.Person{ID: "01J9ZX3K5N7Q8R9S0T1V2W3X4Y", Name: "Anna Schmidt"}
	return chat.State{
		ID: id, Channel: "main", Provider: "messenger", Opened: 1, LastIn: at, UnreadAt: []int{8},
		Address: chat.Address{IDs: []chat.AddressID{{Type: "psid", Value: "24123412341234"}}},
		Contact: chat.Contact{ID: "01J9ZX3K5N7Q8R9S0T1V2W3X4Z", Name: "John Doe", Photo: "f01J9ZX3K5N7Q8R9S0T1V", Linked: true},
		Chat: chat.Chat{
			ID: chat.ChatID(id, 1), Number: 1, Root: 1, Phase: chat.InProgress, Queue: "support", Owner: anna,
			CreatedAt: at, AcceptedAt: at, LastAt: at, Preview: "Where is my parcel? I have been waiting for it", Position: 8, ReadTo: 7, Unread: 1,
		},
		Outgoing: []chat.Outgoing{
			{Message: chat.MessageID(chat.ChatID(id, 1), 5), State: chat.Delivered, At: at},
			{Message: chat.MessageID(chat.ChatID(id, 1), 7), State: chat.Sent, At: at},
		},
		Marks: chat.Marks{Delivered: at, Read: at},
	}
}

func usualMessage() chat.Message {
	c := usual().Chat
	return chat.Message{
		ID: chat.MessageID(c.ID, 7), Chat: c.ID, Position: 7, At: c.LastAt, Direction: chat.Out,
		Author: chat.Author{Kind: chat.Operator, ID: c.Owner.ID, Name: c.Owner.Name}, State: chat.Sent,
		Text:      "Good morning, your parcel left our warehouse yesterday and should be with you by noon.",
		Providers: []string{"m_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWxYz01234567"}, ClientID: "c0ffee-1234-5678",
	}
}

func BenchmarkAppendConversation(b *testing.B) {
	s, buf := usual(), make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendConversation(buf[:0], s)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkConversation(b *testing.B) {
	buf := AppendConversation(nil, usual())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Conversation(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendMessage(b *testing.B) {
	m, buf := usualMessage(), make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendMessage(buf[:0], m)
	}
	b.ReportMetric(float64(len(buf)), "bytes")
}

func BenchmarkMessage(b *testing.B) {
	buf := AppendMessage(nil, usualMessage())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Message(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	var step any = chat.Assign{Operator: usual().Chat.Owner, Chat: usual().Chat.ID, Queues: []string{"support", "sales"}}
	buf := make([]byte, 0, 4096)
	b.ReportAllocs()
	for b.Loop() {
		buf, _ = AppendStep(buf[:0], step)
		if _, err := Step(buf); err != nil {
			b.Fatal(err)
		}
	}
}
