package bench

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// provider answers what a server asks of Messenger, WhatsApp and Telegram, and remembers nothing. No customer lets his
// profile be read, so each is called by his id, which tells chats apart. The simulator is for judging; this one only
// keeps out of the way.
type provider struct {
	url      string
	profiles atomic.Int64 // how many were asked for
	sends    atomic.Int64
	server   *http.Server
	done     sync.WaitGroup
	err      error
}

func startProvider() (*provider, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	p := &provider{url: "http://" + ln.Addr().String()}
	p.server = &http.Server{Handler: p, ReadHeaderTimeout: 5 * time.Second}
	p.done.Go(func() {
		if err := p.server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			p.err = err
		}
	})
	return p, nil
}

func (p *provider) close() error {
	err := p.server.Close()
	p.done.Wait()
	return errors.Join(err, p.err)
}

// ServeHTTP refuses profiles and takes everything else.
func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch {
	case strings.HasPrefix(r.URL.Path, "/bot"):
		fmt.Fprint(w, `{"ok":true,"result":{"message_id":1}}`)
	case r.Method == http.MethodGet:
		p.profiles.Add(1)
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":{"message":"The user has not consented.","type":"OAuthException","code":230}}`)
	default:
		n := p.sends.Add(1)
		fmt.Fprintf(w, `{"recipient_id":"1","message_id":"m_%d","messages":[{"id":"wamid.%d"}]}`, n, n)
	}
}
