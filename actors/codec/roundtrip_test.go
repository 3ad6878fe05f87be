package codec

import (
	"bytes"
	"errors"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/actors/chat"
)

// A domain struct that gains a field which is not stored fails here.
func TestEveryFieldIsCarried(t *testing.T) {
	t.Parallel()
	for _, s := range all() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			want := s.full()
			got, err := s.read(s.append(nil, want))
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("lost or changed on the way:\nwrote\n%s\nread\n%s", dump(want), dump(got))
			}
		})
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	for _, s := range all() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				want := s.draw(t)
				before := rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "before")
				b := s.append(slices.Clone(before), want)
				if !bytes.HasPrefix(b, before) {
					t.Fatalf("what was in dst changed: % x, now % x", before, b)
				}
				got, err := s.read(b[len(before):])
				if err != nil {
					t.Fatal(err)
				}
				if !equal(got, want) {
					t.Fatalf("wrote\n%s\nread\n%s", dump(want), dump(got))
				}
			})
		})
	}
}

// equal is DeepEqual that also finds NaN equal to itself.
func equal(a, b any) bool {
	return reflect.DeepEqual(a, b) || dump(a) == dump(b)
}

func TestNothingTakesFourBytes(t *testing.T) {
	t.Parallel()
	if b := AppendConversation(nil, chat.State{}); len(b) != 4 {
		t.Errorf("an empty state is % x", b)
	}
}

func TestPolicyIsNotStored(t *testing.T) {
	t.Parallel()
	s := usual()
	without := AppendConversation(nil, s)
	s.Policy = chat.Policy{CompletionTimeout: time.Hour, Window: time.Hour, MaxText: 5, Receipts: true}
	if !bytes.Equal(AppendConversation(nil, s), without) {
		t.Error("the policy changes what is stored")
	}
}

func TestTimesSurviveExactly(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("somewhere", 3600)
	for name, tc := range map[string]struct{ at, want time.Time }{
		"none":                  {time.Time{}, time.Time{}},
		"the epoch is not none": {time.Unix(0, 0), time.Unix(0, 0).UTC()},
		"nanoseconds":           {time.Date(2026, 3, 14, 9, 26, 53, 589793238, berlin), time.Date(2026, 3, 14, 8, 26, 53, 589793238, time.UTC)},
		"before the epoch":      {time.Unix(-1, 999999999), time.Unix(-1, 999999999).UTC()},
		"too late to say":       {time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), time.Unix(0, math.MaxInt64).UTC()},
		"too early to say":      {time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Unix(0, math.MinInt64).UTC()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := Message(AppendMessage(nil, chat.Message{At: tc.at}))
			if err != nil || got.At != tc.want {
				t.Errorf("got %v, %v; want %v", got.At, err, tc.want)
			}
		})
	}
}

func TestReadingNeedsNoBytesAfterwards(t *testing.T) {
	t.Parallel()
	b := AppendMessage(nil, usualMessage())
	got, err := Message(b)
	clear(b)
	if err != nil || !reflect.DeepEqual(got, usualMessage()) {
		t.Errorf("the message changed with the buffer: %+v, %v", got, err)
	}
}

func TestFieldNumbersAboveOneByte(t *testing.T) {
	t.Parallel()
	fields := func(w *wire, v *chat.Person) {
		w.text(23, &v.ID)
		w.person(24, &chat.Person{})
		w.text(255, &v.Name)
	}
	want := chat.Person{ID: "a", Name: "b"}
	b := write(nil, kindForwardTo, &want, fields)
	if !bytes.Equal(b[headLen:], []byte{openMap, 23, 0x61, 'a', 24, 255, 0x61, 'b', endMap}) {
		t.Errorf("% x", b)
	}
	if got, err := read(b, kindForwardTo, fields); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAppendingAllocatesNothing(t *testing.T) {
	s, m, buf := usual(), usualMessage(), make([]byte, 0, 4096)
	if n := testing.AllocsPerRun(50, func() { AppendMessage(AppendConversation(buf, s), m) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestUnknownTypesAreRefused(t *testing.T) {
	t.Parallel()
	dst := []byte("kept")
	for _, command := range []any{nil, 7, chat.Tick{}, &chat.ForwardTo{}, chat.Deliver{}} {
		if b, err := AppendStep(dst, command); !errors.Is(err, ErrUnknown) || string(b) != "kept" {
			t.Errorf("step %T: %q, %v", command, b, err)
		}
	}
	for _, effect := range []chat.Effect{nil, chat.Notify{}, chat.Enqueue{}} {
		if b, err := AppendWork(dst, effect); !errors.Is(err, ErrUnknown) || string(b) != "kept" {
			t.Errorf("work %T: %q, %v", effect, b, err)
		}
	}
}
