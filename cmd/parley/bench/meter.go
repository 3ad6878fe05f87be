package bench

import (
	"syscall"
	"time"
)

// meter is what one slice, or many added up, came to.
type meter struct {
	done    uint64        // answered as they should be
	refused uint64        // answered otherwise, or not at all
	took    time.Duration // of the slices, one after another
	cpu     time.Duration // of the whole process meanwhile, load generator included
	latency histogram
	failure error // the first thing that went wrong, for people
}

func (m *meter) add(other *meter) {
	m.done += other.done
	m.refused += other.refused
	m.took += other.took
	m.cpu += other.cpu
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

// cpuUS gives the processor time of one thing done, in microseconds. What else runs on the machine changes it least
// of all figures.
func (m *meter) cpuUS() float64 { return perDone(m.cpu, m.done) }

func perDone(cpu time.Duration, done uint64) float64 {
	if done == 0 {
		return 0
	}
	return float64(cpu) / float64(time.Microsecond) / float64(done)
}

// processCPU is the processor time the process has used until now, in user and in kernel mode (getrusage(2)).
func processCPU() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0 // it cannot fail with these arguments
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (m *meter) quantileMS(q float64) float64 { return milliseconds(m.latency.quantile(q)) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
