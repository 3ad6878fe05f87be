package gateway

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/actors"
	"parley/gateway/channel"
)

// hookRoutes adds the providers' addresses. What is no provider's is answered like an unknown channel.
func (s *Server) hookRoutes(app *fiber.App) {
	app.Get("/hooks/:provider/:channel", s.handshake)
	app.Post("/hooks/:provider/:channel", s.webhook)
}

func (s *Server) channelOf(c *fiber.Ctx) (Channel, error) {
	ch, ok := s.deps.Channels.Channel(strings.Clone(c.Params("provider")), strings.Clone(c.Params("channel")))
	if !ok {
		return Channel{}, notFound("no such channel")
	}
	return ch, nil
}

// webhook takes one delivery of a provider: 200 only when everything in it is
// durable, or set aside durably because it cannot be understood. The checks
// come cheapest first, and nothing is parsed before the signature is right.
func (s *Server) webhook(c *fiber.Ctx) (err error) {
	started := time.Now()
	ch, err := s.channelOf(c)
	if err != nil {
		return err
	}
	defer func() {
		status := c.Response().StatusCode()
		if err != nil {
			status = s.read(err).Status
		}
		s.metrics.webhook.WithLabelValues(ch.Account.Provider, strconv.Itoa(status)).Observe(time.Since(started).Seconds())
	}()
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		return &fault{Status: http.StatusUnsupportedMediaType, Code: "unsupported_encoding", Text: "send the body as it is"}
	}
	if int64(c.Request().Header.ContentLength()) > s.cfg.WebhookBytes {
		return errTooLarge
	}
	if !conceivable(c, ch) {
		return c.Status(http.StatusUnauthorized).Send(nil)
	}
	body, err := s.readBody(c, s.cfg.WebhookBytes)
	defer body.release()
	if err != nil {
		return err
	}
	if !authentic(c, ch, body.Bytes) {
		return c.Status(http.StatusUnauthorized).Send(nil)
	}
	return s.accept(c, ch, body.Bytes, started)
}

// accept makes an authentic body durable.
func (s *Server) accept(c *fiber.Ctx, ch Channel, body []byte, received time.Time) error {
	if !s.enter() {
		return busy(nil)
	}
	defer s.leave()
	ctx, cancel := context.WithTimeout(actors.Received(s.base, received), s.cfg.WebhookTimeout)
	defer cancel()
	if err := s.deliver(ctx, ch, body); err != nil {
		s.log.Warn("a webhook could not be made durable", "channel", ch.Account.ID, "err", err)
		return busy(nil)
	}
	return c.Status(http.StatusOK).Send(nil)
}

// enter takes one of the places for webhooks in flight.
func (s *Server) enter() bool {
	select {
	case s.webhooks <- struct{}{}:
		s.metrics.inFlight.Inc()
		return true
	default:
		return false
	}
}

func (s *Server) leave() {
	<-s.webhooks
	s.metrics.inFlight.Dec()
}

// conceivable says whether the headers leave it possible that the body is the
// provider's; otherwise it is not worth any memory.
func conceivable(c *fiber.Ctx, ch Channel) bool {
	v, ok := ch.Adapter.(channel.Screener)
	return !ok || v.Screen(ch.Account, func(name string) string { return strings.Clone(c.Get(name)) })
}

// authentic says whether the body is the provider's. An adapter that cannot tell is not believed.
func authentic(c *fiber.Ctx, ch Channel, body []byte) bool {
	v, ok := ch.Adapter.(channel.Verifier)
	return ok && v.Verify(ch.Account, func(name string) string { return strings.Clone(c.Get(name)) }, body)
}

// handshake answers the provider's question whether this address is ours.
func (s *Server) handshake(c *fiber.Ctx) error {
	ch, err := s.channelOf(c)
	if err != nil {
		return err
	}
	h, ok := ch.Adapter.(channel.Handshaker)
	if !ok {
		c.Set(fiber.HeaderAllow, fiber.MethodPost)
		return fiber.ErrMethodNotAllowed
	}
	answer, ok := h.Handshake(ch.Account, func(name string) string {
		return string(c.Context().QueryArgs().Peek(name))
	})
	if !ok {
		return forbidden()
	}
	if !plainChallenge(answer) {
		return badRequest("the challenge holds more than letters and digits")
	}
	c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
	return c.SendString(answer)
}

// plainChallenge keeps the echo of a challenge from becoming somebody's page.
func plainChallenge(s string) bool {
	if s == "" || len(s) > 256 {
		return false
	}
	for _, r := range s {
		word := r == '_' || r == '-' || r == '.' || (r >= '0' && r <= '9') || (r >= 'a' && r <= 'z') || (r >= 'A' && r <= 'Z')
		if !word {
			return false
		}
	}
	return true
}
