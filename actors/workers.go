package actors

import "sync/atomic"

// maxIdleWorkers is how many goroutines are kept for turns to come.
const maxIdleWorkers = 256

// workers run the actors' turns on goroutines that live on: a new goroutine for
// each turn would grow its stack anew, which cost more than the turn itself. A
// turn that finds all of them busy gets another one, so none ever waits.
type workers struct {
	turns chan func() // unbuffered: only an idle worker takes a turn
	idle  atomic.Int32
	quit  chan struct{}
}

func newWorkers() *workers {
	return &workers{turns: make(chan func()), quit: make(chan struct{})}
}

// Schedule has a turn run at once.
func (w *workers) Schedule(turn func()) {
	select {
	case w.turns <- turn:
	default:
		go w.run(turn)
	}
}

// Throughput is the length of a turn in messages.
func (w *workers) Throughput() int { return turns }

func (w *workers) run(turn func()) {
	for {
		turn()
		if w.idle.Add(1) > maxIdleWorkers {
			w.idle.Add(-1)
			return
		}
		select {
		case turn = <-w.turns:
			w.idle.Add(-1)
		case <-w.quit:
			return
		}
	}
}

// stop ends the idle workers, and the others after their turn.
func (w *workers) stop() { close(w.quit) }
