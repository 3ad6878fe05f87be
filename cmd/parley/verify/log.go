package verify

import (
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"
)

// log is what happened in a story: every line goes into the hash, and is kept
// when somebody wants to read it. Frames reach it from the engine's own
// goroutines, therefore the lock.
type log struct {
	mu     sync.Mutex
	begun  time.Time
	hash   hash.Hash64
	lines  int
	kept   bool
	trace  []string
	saw    map[string]int
	broken string
	asides []string
	stack  string // of the newest panic
}

// tail is how many lines are kept of a story that nobody asked to read.
const tail = 400

func newLog(kept bool) *log {
	return &log{begun: time.Now(), hash: fnv.New64a(), kept: kept, saw: map[string]int{}}
}

// note writes a line.
func (w *world) note(format string, args ...any) {
	l := w.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != "" {
		return
	}
	l.write(fmt.Sprintf(format, args...))
}

// aside writes a line of which several come at once, in no order of their own:
// an operator's connections are served side by side.
func (w *world) aside(format string, args ...any) {
	l := w.log
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asides = append(l.asides, fmt.Sprintf(format, args...))
}

// gather writes the asides.
func (l *log) gather() {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.SortStableFunc(l.asides, func(a, b string) int {
		x, _, _ := strings.Cut(a, " ")
		y, _, _ := strings.Cut(b, " ")
		return strings.Compare(x, y)
	})
	if l.broken == "" {
		for _, line := range l.asides {
			l.write(line)
		}
	}
	l.asides = l.asides[:0]
}

func (l *log) write(line string) {
	line = fmt.Sprintf("%12.6f  %s", time.Since(l.begun).Seconds(), line)
	_, _ = l.hash.Write([]byte(line)) // never fails (hash.Hash)
	l.lines++
	l.trace = append(l.trace, line)
	if !l.kept && len(l.trace) >= 2*tail {
		l.trace = append(l.trace[:0], l.trace[len(l.trace)-tail:]...)
	}
}

// saw counts that something was reached.
func (w *world) saw(what string) {
	w.log.mu.Lock()
	defer w.log.mu.Unlock()
	w.log.saw[what]++
}

// fail says which promise is broken. The first one counts: what follows may
// only follow from it.
func (w *world) fail(format string, args ...any) {
	l := w.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken == "" {
		said := fmt.Sprintf(format, args...)
		l.write("BROKEN " + said)
		l.broken = said
		if l.stack != "" {
			l.trace = append(l.trace, l.stack)
		}
	}
}

func (l *log) failed() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.broken != ""
}

// said is the engine's own log: what goes wrong inside belongs to the story.
type said struct {
	w    *world
	life int
}

// Enabled takes what somebody should look at.
func (said) Enabled(_ context.Context, level slog.Level) bool { return level >= slog.LevelError }

// Handle writes a record without stacks, which hold addresses.
func (s said) Handle(_ context.Context, r slog.Record) error {
	var out strings.Builder
	fmt.Fprintf(&out, "%d says: %s", s.life, r.Message)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key != "stack" {
			fmt.Fprintf(&out, " %s=%v", a.Key, a.Value)
		} else if s.w.log.kept {
			s.w.log.stack = a.Value.String()
		}
		return true
	})
	s.w.aside("%s", out.String())
	return nil
}

// WithAttrs and WithGroup change nothing: the engine names everything itself.
func (s said) WithAttrs([]slog.Attr) slog.Handler { return s }

// WithGroup changes nothing.
func (s said) WithGroup(string) slog.Handler { return s }
