package gateway

import (
	"sync"
	"time"
)

// throttle allows a number of failed attempts per key in a sliding window. An
// attempt counts from its beginning, so that parallel ones cannot slip through;
// a successful one is given back.
type throttle struct {
	limit  int
	window time.Duration
	now    func() time.Time

	mu   sync.Mutex
	keys map[string][]time.Time // attempts within the window, oldest first
}

// throttleKeys bounds the keys remembered; beyond it the oldest-looking go first.
const throttleKeys = 100_000

func newThrottle(limit int, window time.Duration, now func() time.Time) *throttle {
	return &throttle{limit: limit, window: window, now: now, keys: map[string][]time.Time{}}
}

// begin notes an attempt; wait > 0 refuses it and says for how long.
func (t *throttle) begin(key string) (at time.Time, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	tries := t.fresh(key, now)
	if len(tries) >= t.limit {
		t.keys[key] = tries
		return time.Time{}, tries[0].Add(t.window).Sub(now)
	}
	if len(t.keys) >= throttleKeys {
		t.forget(now)
	}
	t.keys[key] = append(tries, now)
	return now, 0
}

// forgive takes back the attempt that began at.
func (t *throttle) forgive(key string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tries := t.keys[key]
	for i := range tries {
		if tries[i].Equal(at) {
			tries = append(tries[:i:i], tries[i+1:]...)
			break
		}
	}
	if len(tries) == 0 {
		delete(t.keys, key)
		return
	}
	t.keys[key] = tries
}

// fresh gives the attempts of a key that still count.
func (t *throttle) fresh(key string, now time.Time) []time.Time {
	tries := t.keys[key]
	for len(tries) > 0 && !tries[0].After(now.Add(-t.window)) {
		tries = tries[1:]
	}
	return tries
}

// forget makes room: keys whose attempts no longer count, or any if none is.
func (t *throttle) forget(now time.Time) {
	for key := range t.keys {
		if len(t.fresh(key, now)) == 0 {
			delete(t.keys, key)
		}
	}
	for key := range t.keys {
		if len(t.keys) < throttleKeys*9/10 {
			return
		}
		delete(t.keys, key)
	}
}
