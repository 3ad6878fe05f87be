package simulate

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// newcomer is an operator without a connection, whose view is fed by hand.
func newcomer() *operator {
	o := newOperator(0, SignIn{Login: "anna"}, newDoor("http://127.0.0.1:1"), newRecord("run", time.Now()), 1, time.Minute, slog.New(slog.DiscardHandler))
	o.id = "anna"
	return o
}

const (
	greeting = `{"type":"hello","epoch":"e","seq":10,"resumed":false,"snapshot":{"operator":{"id":"anna","preferred":"active","effective":"active","load":1,"limit":5},
		"offers":[],"waiting":{},"chats":[{"chat":{"id":"c.1","conversation":"c"},"messages":[
		{"id":"c.1.1","position":1,"chat":"c.1","direction":"in","text":"Hi ~run [acme-fb/1/1]"},
		{"id":"c.1.2","position":2,"chat":"c.1","direction":"out","text":"Answer {run-0-1} to [acme-fb/1/1]","state":"sent"}]}]}}`
	said     = `{"seq":SEQ,"type":"chat.message","data":{"chat":"CHAT","message":{"id":"CHAT.POS","position":POS,"chat":"CHAT","direction":"in","text":"x"}}}`
	moved    = `{"seq":SEQ,"type":"chat.message_updated","data":{"chat":"c.1","message":{"id":"c.1.2","position":2,"chat":"c.1","direction":"out","text":"Answer {run-0-1} to [acme-fb/1/1]","state":"STATE"}}}`
	assigned = `{"seq":SEQ,"type":"chat.assigned","data":{"chat":{"id":"d.1","conversation":"d"},"messages":[{"id":"d.1.1","position":1,"chat":"d.1","direction":"in","text":"x"}],"why":"accepted"}}`
	ended    = `{"seq":SEQ,"type":"chat.completed","data":{"chat":"c.1","reason":"operator","child":null}}`
	resumed  = `{"type":"hello","epoch":"e","seq":10,"resumed":true}`
	ping     = `{"type":"ping","seq":SEQ}`
)

// written fills in a frame: pairs of placeholder and value.
func written(form string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(form)
}

// What a careful client notices, frame by frame (S38, S102, I2, I8).
func TestWhatAnOperatorComplainsOf(t *testing.T) {
	t.Parallel()
	said := func(seq, chat, pos string) string { return written(said, "SEQ", seq, "CHAT", chat, "POS", pos) }
	for _, tc := range []struct {
		name   string
		frames []string
		want   []FeedKind
	}{
		{"all is well", []string{said("11", "c.1", "3"), written(moved, "SEQ", "12", "STATE", "read"), written(ping, "SEQ", "12"), written(assigned, "SEQ", "13"), said("14", "d.1", "2")}, nil},
		{"a gap", []string{said("12", "c.1", "3")}, []FeedKind{FeedGap}},
		{"a heartbeat that knows more", []string{written(ping, "SEQ", "11")}, []FeedKind{FeedGap}},
		{"a number twice", []string{said("11", "c.1", "3"), said("11", "c.1", "4")}, []FeedKind{FeedDouble}},
		{"a message twice", []string{said("11", "c.1", "3"), said("12", "c.1", "3")}, []FeedKind{ShownTwice}},
		{"a message of the snapshot again", []string{said("11", "c.1", "2")}, []FeedKind{ShownTwice}},
		{"a missing position", []string{said("11", "c.1", "4")}, []FeedKind{ShownHole}},
		{"somebody else's chat", []string{said("11", "x.1", "1")}, []FeedKind{ShownStranger}},
		{"a chat that has ended", []string{written(ended, "SEQ", "11"), said("12", "c.1", "3")}, []FeedKind{ShownStranger}},
		{"a late word of a chat that has ended", []string{written(ended, "SEQ", "11"), written(moved, "SEQ", "12", "STATE", "read")}, nil},
		{"a state gone back", []string{written(moved, "SEQ", "11", "STATE", "read"), written(moved, "SEQ", "12", "STATE", "sent")}, []FeedKind{StateBack}},
		{"a chat assigned twice", []string{written(assigned, "SEQ", "11"), written(assigned, "SEQ", "12")}, []FeedKind{ShownTwice}},
		{"resumed, and nothing repeated", []string{said("11", "c.1", "3"), resumed, said("12", "c.1", "4")}, nil},
		{"resumed, and repeated", []string{said("11", "c.1", "3"), resumed, said("11", "c.1", "3")}, []FeedKind{FeedDouble}},
		{"a snapshot replaces the view", []string{said("11", "c.1", "3"), greeting, said("11", "c.1", "3")}, nil},
		{"no frame at all", []string{`{"seq":11,"type":"chat.message","data":7}`}, []FeedKind{BadFrame}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			o := newcomer()
			for _, raw := range append([]string{greeting}, tc.frames...) {
				f, err := parseFrame([]byte(raw))
				if err != nil {
					t.Fatalf("%s: %v", raw, err)
				}
				if f.Type == "hello" {
					o.view.hello(f)
				} else if err := o.read([]byte(raw)); err != nil {
					t.Fatal(err)
				}
			}
			var got []FeedKind
			for _, f := range o.rec.feed {
				got = append(got, f.Kind)
			}
			if !json.Valid([]byte(greeting)) || !equalKinds(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func equalKinds(a, b []FeedKind) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestWhichStatesMayFollow(t *testing.T) {
	t.Parallel()
	states := []string{"queued", "sent", "delivered", "read", "failed", "unknown"}
	forbidden := map[string]string{ // by the old state: what may not follow
		"sent": "queued unknown", "delivered": "queued sent failed unknown", "read": "queued sent delivered failed unknown",
		"failed": "queued", "unknown": "queued",
	}
	for _, old := range states {
		for _, now := range states {
			want := old == now || !strings.Contains(" "+forbidden[old]+" ", " "+now+" ")
			if mayFollow(old, now) != want {
				t.Errorf("%s -> %s: %v", old, now, !want)
			}
		}
	}
}

func TestTags(t *testing.T) {
	t.Parallel()
	run := tag("abcd1234")
	if m, ok := run.marker(run.line("Hello") + " " + mark(3).String()); !ok || m != mark(3) {
		t.Errorf("%v %v", m, ok)
	}
	for _, text := range []string{"", "Hello", "Hello " + mark(3).String(), tag("other").line("Hello") + " " + mark(3).String(), run.line("Hello")} {
		if m, ok := run.marker(text); ok {
			t.Errorf("%q gives %v", text, m)
		}
	}
	for text, want := range map[string]bool{tag("zzzzzzz7").line("Hi") + " " + mark(3).String(): true, run.line("Hi") + " " + mark(3).String(): false, "Hi": false, "": false} {
		if run.leftover(text) != want {
			t.Errorf("leftover %q: %v", text, !want)
		}
	}
	key := run.key(2, 7)
	if got, ok := run.answerKey(run.answer(key, mark(3))); !ok || got != key {
		t.Errorf("%q %v", got, ok)
	}
	if _, ok := run.marker(run.answer(key, mark(3))); ok {
		t.Error("an answer looks like a line")
	}
}
