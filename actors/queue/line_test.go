package queue

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestLine compares the line in pieces with a plain sorted slice.
func TestLine(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var l line
		var plain []*waiting
		for i := range rapid.IntRange(1, 3000).Draw(t, "entries") {
			at := start.Add(time.Duration(i%700) * time.Second)
			w := &waiting{Entry: Entry{Chat: fmt.Sprintf("c%d.1", i), Since: at}}
			l.add(w)
			l.add(w)
			plain = append(plain, w)
		}
		slices.SortFunc(plain, before)
		for range rapid.IntRange(0, 50).Draw(t, "bites") {
			if len(plain) == 0 {
				break
			}
			from := rapid.IntRange(0, len(plain)-1).Draw(t, "from")
			to := min(len(plain), from+rapid.IntRange(1, 400).Draw(t, "length"))
			for _, w := range plain[from:to] {
				l.remove(w)
				l.remove(w)
			}
			plain = slices.Delete(plain, from, to)
		}
		checkLine(t, &l, plain)
	})
}

func checkLine(t *rapid.T, l *line, plain []*waiting) {
	if l.n != len(plain) {
		t.Fatalf("%d instead of %d", l.n, len(plain))
	}
	at := l.first()
	for i, w := range plain {
		if at != w || l.rank(w) != i {
			t.Fatalf("at %d: %v instead of %v, rank %d", i, at, w, l.rank(w))
		}
		at = l.after(w)
	}
	if at != nil {
		t.Fatalf("%v behind the last", at)
	}
	for i, e := range l.oldest(ViewLen) {
		if e.Chat != plain[i].Chat {
			t.Fatalf("view at %d: %s", i, e.Chat)
		}
	}
}

// TestLineAfterRemoved: walking goes on behind an entry that was just taken out.
func TestLineAfterRemoved(t *testing.T) {
	t.Parallel()
	var l line
	var all []*waiting
	for i := range 2000 {
		w := &waiting{Entry: Entry{Chat: fmt.Sprintf("c%d.1", i), Since: start.Add(time.Duration(i) * time.Second)}}
		all = append(all, w)
		l.add(w)
	}
	n := 0
	for w := l.first(); w != nil; w = l.after(w) {
		if w != all[n] {
			t.Fatalf("at %d: %s", n, w.Chat)
		}
		l.remove(w)
		n++
	}
	if n != len(all) || l.n != 0 || len(l.pieces) != 0 {
		t.Fatalf("walked %d, %d left in %d pieces", n, l.n, len(l.pieces))
	}
}
