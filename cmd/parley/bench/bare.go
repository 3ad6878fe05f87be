package bench

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// bare is one of the small servers that the ceilings run on, on a free loopback port.
type bare struct {
	host string
	stop func(context.Context) error
	done sync.WaitGroup
	err  error
}

func (b *bare) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	err := b.stop(ctx)
	b.done.Wait()
	return errors.Join(err, b.err)
}

func serve(run func(net.Listener) error, stop func(context.Context) error) (*bare, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	b := &bare{host: ln.Addr().String(), stop: stop}
	b.done.Go(func() { b.err = run(ln) })
	return b, nil
}

// serveEmpty answers 200 to everything and looks at nothing: what the generator and the kernel can do.
func serveEmpty() (*bare, error) {
	s := &fasthttp.Server{Handler: func(*fasthttp.RequestCtx) {}, CloseOnShutdown: true}
	return serve(s.Serve, s.ShutdownWithContext)
}

// serveFiber answers 200 to webhooks that are signed and can be read, once then has returned.
func serveFiber(then func(event) error) (*bare, error) {
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Network: fiber.NetworkTCP})
	app.Server().CloseOnShutdown = true
	app.Post("/hooks/:provider/:channel", func(c *fiber.Ctx) error {
		body := c.Body()
		if !signed(c.Get("X-Hub-Signature-256"), body) {
			return c.SendStatus(http.StatusUnauthorized)
		}
		e, err := readEvent(body)
		if err != nil {
			return c.SendStatus(http.StatusBadRequest)
		}
		if err := then(e); err != nil {
			return c.SendStatus(http.StatusServiceUnavailable)
		}
		return c.Status(http.StatusOK).Send(nil)
	})
	return serve(app.Listener, app.ShutdownWithContext)
}

func signed(header string, body []byte) bool {
	given, ok := strings.CutPrefix(header, "sha256=")
	mac, err := hex.DecodeString(given)
	if !ok || err != nil {
		return false
	}
	h := hmac.New(sha256.New, []byte(appSecret))
	h.Write(body)
	return hmac.Equal(mac, h.Sum(nil))
}

// event is what a ceiling reads of a webhook.
type event struct{ sender, mid, text string }

var errNoEvent = errors.New("the webhook holds no message")

func readEvent(body []byte) (event, error) {
	var hook struct {
		Entry []struct {
			ID        string
			Time      int64
			Messaging []struct {
				Sender    struct{ ID string }
				Recipient struct{ ID string }
				Timestamp int64
				Message   struct{ Mid, Text string }
			}
		}
	}
	if err := json.Unmarshal(body, &hook); err != nil {
		return event{}, fmt.Errorf("webhook: %w", err)
	}
	if len(hook.Entry) == 0 || len(hook.Entry[0].Messaging) == 0 {
		return event{}, errNoEvent
	}
	m := hook.Entry[0].Messaging[0]
	return event{m.Sender.ID, m.Message.Mid, m.Message.Text}, nil
}
