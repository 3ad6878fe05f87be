package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
)

// theatre opens stages for whoever asks over HTTP. Every call waits until what it
// asked for has happened, at most for patience.
type theatre struct {
	t      testing.TB
	dir    string
	url    string
	server *http.Server
	cancel context.CancelFunc // ends every call

	mu     sync.Mutex
	opened int
	stages map[string]*stage
}

// openTheatre serves at an address (port 0 picks one) until the test ends.
func openTheatre(t testing.TB, at string) *theatre {
	t.Helper()
	ln, err := net.Listen("tcp", at)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	h := &theatre{t: t, dir: t.TempDir(), url: "http://" + ln.Addr().String(), cancel: cancel, stages: map[string]*stage{}}
	h.server = &http.Server{Handler: h.routes(), ReadHeaderTimeout: patience, BaseContext: func(net.Listener) context.Context { return ctx }}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = h.server.Serve(ln) // until it is shut down
	}()
	t.Cleanup(func() {
		h.close()
		<-served
	})
	return h
}

// close ends the theatre with every stage that was left open.
func (h *theatre) close() {
	h.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := h.server.Shutdown(ctx); err != nil {
		h.t.Errorf("close the theatre: %v", err)
	}
	for _, s := range h.stages { // nobody asks any more
		if err := s.close(); err != nil {
			h.t.Errorf("stage %s: %v", s.id, err)
		}
	}
}

func (h *theatre) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /stages", answering(h.open))
	mux.HandleFunc("DELETE /stages/{stage}", answering(h.closeStage))
	mux.HandleFunc("POST /stages/{stage}/server", answering(h.on(orderServer)))
	mux.HandleFunc("POST /stages/{stage}/network", answering(h.on(orderNetwork)))
	mux.HandleFunc("GET /stages/{stage}/customers/{channel}/{n}", answering(h.on(describeCustomer)))
	mux.HandleFunc("POST /stages/{stage}/customers/{channel}/{n}", answering(h.on(act)))
	mux.HandleFunc("POST /stages/{stage}/load", answering(h.on(beginLoad)))
	mux.HandleFunc("GET /stages/{stage}/load", answering(h.on(describeLoad)))
	mux.HandleFunc("/", answering(func(_ context.Context, r *http.Request) (any, error) {
		return nil, refusal{http.StatusNotFound, "the theatre knows no " + r.Method + " " + r.URL.Path}
	}))
	return mux
}

// refusal is an error of the caller's.
type refusal struct {
	status int
	why    string
}

func (r refusal) Error() string { return r.why }

// handler does what a call asks for; what it gives is answered as JSON.
type handler func(ctx context.Context, r *http.Request) (any, error)

// answering bounds a call, and answers with JSON whatever comes of it.
func answering(do handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		out, err := do(ctx, r)
		status, wrong := http.StatusOK, refusal{}
		switch {
		case errors.As(err, &wrong):
			status = wrong.status
		case errors.Is(err, context.DeadlineExceeded):
			status = http.StatusGatewayTimeout
		case err != nil:
			status = http.StatusInternalServerError
		}
		if err != nil {
			out = map[string]string{"error": err.Error()}
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(out) // nobody else to tell
	}
}

// read takes a call's JSON; a key that is not known is a mistake. No body leaves v as it is.
func read(r *http.Request, v any) error {
	body, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
	if err != nil {
		return fmt.Errorf("read the call: %w", err)
	}
	if len(body) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return refusal{http.StatusBadRequest, "the call's JSON: " + err.Error()}
	}
	return nil
}

// open opens a stage.
func (h *theatre) open(ctx context.Context, r *http.Request) (any, error) {
	var w wish
	if err := read(r, &w); err != nil {
		return nil, err
	}
	h.mu.Lock()
	h.opened++
	id := strconv.Itoa(h.opened)
	h.mu.Unlock()
	s, err := openStage(ctx, id, h.dir, w)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.stages[id] = s
	return s.described(), nil
}

// closeStage ends a stage; what was wrong with its servers fails the caller too.
func (h *theatre) closeStage(_ context.Context, r *http.Request) (any, error) {
	s, err := h.stage(r)
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	delete(h.stages, s.id)
	h.mu.Unlock()
	if err := s.close(); err != nil {
		h.t.Errorf("stage %s: %v", s.id, err)
		return nil, err
	}
	return struct{}{}, nil
}

func (h *theatre) stage(r *http.Request) (*stage, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s := h.stages[r.PathValue("stage")]; s != nil {
		return s, nil
	}
	return nil, refusal{http.StatusNotFound, fmt.Sprintf("there is no stage %q: it was closed, or never opened", r.PathValue("stage"))}
}

// on makes a handler of what is done on a stage.
func (h *theatre) on(do func(ctx context.Context, s *stage, r *http.Request) (any, error)) handler {
	return func(ctx context.Context, r *http.Request) (any, error) {
		s, err := h.stage(r)
		if err != nil {
			return nil, err
		}
		return do(ctx, s, r)
	}
}

// orderServer ends or starts a stage's server.
func orderServer(ctx context.Context, s *stage, r *http.Request) (any, error) {
	var order struct {
		Do string `json:"do"`
	}
	if err := read(r, &order); err != nil {
		return nil, err
	}
	switch order.Do {
	case "kill":
		return struct{}{}, s.kill()
	case "stop":
		return struct{}{}, s.stop(ctx)
	case "start":
		return struct{}{}, s.start(ctx)
	}
	return nil, refusal{http.StatusBadRequest, fmt.Sprintf("a server is told to kill, stop or start, not to %q", order.Do)}
}

// orderNetwork cuts, stalls or mends the line between browsers and server.
func orderNetwork(_ context.Context, s *stage, r *http.Request) (any, error) {
	var order struct {
		Up    *bool `json:"up"`
		Stall bool  `json:"stall"`
	}
	if err := read(r, &order); err != nil {
		return nil, err
	}
	switch {
	case order.Up == nil || *order.Up && order.Stall:
		return nil, refusal{http.StatusBadRequest, `a network is told {"up":true}, {"up":false} or {"up":false,"stall":true}`}
	case *order.Up:
		s.line.up()
	case order.Stall:
		s.line.stall()
	default:
		s.line.down()
	}
	return struct{}{}, nil
}
