package bench

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// How long a websocket lasts before it is cut, and how long it stays away, at the most.
const (
	lastsMost = 600 * time.Millisecond
	awayMost  = 600 * time.Millisecond
)

// runResume cuts operators' websockets under load, again and again, and times their way back: from the dial until the
// last event is there that was pushed before it. Every operator has a second websocket that is never cut, his witness:
// it says how far the feed is, and what was in it.
func runResume(ctx context.Context, r *run) (result Result, err error) {
	var c closers
	defer c.close(&err)
	staffed := people(r.Operators)
	srv, err := r.bootStocked(ctx, &c, &stock{queue: settings("everyone", staffed), operators: staffed, owned: r.Customers, at: time.Now()})
	if err != nil {
		return result, err
	}
	list, err := tokens(ctx, srv.url, r.Operators)
	if err != nil {
		return result, err
	}
	cables := make([]*cable, r.Operators)
	for i := range cables {
		cables[i] = &cable{host: srv.host, token: list[i], random: rand.New(rand.NewPCG(uint64(i), 3))}
		if err := cables[i].plugIn(ctx, &c); err != nil {
			return result, fmt.Errorf("operator %d: %w", i, err)
		}
	}
	t := newTraffic(srv.host, hookPath, min(r.Connections, 32), r.Customers)
	for i := range t.sent {
		t.sent[i] = 1 // the stock's
	}
	stop := t.start(ctx)
	c.add(func() error { stop(); return nil })
	began, used := time.Now(), processCPU()
	var wg sync.WaitGroup
	for _, k := range cables {
		wg.Go(func() { k.suffer(ctx, began.Add(r.Duration)) })
	}
	err = t.flow(ctx, r.Rate, r.Duration)
	wg.Wait()
	used, took := processCPU()-used, time.Since(began)
	stop()
	if err != nil {
		return result, err
	}
	return r.resumed(ctx, cables, took, used)
}

// cable is one operator: a websocket that is cut again and again, and a witness.
type cable struct {
	host, token string
	random      *rand.Rand
	epoch       string
	seq         uint64 // of the newest event that came by the websocket that is cut
	sum         uint32 // over all of them, in order
	witness     witness
	back        histogram
	upgrade     histogram
	missing     int64
	doubled     int64
	snapshots   int64 // ways back that found the feed gone
	failure     error
}

// witness is what an operator's other websocket has seen.
type witness struct {
	plug *plug
	seq  atomic.Uint64
	sums sync.Map // seq -> sum over all events up to it
}

// plugIn opens the witness, which also is where the other websocket begins.
func (k *cable) plugIn(ctx context.Context, c *closers) error {
	p, err := connect(ctx, k.host, k.token, "", 0)
	if err != nil {
		return err
	}
	h, err := p.hear()
	if err != nil || h.Type != "hello" {
		return errors.Join(err, p.net.Close(), errors.New("there was no hello"))
	}
	k.epoch, k.seq = h.Epoch, h.Seq
	k.witness.plug = p
	k.witness.seq.Store(h.Seq)
	var reading sync.WaitGroup
	c.add(func() error { reading.Wait(); return nil })
	c.add(func() error { _ = p.net.Close(); return nil })
	reading.Go(func() { k.watch() })
	return nil
}

// watch reads the witness to its end.
func (k *cable) watch() {
	sum := uint32(0)
	for {
		text, err := k.witness.plug.read()
		if err != nil {
			return
		}
		seq, ok := pushNumber(text)
		if !ok {
			continue
		}
		sum = crc32.Update(sum, crc32.IEEETable, text)
		k.witness.sums.Store(seq, sum)
		k.witness.seq.Store(seq)
	}
}

// suffer is cut and comes back until a moment, and once more to the end of the feed.
func (k *cable) suffer(ctx context.Context, until time.Time) {
	for ctx.Err() == nil && k.failure == nil && time.Now().Before(until) {
		k.failure = k.comeBack(ctx, time.Duration(k.random.Int64N(int64(lastsMost))))
		select {
		case <-time.After(time.Duration(k.random.Int64N(int64(awayMost)))):
		case <-ctx.Done():
		}
	}
}

// comeBack connects, takes what was missed, stays for a while, and is cut.
func (k *cable) comeBack(ctx context.Context, stay time.Duration) error {
	want := k.witness.seq.Load()
	began := time.Now()
	p, err := connect(ctx, k.host, k.token, k.epoch, k.seq)
	if err != nil {
		return err
	}
	defer p.cut()
	k.upgrade.record(time.Since(began))
	h, err := p.hear()
	if err != nil || h.Type != "hello" {
		return errors.Join(err, errors.New("there was no hello"))
	}
	if !h.Resumed || h.Epoch != k.epoch || h.Seq != k.seq {
		k.snapshots++
		return errors.New("the feed was gone: a snapshot came in place of what was missed")
	}
	if err := p.net.SetReadDeadline(began.Add(answerWithin)); err != nil {
		return err
	}
	for k.seq < want {
		if err := k.take(p); err != nil {
			return fmt.Errorf("at %d of %d: %w", k.seq, want, err)
		}
	}
	k.back.record(time.Since(began))
	if err := p.net.SetReadDeadline(time.Now().Add(stay)); err != nil {
		return err
	}
	for k.take(p) == nil { // until the deadline cuts it
	}
	return nil
}

// take reads one frame and counts what is not in its place.
func (k *cable) take(p *plug) error {
	text, err := p.read()
	if err != nil {
		return err
	}
	seq, ok := pushNumber(text)
	switch {
	case !ok:
		return nil
	case seq <= k.seq:
		k.doubled++
		return nil
	}
	k.missing += int64(seq - k.seq - 1)
	k.seq = seq
	k.sum = crc32.Update(k.sum, crc32.IEEETable, text)
	return nil
}

// pushNumber reads the number of a push; ok is false for anything else.
func pushNumber(text []byte) (uint64, bool) {
	const head = `{"seq":`
	if len(text) < len(head) || string(text[:len(head)]) != head {
		return 0, false
	}
	n := uint64(0)
	for _, b := range text[len(head):] {
		if b < '0' || b > '9' {
			break
		}
		n = n*10 + uint64(b-'0')
	}
	return n, true
}

// resumed lets everybody come back a last time and adds up.
func (r *run) resumed(ctx context.Context, cables []*cable, took, used time.Duration) (Result, error) {
	var back, upgrade histogram
	var lost, doubled, reordered int64
	for i, k := range cables {
		if k.failure != nil {
			return Result{}, fmt.Errorf("operator %d: %w", i, k.failure)
		}
		back.add(&k.back)
		upgrade.add(&k.upgrade)
		if err := k.comeBack(ctx, 10*time.Millisecond); err != nil {
			return Result{}, fmt.Errorf("operator %d: %w", i, err)
		}
		lost, doubled = lost+k.missing, doubled+k.doubled
		if sum, ok := k.witness.sums.Load(k.seq); ok && sum != k.sum {
			reordered++ // the numbers are right and what they stand for is not
		}
	}
	result := r.result("websockets are cut at random under load and come back; times are from the dial until everything missed is there")
	rate := float64(back.n) / took.Seconds()
	p50, p99, bound := milliseconds(back.quantile(0.5)), milliseconds(back.quantile(0.99)), milliseconds(upgrade.quantile(0.99))
	cpu := perDone(used, back.n)
	result.Rate, result.P50, result.P99, result.CeilingP99, result.CPU = &rate, &p50, &p99, &bound, &cpu
	result.Lost, result.Doubled, result.Reordered = &lost, &doubled, &reordered
	result.Seconds, result.Operators, result.Connections = took.Seconds(), r.Operators, 0
	result.ceilingName, result.ceilingWords = "upgrade", "the dial and the upgrade alone, before the first frame"
	return result, nil
}
