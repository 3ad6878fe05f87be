package gateway

import (
	"context"
	"errors"
	"maps"
	"sync"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/actors/operator"
	"parley/actors/route"
)

// registry knows the open connections, so that a session's end and the
// process's end reach them.
type registry struct {
	mu     sync.Mutex
	open   map[*socket]struct{}
	over   map[string]time.Time // sessions that ended lately, by id
	closed bool
	empty  chan struct{} // made by shut; closed when the last connection has gone
	gauge  func(float64)
}

func newRegistry(gauge func(float64)) *registry {
	return &registry{open: map[*socket]struct{}{}, over: map[string]time.Time{}, gauge: gauge}
}

// queued counts the bytes that wait for clients to read them.
func (r *registry) queued() float64 {
	n := 0
	for _, k := range r.all() {
		n += k.out.waiting()
	}
	return float64(n)
}

// overFor is how long an ended session is remembered: longer than a connection
// takes from the look at its token to being known here.
const overFor = time.Minute

// add gives the reason for which the connection must end at once, if there is
// one; remove must be called in any case.
func (r *registry) add(k *socket) *ending {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.open[k] = struct{}{}
	r.gauge(float64(len(r.open)))
	if r.closed {
		return &ending{code: fws.CloseServiceRestart, text: "restart, resume"}
	}
	if _, ended := r.over[k.session.Load().ID]; ended {
		return &ending{code: closeSession, text: "session ended"}
	}
	return nil
}

func (r *registry) remove(k *socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.open, k)
	r.gauge(float64(len(r.open)))
	if r.closed && len(r.open) == 0 {
		r.signal()
	}
}

func (r *registry) signal() {
	select {
	case <-r.empty:
	default:
		close(r.empty)
	}
}

func (r *registry) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.open)
}

func (r *registry) all() []*socket {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]*socket, 0, len(r.open))
	for k := range r.open {
		out = append(out, k)
	}
	return out
}

// endSession closes every connection of a session, also one that is just being made.
func (r *registry) endSession(id string) {
	now := time.Now()
	r.mu.Lock()
	maps.DeleteFunc(r.over, func(_ string, at time.Time) bool { return now.Sub(at) > overFor })
	r.over[id] = now
	r.mu.Unlock()
	for _, k := range r.all() {
		if k.session.Load().ID == id {
			k.out.finish(ending{code: closeSession, text: "session ended"})
		}
	}
}

// shut asks every connection to come back later and gives a signal for when all have gone.
func (r *registry) shut() <-chan struct{} {
	r.mu.Lock()
	if !r.closed {
		r.closed, r.empty = true, make(chan struct{})
		if len(r.open) == 0 {
			r.signal()
		}
	}
	r.mu.Unlock()
	for _, k := range r.all() {
		k.out.finish(ending{code: fws.CloseServiceRestart, text: "restart, resume", flush: true})
	}
	return r.empty
}

// watchSessions looks again and again whether the sessions behind the
// connections still live, whoever ended them: expiry, another device, an
// administrator, another node. It returns when ctx ends.
func (s *Server) watchSessions(ctx context.Context) {
	tick := time.NewTicker(s.cfg.SessionCheck)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.checkSessions(ctx)
		}
	}
}

func (s *Server) checkSessions(ctx context.Context) {
	bySession := map[string][]*socket{}
	for _, k := range s.sockets.all() {
		id := k.session.Load().ID
		bySession[id] = append(bySession[id], k)
	}
	for id, sockets := range bySession {
		fresh, err := s.authenticate(ctx, credential{token: sockets[0].token})
		switch {
		case err == nil:
			for _, k := range sockets {
				k.session.Store(&fresh) // roles may have changed
			}
		case s.read(err).Code == "unauthorized":
			s.sockets.endSession(id)
			s.depart(ctx, sockets[0].who().ID)
		case !errors.Is(err, context.Canceled):
			s.log.Warn("a session could not be checked", "err", err)
		}
	}
}

// depart tells the operator's actor that a session ended by itself (S13). Whether
// another lives, the sessions say and not the connections: a device that is just
// coming back has its grace.
func (s *Server) depart(ctx context.Context, operatorID string) {
	n, err := s.deps.Sessions.Living(ctx, operatorID)
	if err == nil {
		_, err = s.deps.Engine.Do(ctx, route.Operator(operatorID), operator.SignOut{Last: n == 0})
	}
	if err != nil {
		s.log.Warn("the operator's actor was not told of an expired session", "operator", operatorID, "err", err)
	}
}
