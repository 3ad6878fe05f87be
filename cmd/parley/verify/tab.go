package verify

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"parley/actors/view"
)

// book keeps pushes and hellos as they are: a frame is the number of a page.
type book struct {
	mu    sync.Mutex
	pages []any
}

func (b *book) add(page any) []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages = append(b.pages, page)
	return []byte(strconv.Itoa(len(b.pages) - 1))
}

// Push keeps a push.
func (b *book) Push(p view.Push) []byte { return b.add(p) }

// Hello keeps a greeting.
func (b *book) Hello(h view.Hello) []byte { return b.add(h) }

func (b *book) read(frame []byte) any {
	n, _ := strconv.Atoi(string(frame)) // written by add
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages[n]
}

// tab is one connection of an operator.
type tab struct {
	w      *world
	who    *person
	name   string
	life   *life
	screen *screen
	detach func()
	open   bool // greeted, and neither side has gone
	over   bool
	full   bool        // takes nothing more
	cut    atomic.Bool // the engine has ended it; nobody has noticed yet
}

// connect opens a connection; a screen of before is resumed.
func (p *person) connect(from *screen) {
	w, l := p.w, p.w.now
	if l == nil || l.ended {
		return
	}
	if from == nil {
		from = newScreen(w, p.id)
	} else {
		w.saw("resume asked")
	}
	t := &tab{w: w, who: p, name: fmt.Sprintf("%s/%d", p.id, w.number()), life: l, screen: from}
	p.tabs = append(p.tabs, t)
	w.note("%s connects to %d, has seen %d", t.name, l.n, from.seq)
	id := p.id
	if w.bent.attach != nil {
		id = w.bent.attach(p)
	}
	w.asked++
	w.spawn(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		detach, err := l.engine.Attach(ctx, id, from.epoch, from.seq, t)
		cancel()
		w.desk.add(&ticket{who: "attached " + t.name, kind: reply, act: func() { w.asked--; t.attached(detach, err) }})
	})
}

func (t *tab) attached(detach func(), err error) {
	t.w.note("%s: %s", t.name, spellError(err))
	t.detach = detach
	switch {
	case err != nil:
		t.close("it was not let in")
	case t.over:
		t.hang()
	default:
		t.open = true
		t.who.seen = time.Now()
	}
}

// Send takes a frame, or says that it takes no more.
func (t *tab) Send(frame []byte) bool {
	if t.full || t.over || t.cut.Load() {
		t.w.saw("frame not taken")
		return false
	}
	t.screen.show(t.name, t.w.book.read(frame))
	return true
}

// End says that the feed is here no more.
func (t *tab) End() {
	t.w.saw("feed ended")
	t.cut.Store(true)
}

// close ends a connection; the screen stays for whoever resumes.
func (t *tab) close(why string) {
	if t.over {
		return
	}
	t.over = true
	if t.open {
		t.who.seen = time.Now()
		t.who.left = t.screen
	}
	t.w.note("%s closes: %s", t.name, why)
	if t.detach != nil {
		t.hang()
	}
}

// hang tells the engine that the connection is gone.
func (t *tab) hang() {
	if t.detach != nil && !t.life.ended {
		t.detach()
	}
	t.detach, t.open = nil, false
}
