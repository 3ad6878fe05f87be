package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
)

// Server is the gateway. Make it with New, run it with Start, end it with Shutdown.
type Server struct {
	cfg     Config
	deps    Deps
	log     *slog.Logger
	now     func() time.Time
	metrics *Metrics
	site    site
	proxies []netip.Prefix
	app     *fiber.App

	workspace *webApp // nil when not built

	routes   []endpoint
	document []byte
	protocol map[string]request

	bodies    budget
	webhooks  chan struct{} // a place for each webhook in flight
	passwords chan struct{} // a place for each password hash being computed
	accounts  *throttle
	addresses *throttle
	sockets   *registry
	buffers   *sync.Pool // for what sockets write

	base     context.Context // of all requests; ends when Shutdown gives up waiting
	cancel   context.CancelFunc
	draining atomic.Bool
	running  sync.WaitGroup
	listener net.Listener
	watcher  *http.Server // of metrics, nil without an own listener
	stop     context.CancelFunc
}

// New builds the gateway and starts nothing. The error says what of the configuration is wrong.
func New(cfg Config, deps Deps) (*Server, error) {
	s := &Server{cfg: cfg.withDefaults(), deps: deps, log: deps.Log, now: deps.Now, metrics: deps.Metrics}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.metrics == nil {
		s.metrics = NewMetrics()
	}
	var err error
	if s.site, err = siteOf(cfg.PublicURL); err != nil {
		return nil, err
	}
	if s.proxies, err = networks(cfg.TrustedProxies); err != nil {
		return nil, err
	}
	if deps.Workspace != nil {
		if s.workspace, err = readWebApp(deps.Workspace); err != nil {
			return nil, err
		}
	}
	s.bodies.left.Store(s.cfg.BufferedBytes)
	s.webhooks = make(chan struct{}, s.cfg.Webhooks)
	s.passwords = make(chan struct{}, s.cfg.PasswordChecks)
	s.accounts = newThrottle(failsPerAccount, signInWindow, s.now)
	s.addresses = newThrottle(failsPerAddress, signInWindow, s.now)
	s.sockets, s.buffers = newRegistry(s.metrics.sockets.Set), &sync.Pool{}
	s.metrics.Gauge("parley_sockets_queued_bytes", "Bytes that wait for operators' connections to read them.", s.sockets.queued)
	s.base, s.cancel = context.WithCancel(context.Background())
	s.routes, s.protocol = s.endpoints(), s.requests()
	s.document = document(s.routes, s.cfg.Version)
	s.app = s.application()
	return s, nil
}

// idleWorker is how long a goroutine that has served a request waits for another:
// a storm of connections leaves one for each, which is memory.
const idleWorker = 2 * time.Second

// application is the Fiber app with everything mounted.
func (s *Server) application() *fiber.App {
	app := fiber.New(fiber.Config{
		ErrorHandler:                 s.onError,
		StreamRequestBody:            true, // see limits.go
		DisablePreParseMultipartForm: true,
		BodyLimit:                    jsonBytes, // above it nothing is read before the handler asks
		ReadTimeout:                  s.cfg.ReadTimeout,
		WriteTimeout:                 s.cfg.WriteTimeout,
		IdleTimeout:                  2 * time.Minute,
		ReadBufferSize:               headerBytes,
		CaseSensitive:                true,
		StrictRouting:                true,
		DisableStartupMessage:        true,
		Network:                      fiber.NetworkTCP,
	})
	app.Server().HeaderReceived = s.onHeader
	app.Server().ExpectHandler = s.onExpect
	app.Server().CloseOnShutdown = true
	app.Server().MaxIdleWorkerDuration = idleWorker
	app.Use(s.guard)
	s.hookRoutes(app)
	s.watchRoutes(app)
	s.mount(app)
	s.pageRoutes(app)
	return app
}

// Start listens and returns once connections are accepted; the error says why an address cannot be had.
func (s *Server) Start() error {
	ln, err := net.Listen("tcp", s.cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.listener = ln
	if err := s.startMetrics(); err != nil {
		return errors.Join(err, ln.Close())
	}
	ctx, stop := context.WithCancel(s.base)
	s.stop = stop
	s.running.Go(func() { s.watchSessions(ctx) })
	s.running.Go(func() {
		if err := s.app.Listener(s.crowded(bound{ln})); err != nil && !errors.Is(err, net.ErrClosed) {
			s.log.Error("the gateway stopped serving", "err", err)
		}
	})
	return nil
}

// Addr is where the gateway listens; nil before Start.
func (s *Server) Addr() net.Addr {
	if s.listener == nil {
		return nil
	}
	return s.listener.Addr()
}

func (s *Server) startMetrics() error {
	if s.cfg.MetricsListen == "" {
		return nil
	}
	ln, err := net.Listen("tcp", s.cfg.MetricsListen)
	if err != nil {
		return fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", s.metricsHandler())
	s.watcher = &http.Server{Handler: mux, ReadHeaderTimeout: s.cfg.ReadTimeout, ReadTimeout: s.cfg.ReadTimeout, MaxHeaderBytes: headerBytes}
	s.running.Go(func() {
		if err := s.watcher.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("metrics stopped being served", "err", err)
		}
	})
	return nil
}

// Drain flips readiness, so that a load balancer looks elsewhere; requests are still served.
func (s *Server) Drain() { s.draining.Store(true) }

// Shutdown stops accepting, tells the operators' connections to resume elsewhere,
// and waits for what is under way until ctx ends. Stop the engine after it, not before.
func (s *Server) Shutdown(ctx context.Context) error {
	s.Drain()
	if s.listener == nil {
		s.cancel()
		return nil
	}
	s.stop()
	gone := s.sockets.shut()
	err := s.app.ShutdownWithContext(ctx)
	// A server that was only just started may not have taken the listener over yet: it must not begin now.
	if e := s.listener.Close(); e != nil && !errors.Is(e, net.ErrClosed) {
		err = errors.Join(err, e)
	}
	select {
	case <-gone:
	case <-ctx.Done():
		err = errors.Join(err, fmt.Errorf("operators' connections: %w", ctx.Err()))
	}
	if s.watcher != nil {
		err = errors.Join(err, s.watcher.Shutdown(ctx))
	}
	s.cancel()
	s.running.Wait()
	return err
}
