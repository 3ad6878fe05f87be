package gateway

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/gateway/wire"
)

// problemDocument is an RFC 9457 document with a stable code.
type problemDocument struct {
	Type   string    `json:"type"`
	Title  string    `json:"title"`
	Status int       `json:"status"`
	Detail string    `json:"detail"`
	Code   string    `json:"code"`
	By     *wire.Ref `json:"by,omitempty"` // who has the chat, for taken
}

// onError answers every request that ended in an error; it is Fiber's error handler.
func (s *Server) onError(c *fiber.Ctx, err error) error {
	f := s.read(err)
	if f.Status >= http.StatusInternalServerError && f.Cause != nil {
		s.log.Error("request failed", "method", c.Method(), "route", c.Route().Path, "code", f.Code, "err", f.Cause)
	}
	return answerProblem(c, f)
}

// read makes a fault of Fiber's own errors too.
func (s *Server) read(err error) *fault {
	var fe *fiber.Error
	if !errors.As(err, &fe) {
		return faultOf(err)
	}
	f := &fault{Status: fe.Code, Text: http.StatusText(fe.Code)}
	switch fe.Code {
	case http.StatusNotFound:
		f.Code, f.Text = "not_found", "there is nothing here"
	case http.StatusMethodNotAllowed:
		f.Code = "method_not_allowed"
	case http.StatusRequestEntityTooLarge:
		f.Code = "too_large"
	case http.StatusRequestHeaderFieldsTooLarge:
		f.Code = "headers_too_large"
	case http.StatusRequestTimeout:
		f.Code = "timeout"
	case http.StatusUpgradeRequired:
		f.Code, f.Text = "upgrade_required", "this address speaks websocket"
	default:
		f.Code = "bad_request"
		if fe.Code >= http.StatusInternalServerError {
			f.Code, f.Cause = "internal", err
		}
	}
	return f
}

func answerProblem(c *fiber.Ctx, f *fault) error {
	if f.Retry > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int((f.Retry+time.Second-1)/time.Second)))
	}
	if f.Status == http.StatusUnauthorized {
		c.Set(fiber.HeaderWWWAuthenticate, "Bearer")
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(f.Status).Send(wire.Encode(problemDocument{
		Type: "about:blank", Title: http.StatusText(f.Status), Status: f.Status, Detail: f.Text, Code: f.Code, By: f.By,
	}))
}
