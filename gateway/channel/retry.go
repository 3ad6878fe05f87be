package channel

import "time"

// RetryPolicy says how often and how slowly a failed part is tried again.
type RetryPolicy struct {
	Base     time.Duration // span of the first wait
	Cap      time.Duration // longest span of a computed wait
	Attempts int           // tries in all, the first included
}

// DefaultRetry returns the policy that tries for about ten minutes.
func DefaultRetry() RetryPolicy {
	return RetryPolicy{Base: time.Second, Cap: 3 * time.Minute, Attempts: 10}
}

// Next returns how long to wait before try number attempt+1, and false when the part has failed for good. attempt is the
// number of tries made, from 1; seed is any random number (full jitter: the wait is uniform in the span, so that many
// failed sends do not come back at once). A wish of the provider is a lower bound, and a little is added to it.
func (p RetryPolicy) Next(e *SendError, attempt int, seed uint64) (time.Duration, bool) {
	if e == nil || !e.Retry() || attempt >= p.Attempts {
		return 0, false
	}
	wait := p.jitter(attempt, seed)
	if e.RetryAfter > 0 {
		return e.RetryAfter + min(wait, e.RetryAfter/4+time.Second), true
	}
	return wait, true
}

func (p RetryPolicy) jitter(attempt int, seed uint64) time.Duration {
	span := p.Cap
	if shift := max(attempt-1, 0); shift < 30 && p.Base<<shift < p.Cap {
		span = p.Base << shift
	}
	if span <= 0 {
		return 0
	}
	// The floor of a tenth keeps a lucky draw from becoming a hot loop.
	floor := span / 10
	return floor + time.Duration(mix(seed+uint64(attempt))%uint64(span-floor+1))
}

// mix spreads neighbouring seeds over the whole range (splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
