package actors

import (
	"sync"

	"parley/actors/commit"
)

// laters keeps callers whose reply needs other entities first (accept,
// transfer): the machine answers them by the request's id once it knows.
type laters struct {
	mu      sync.Mutex
	waiting map[laterKey][]*envelope
}

type laterKey struct {
	entity commit.Entity
	id     string
}

func newLaters() *laters { return &laters{waiting: make(map[laterKey][]*envelope)} }

func (l *laters) wait(e commit.Entity, id string, env *envelope) {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := laterKey{e, id}
	l.waiting[k] = append(l.waiting[k], env)
}

// take removes and gives everybody who waits for an answer.
func (l *laters) take(e commit.Entity, id string) []*envelope {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := laterKey{e, id}
	envs := l.waiting[k]
	delete(l.waiting, k)
	return envs
}

func (l *laters) answer(e commit.Entity, id string, reply any, err error) {
	for _, env := range l.take(e, id) {
		env.resolve(reply, err)
	}
}

// drop forgets one caller whose command will be run or refused anew. It is false
// when the caller has been answered meanwhile.
func (l *laters) drop(e commit.Entity, env *envelope) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, envs := range l.waiting {
		if k.entity != e {
			continue
		}
		for i, x := range envs {
			if x == env {
				l.waiting[k] = append(envs[:i:i], envs[i+1:]...)
				if len(l.waiting[k]) == 0 {
					delete(l.waiting, k)
				}
				return true
			}
		}
	}
	return false
}

// lose removes and gives everybody who waits for one of the chosen.
func (l *laters) lose(chosen func(laterKey) bool) []*envelope {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []*envelope
	for k, envs := range l.waiting {
		if chosen(k) {
			out = append(out, envs...)
			delete(l.waiting, k)
		}
	}
	return out
}

// close answers everybody, at the end of the engine.
func (l *laters) close(err error) {
	for _, env := range l.lose(func(laterKey) bool { return true }) {
		env.resolve(nil, err)
	}
}
