package queue

import (
	"fmt"
	"testing"
	"time"
)

// filled gives a queue with chats waiting and members who are all full.
func filled(b *testing.B, chats, operators int) *State {
	b.Helper()
	s := New("sales", Builtin())
	settings := Settings{Name: "Sales", Rule: "least_busy"}
	for i := range operators {
		settings.Members = append(settings.Members, Person{ID: operator(i), Name: operator(i)})
	}
	must(b, s, Configure{Settings: settings})
	for i := range operators {
		must(b, s, Availability{Operator: operator(i), Version: 1, Active: true, Load: 5, Limit: 5})
	}
	for i := range chats {
		must(b, s, Wait{Chat: chatID(i), Since: start.Add(time.Duration(i) * time.Second)})
	}
	return s
}

func operator(i int) string { return fmt.Sprintf("operator-%04d", i) }
func chatID(i int) string   { return fmt.Sprintf("conversation-%06d.1", i) }

func must(b *testing.B, s *State, c Command) Change {
	b.Helper()
	got, err := Step(s, c, start)
	if err != nil {
		b.Fatal(err)
	}
	return got
}

// BenchmarkCycle is a day's work with everybody full: a slot becomes free, the
// oldest chat is asked for, held, taken, and a new one arrives. Each op is one Step.
func BenchmarkCycle(b *testing.B) {
	const chats, operators = 50_000, 1_000
	s := filled(b, chats, operators)
	next, version, steps := chats, uint64(1), 0
	b.ReportAllocs()
	b.ResetTimer()
	for steps < b.N {
		version++
		free := Availability{Operator: operator(next % operators), Version: version, Active: true, Load: 4, Limit: 5}
		ask := must(b, s, free).Effects[0].(Ask)
		version++
		must(b, s, Held{Operator: ask.Operator, Chat: ask.Chat, Version: version})
		must(b, s, Availability{Operator: ask.Operator, Version: version, Active: true, Load: 5, Limit: 5})
		must(b, s, Leave{Chat: ask.Chat, Why: "taken", By: Person{ID: ask.Operator}})
		must(b, s, Wait{Chat: chatID(next), Since: start.Add(time.Duration(next) * time.Second)})
		next++
		steps += 5
	}
}

// BenchmarkArrival is a quiet day: everybody is free, so the rule looks at
// every member for each chat.
func BenchmarkArrival(b *testing.B) {
	const operators = 1_000
	s := filled(b, 0, operators)
	for i := range operators {
		must(b, s, Availability{Operator: operator(i), Version: 2, Active: true, Limit: 1_000_000, LastTook: start.Add(time.Duration(i*7919%operators) * time.Second)})
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += 2 {
		must(b, s, Wait{Chat: chatID(i), Since: start})
		must(b, s, Leave{Chat: chatID(i), Why: "completed"})
	}
}

// BenchmarkDeclined is a queue whose only free member has declined much of what waits.
func BenchmarkDeclined(b *testing.B) {
	s := filled(b, 50_000, 1_000)
	got := must(b, s, Availability{Operator: operator(7), Version: 2, Active: true, Load: 4, Limit: 5})
	for range 1_000 {
		got = must(b, s, Declined{Operator: operator(7), Chat: got.Effects[0].(Ask).Chat, Why: "declined", Version: 2})
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i += 2 {
		must(b, s, Wait{Chat: "new.1", Since: start})
		must(b, s, Leave{Chat: "new.1", Why: "completed"})
	}
}

// BenchmarkView is what the shell reads to show an everyone queue.
func BenchmarkView(b *testing.B) {
	s := filled(b, 50_000, 10)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		if len(s.View()) != ViewLen {
			b.Fatal("short view")
		}
	}
}
