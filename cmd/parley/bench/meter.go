package bench

import "time"

// meter is what one slice, or many added up, came to.
type meter struct {
	done    uint64        // answered as they should be
	refused uint64        // answered otherwise, or not at all
	took    time.Duration // of the slices, one after another
	latency histogram
	failure error // the first thing that went wrong, for people
}

func (m *meter) add(other *meter) {
	m.done += other.done
	m.refused += other.refused
	m.took += other.took
	m.latency.add(&other.latency)
	if m.failure == nil {
		m.failure = other.failure
	}
}

// rate gives what was done per second.
func (m *meter) rate() float64 {
	if m.took <= 0 {
		return 0
	}
	return float64(m.done) / m.took.Seconds()
}

func (m *meter) quantileMS(q float64) float64 { return milliseconds(m.latency.quantile(q)) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
