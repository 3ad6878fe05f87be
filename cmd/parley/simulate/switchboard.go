package simulate

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// AttachPath is where a switchboard takes and gives back the stage.
const AttachPath = "/control/attach"

// attachLife is how long an attachment lives without being renewed.
const attachLife = 10 * time.Second

// Attachment is the body of an attach call and of its answer. The first call
// gives the URL; renewals and the end name the ID they got.
type Attachment struct {
	URL         string `json:"url,omitempty"` // http://127.0.0.1:PORT of the process that plays the providers
	ID          string `json:"id,omitempty"`
	RenewWithin int64  `json:"renew_within_ms,omitempty"` // without a renewal by then the attachment ends
}

// Switchboard stands in front of a World: as long as nobody is attached, the
// World answers the provider API calls; while a process is attached, that one does.
type Switchboard struct {
	// OnAttach is called when a process takes the stage, before its attach call is
	// answered; OnDetach when it has left. They never run side by side.
	OnAttach, OnDetach func()

	world http.Handler
	proxy *httputil.ReverseProxy
	life  time.Duration
	hooks sync.Mutex // orders OnAttach and OnDetach

	mu     sync.Mutex
	target *url.URL // nil: nobody is attached
	id     string
	expiry *time.Timer
	closed bool
}

// NewSwitchboard puts a switchboard in front of a world.
func NewSwitchboard(world http.Handler) *Switchboard {
	s := &Switchboard{world: world, life: attachLife}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.Proxy = nil
	transport.DisableCompression = true
	transport.MaxIdleConnsPerHost = 64 // as many calls as a server makes at once
	s.proxy = &httputil.ReverseProxy{
		Transport:    transport,
		ErrorHandler: brokenCall,
		Rewrite: func(r *httputil.ProxyRequest) {
			target := r.In.Context().Value(targetKey{}).(*url.URL)
			r.SetURL(target)
		},
	}
	return s
}

type targetKey struct{}

// ServeHTTP answers the control calls and passes everything else on.
func (s *Switchboard) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == AttachPath {
		s.control(w, r)
		return
	}
	s.mu.Lock()
	target := s.target
	s.mu.Unlock()
	if target == nil {
		s.world.ServeHTTP(w, r)
		return
	}
	s.proxy.ServeHTTP(w, r.WithContext(withTarget(r.Context(), target)))
}

// brokenCall decides what a caller sees when the attached process did not
// answer. If nothing can have been accepted it is an honest 502; otherwise the
// connection breaks here too, so that the outcome stays as unknown as it is.
func brokenCall(w http.ResponseWriter, _ *http.Request, err error) {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "dial" {
		http.Error(w, "the attached simulator is gone", http.StatusBadGateway)
		return
	}
	panic(http.ErrAbortHandler)
}

// control attaches, renews and detaches. Only this machine may: the caller must
// be local, and must send JSON, which no web page can do across origins unasked.
func (s *Switchboard) control(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !net.ParseIP(host).IsLoopback() {
		refuse(w, http.StatusForbidden, "only this machine may attach")
		return
	}
	switch r.Method {
	case http.MethodPost:
		s.take(w, r)
	case http.MethodDelete:
		s.give(w, r)
	default:
		w.Header().Set("Allow", "POST, DELETE")
		refuse(w, http.StatusMethodNotAllowed, "POST attaches and renews, DELETE detaches")
	}
}

func (s *Switchboard) take(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "the body must be application/json")
		return
	}
	var in Attachment
	if err := json.NewDecoder(io.LimitReader(r.Body, 4096)).Decode(&in); err != nil {
		refuse(w, http.StatusBadRequest, "the body is not an attachment")
		return
	}
	target, err := loopbackURL(in.URL)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	id, ok := s.attach(target, in.ID)
	if !ok {
		refuse(w, http.StatusConflict, "another process is attached, or this attachment has ended")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(Attachment{URL: in.URL, ID: id, RenewWithin: s.life.Milliseconds()})
}

// attach begins an attachment (id empty) or renews it.
func (s *Switchboard) attach(target *url.URL, id string) (string, bool) {
	s.hooks.Lock()
	defer s.hooks.Unlock()
	s.mu.Lock()
	if s.closed || id != s.id {
		s.mu.Unlock()
		return "", false
	}
	if id != "" {
		s.expiry.Reset(s.life)
		s.mu.Unlock()
		return id, true
	}
	id = rand.Text()
	s.target, s.id = target, id
	s.expiry = time.AfterFunc(s.life, func() { s.detach(id) })
	s.mu.Unlock()
	if s.OnAttach != nil {
		s.OnAttach()
	}
	return id, true
}

func (s *Switchboard) give(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("id")
	if id == "" {
		s.mu.Lock()
		id = s.id
		s.mu.Unlock()
	}
	if id != "" && !s.detach(id) {
		refuse(w, http.StatusConflict, "this attachment has ended")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// detach ends the attachment with this id; false when it has ended already.
func (s *Switchboard) detach(id string) bool {
	s.hooks.Lock()
	defer s.hooks.Unlock()
	s.mu.Lock()
	if s.id != id || id == "" {
		s.mu.Unlock()
		return false
	}
	s.expiry.Stop()
	s.target, s.id = nil, ""
	closed := s.closed
	s.mu.Unlock()
	if s.OnDetach != nil && !closed {
		s.OnDetach()
	}
	return true
}

// Close ends an attachment without telling OnDetach and takes no new one.
func (s *Switchboard) Close() {
	s.mu.Lock()
	s.closed = true
	id := s.id
	s.mu.Unlock()
	s.detach(id)
	s.proxy.Transport.(*http.Transport).CloseIdleConnections()
}

func refuse(w http.ResponseWriter, status int, why string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"status": status, "title": http.StatusText(status), "detail": why})
}
