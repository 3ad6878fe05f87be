package gateway

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"github.com/gofiber/fiber/v2"
)

// guard is the first handler of every request: a panic behind it ends the
// request and not the process, and every answer carries the security headers.
func (s *Server) guard(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.metrics.panics.Inc()
			// The value of a panic may quote what a customer wrote: its type and the stack say enough.
			s.log.Error("panic in a request", "method", c.Method(), "route", c.Route().Path, "type", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = answerProblem(c, &fault{Status: http.StatusInternalServerError, Code: "internal", Text: "something went wrong here"})
		}
		s.drain(c)
	}()
	s.harden(&c.Response().Header)
	if err := c.Next(); err != nil {
		return s.onError(c, err)
	}
	return nil
}

// header is the part of a response header that harden sets.
type header interface{ Set(key, value string) }

// harden refuses everything a browser could make of an answer of ours; a route that serves more says so itself.
func (s *Server) harden(h header) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	if s.site.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}
