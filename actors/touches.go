package actors

import (
	"maps"
	"slices"
	"sync"
	"time"

	"parley/actors/commit"
	"parley/actors/route"
)

// touches gathers the waiting chats of a queue whose rows are out of date. The
// queue hears of the first and takes all that have come since at its own pace:
// so a message to a chat that waits costs its queue no turn of its own.
type touches struct {
	mu    sync.Mutex
	chats map[string]struct{}
	told  bool
}

// add notes a chat and says whether the queue must be told.
func (t *touches) add(chat string) (tell bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.chats == nil {
		t.chats = make(map[string]struct{})
	}
	t.chats[chat] = struct{}{}
	tell, t.told = !t.told, true
	return tell
}

// take gives what has gathered; the next one is told again.
func (t *touches) take() map[string]struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	chats := t.chats
	t.chats, t.told = nil, false
	return chats
}

// touch says that the row of a chat that waits in a queue is out of date.
func (e *Engine) touch(queue, chat string) {
	t, ok := e.touches.Load(queue)
	if !ok {
		t, _ = e.touches.LoadOrStore(queue, new(touches))
	}
	if t.(*touches).add(chat) {
		e.tellLocal(route.Queue(queue), touchedTick{})
	}
}

// touched gives the chats that were touched since it was asked last.
func (e *Engine) touched(queue commit.Entity) map[string]struct{} {
	if t, ok := e.touches.Load(queue.ID); ok {
		return t.(*touches).take()
	}
	return nil
}

// touchedTick is for the queue: chats have been touched.
type touchedTick struct{}

// touchEvery is how often rows are read anew at the most: just before the next
// board may be shown, so that it shows them.
const touchEvery = boardEvery - time.Millisecond

// refresh takes what was touched, now or when it may again.
func (p *publisher) refresh() {
	s := p.q.shell
	if wait := touchEvery - time.Since(p.refreshed); wait > 0 {
		time.AfterFunc(wait, func() { s.root.Send(s.self, local{s.entity, touchedTick{}}) })
		return
	}
	p.refreshed = time.Now()
	for _, id := range slices.Sorted(maps.Keys(p.engine().touched(s.entity))) {
		p.touch(id)
	}
	p.publish()
}
