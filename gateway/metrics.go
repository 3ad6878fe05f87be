package gateway

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics are the collectors of the process, in a registry of their own. The
// parts that are not of the gateway get theirs as plain functions.
type Metrics struct {
	Registry *prometheus.Registry

	webhook       *prometheus.HistogramVec
	commit        prometheus.Histogram
	eventToSocket prometheus.Histogram
	inFlight      prometheus.Gauge
	sockets       prometheus.Gauge
	frames        *prometheus.CounterVec
	closed        *prometheus.CounterVec
	quarantined   *prometheus.CounterVec
	deadLetters   prometheus.Counter
	panics        prometheus.Counter
	signIns       *prometheus.CounterVec
	crowded       prometheus.Counter
}

// spans are the bounds of the histograms, in seconds: fine where the promises are (50 ms, 250 ms).
var spans = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5}

// NewMetrics gives collectors in a registry of their own.
func NewMetrics() *Metrics {
	m := &Metrics{
		Registry:      prometheus.NewRegistry(),
		webhook:       histograms("parley_webhook_seconds", "Time to answer a webhook, by provider and status.", "provider", "status"),
		commit:        prometheus.NewHistogram(prometheus.HistogramOpts{Name: "parley_commit_seconds", Help: "Time of one durable commit.", Buckets: spans}),
		eventToSocket: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "parley_event_to_socket_seconds", Help: "Time from a message's receipt (a webhook, an operator's request) to its write to a connection.", Buckets: spans}),
		inFlight:      prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_webhooks_in_flight", Help: "Authentic webhooks being made durable."}),
		sockets:       prometheus.NewGauge(prometheus.GaugeOpts{Name: "parley_sockets", Help: "Open operator connections."}),
		frames:        counters("parley_requests_total", "Requests of operators, by type and outcome.", "type", "outcome"),
		closed:        counters("parley_sockets_closed_total", "Connections closed by us, by close code.", "code"),
		quarantined:   counters("parley_quarantined_total", "Input set aside, by provider and reason.", "provider", "reason"),
		deadLetters:   prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_dead_letters_total", Help: "Messages the actor system could not deliver."}),
		panics:        prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_panics_total", Help: "Panics caught at the rim."}),
		signIns:       counters("parley_sign_ins_total", "Sign-ins, by outcome.", "outcome"),
		crowded:       prometheus.NewCounter(prometheus.CounterOpts{Name: "parley_connections_refused_total", Help: "Connections closed because their address holds too many."}),
	}
	m.Registry.MustRegister(m.webhook, m.commit, m.eventToSocket, m.inFlight, m.sockets, m.frames, m.closed, m.quarantined,
		m.deadLetters, m.panics, m.signIns, m.crowded, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func histograms(name, help string, labels ...string) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: spans}, labels)
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
}

// Committed notes how long one commit took; the engine's hook.
func (m *Metrics) Committed(d time.Duration) { m.commit.Observe(d.Seconds()) }

// DeadLetter counts a message the actor system could not deliver; the engine's hook.
func (m *Metrics) DeadLetter() { m.deadLetters.Inc() }

// Gauge shows a number that somebody else keeps, read whenever metrics are collected. A name may be used once.
func (m *Metrics) Gauge(name, help string, read func() float64) {
	m.Registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, read))
}

// Counts shows numbers by one label (the depth of each queue), read whenever metrics are collected.
func (m *Metrics) Counts(name, help, label string, read func() map[string]float64) {
	m.Registry.MustRegister(counts{desc: prometheus.NewDesc(name, help, []string{label}, nil), read: read})
}

// Histogram gives a histogram of seconds for somebody else to fill.
func (m *Metrics) Histogram(name, help string) func(time.Duration) {
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: spans})
	m.Registry.MustRegister(h)
	return func(d time.Duration) { h.Observe(d.Seconds()) }
}

// Counter gives a counter for somebody else to raise.
func (m *Metrics) Counter(name, help string) func() {
	c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help})
	m.Registry.MustRegister(c)
	return c.Inc
}

// counts collects a map as gauges.
type counts struct {
	desc *prometheus.Desc
	read func() map[string]float64
}

// Describe implements prometheus.Collector.
func (c counts) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect implements prometheus.Collector.
func (c counts) Collect(ch chan<- prometheus.Metric) {
	for label, n := range c.read() {
		ch <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, n, label)
	}
}
