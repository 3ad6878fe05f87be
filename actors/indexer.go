package actors

import (
	"sync"

	"parley/actors/chat"
)

// indexBatch is how many rows go to the chats section in one transaction.
const indexBatch = 500

// indexer brings the chats section up to date, many rows at a time and never
// in anybody's way.
type indexer struct {
	w *works

	mu      sync.Mutex
	waiting []job
	busy    bool
}

func newIndexer(w *works) *indexer { return &indexer{w: w} }

func (x *indexer) add(j job) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.waiting = append(x.waiting, j)
	if !x.busy {
		x.busy = x.w.spawn(x.run)
	}
}

func (x *indexer) run() {
	for {
		x.mu.Lock()
		n := min(len(x.waiting), indexBatch)
		if n == 0 || x.w.halted() {
			x.busy = false
			x.mu.Unlock()
			return
		}
		batch := x.waiting[:n:n]
		x.waiting = x.waiting[n:]
		if len(x.waiting) == 0 {
			x.waiting = nil
		}
		x.mu.Unlock()
		if !x.write(batch) {
			return
		}
	}
}

// write repeats until the rows are there.
func (x *indexer) write(batch []job) bool {
	for attempt := 0; ; attempt++ {
		rows, err := x.rows(batch)
		if err == nil {
			err = x.index(rows)
		}
		if err == nil {
			for _, r := range rows {
				r.job.part.committer.finish(r.job.seq)
			}
			return true
		}
		x.w.engine.log.Warn("the chats section cannot be brought up to date yet", "err", err)
		if !x.w.rest(x.w.engine.spread(backoff(attempt))) {
			return false
		}
	}
}

// indexed is a row and the job that asked for it.
type indexed struct {
	job job
	row Row
}

func (x *indexer) index(list []indexed) error {
	if len(list) == 0 {
		return nil
	}
	rows := make([]Row, len(list))
	for i := range list {
		rows[i] = list[i].row
	}
	return x.w.engine.outside.Index(x.w.ctx, rows)
}

// rows reads what the effect does not carry. The outbox number is the row's
// version: it rises with every commit of the conversation. A conversation that
// cannot be understood is set aside and holds up no other.
func (x *indexer) rows(batch []job) ([]indexed, error) {
	rows := make([]indexed, 0, len(batch))
	for _, j := range batch {
		state, _, err := x.w.engine.history().conversation(x.w.ctx, j.source.ID)
		switch {
		case err != nil && unreadable(err):
			x.w.keep(j, err)
			continue
		case err != nil:
			return nil, err
		}
		rows = append(rows, indexed{j, Row{
			Conversation: state.ID, Version: j.seq, Channel: state.Channel, Contact: state.Contact, Chat: j.effect.(chat.Index).Chat,
		}})
	}
	return rows, nil
}
