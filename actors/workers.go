package actors

import (
	"runtime"
	"sync"
)

// workersPerProcessor is how many goroutines wait for turns.
const workersPerProcessor = 16

// workers run the actors' turns on goroutines that live on: a new goroutine for
// each turn would grow its stack anew, which cost more than the turn itself.
// When all are busy a turn gets a goroutine of its own, so none ever waits.
type workers struct {
	turns chan func()
	quit  chan struct{}
	all   sync.WaitGroup
}

func startWorkers() *workers {
	w := &workers{turns: make(chan func()), quit: make(chan struct{})}
	for range workersPerProcessor * runtime.GOMAXPROCS(0) {
		w.all.Go(w.run)
	}
	return w
}

func (w *workers) run() {
	for {
		select {
		case turn := <-w.turns:
			turn()
		case <-w.quit:
			return
		}
	}
}

// Schedule has a turn run at once.
func (w *workers) Schedule(turn func()) {
	select {
	case w.turns <- turn:
	default:
		go turn()
	}
}

// Throughput is the length of a turn in messages.
func (w *workers) Throughput() int { return turns }

// stop ends the workers, and waits for them where they are known to end; a turn
// that still comes gets a goroutine of its own.
func (w *workers) stop(wait bool) {
	close(w.quit)
	if wait {
		w.all.Wait()
	}
}
