package gateway

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/gateway/wire"
)

// readiness is the answer of /readyz.
type readiness struct {
	Ready bool   `json:"ready"`
	Parts []Part `json:"parts"`
}

// health says that the process answers.
func (s *Server) health(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.SendString(`{"status":"ok"}`)
}

// ready says whether the process can take work, and which part cannot.
func (s *Server) ready(c *fiber.Ctx) error {
	out := readiness{Ready: true, Parts: []Part{{Name: "gateway", OK: !s.draining.Load(), Detail: "accepting"}}}
	if s.draining.Load() {
		out.Parts[0].Detail = "shutting down"
	}
	if s.deps.Readiness != nil {
		out.Parts = append(out.Parts, s.deps.Readiness.Parts()...)
	}
	for _, p := range out.Parts {
		out.Ready = out.Ready && p.OK
	}
	if !out.Ready {
		c.Status(http.StatusServiceUnavailable)
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(wire.Encode(out))
}

// metricsHandler serves the registry in Prometheus' text form.
func (s *Server) metricsHandler() http.Handler {
	return promhttp.HandlerFor(s.metrics.Registry, promhttp.HandlerOpts{})
}

// watchRoutes adds health, readiness and, without a listener of its own, metrics.
func (s *Server) watchRoutes(app *fiber.App) {
	app.Get("/healthz", s.health)
	app.Get("/readyz", s.ready)
	if s.cfg.MetricsListen == "" {
		app.Get("/metrics", adaptor.HTTPHandler(s.metricsHandler()))
	}
}
