package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestEventsAreRedeliveredUntilAcknowledged(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{"fb", "wa", "tg"} {
		t.Run(channel, func(t *testing.T) {
			t.Parallel()
			b := setup(t, Config{}, func(n int, _ post) int {
				return []int{500, 429, 302, 200}[min(n, 4)-1]
			})
			ref := b.heard(b.Customer(channel, 0).Text(b.ctx, "привет"))
			posts := b.received()
			if len(posts) != 4 || string(posts[0].body) != string(posts[3].body) {
				t.Fatalf("%d posts, the last one %s", len(posts), posts[len(posts)-1].body)
			}
			r := ref.Report()
			if r.Attempts != 4 || r.LastStatus != 200 || !r.Acked.After(r.FirstSent) {
				t.Fatalf("report %+v", r)
			}
			if tally := b.Tally(); tally.Redeliveries != 3 || tally.Acked != 1 {
				t.Fatalf("tally %+v", tally)
			}
		})
	}
}

func TestASilentWebhookIsTriedAgain(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	b := setup(t, Config{Timeout: 30 * time.Millisecond}, func(n int, _ post) int {
		if n == 1 {
			<-release
		}
		return 200
	})
	ref := b.ok(b.Customer("fb", 0).Text(b.ctx, "hello"))
	<-ref.Acked()
	close(release)
	if r := ref.Report(); r.Attempts < 2 { // more where a busy machine was silent again
		t.Fatalf("report %+v", r)
	}
}

func TestCustomerOrderHoldsWhileDeliveriesFail(t *testing.T) {
	t.Parallel()
	const customers, lines = 6, 15
	b := setup(t, Config{Connections: 4, Backoff: time.Millisecond}, func(n int, _ post) int {
		if n%3 == 0 {
			return 503
		}
		return 200
	})
	for i := range lines {
		for n := range customers {
			b.ok(b.Customer("tg", n).Text(b.ctx, fmt.Sprint(i)))
		}
	}
	b.drain()
	next := map[float64]float64{}
	updates := map[float64]bool{}
	for i, p := range b.received() {
		if (i+1)%3 == 0 {
			continue
		}
		var u map[string]any
		if err := json.Unmarshal(p.body, &u); err != nil {
			t.Fatal(err)
		}
		chat := at(u, "message", "chat", "id").(float64)
		if at(u, "message", "text") != fmt.Sprint(next[chat]) {
			t.Fatalf("chat %v got %v, expected line %v", chat, at(u, "message", "text"), next[chat])
		}
		next[chat]++
		updates[at(u, "update_id").(float64)] = true
		if p.header.Get("X-Telegram-Bot-Api-Secret-Token") != "tg-secret" {
			t.Fatal("secret token is missing")
		}
	}
	if len(next) != customers || len(updates) != customers*lines {
		t.Fatalf("%d customers, %d updates", len(next), len(updates))
	}
	if b.most > 4 {
		t.Fatalf("%d connections at once", b.most)
	}
	reports := b.Customer("tg", 0).Lines()
	if len(reports) != lines || !reports[0].Before(reports[1]) || reports[1].Before(reports[0]) {
		t.Fatalf("%d reports", len(reports))
	}
}

func TestMetaSignaturesAreOverTheBytesSent(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	b.ok(b.Customer("fb", 1).Text(b.ctx, "Ёлка </b> 100% a@b.c"))
	b.ok(b.Customer("wa", 1).Text(b.ctx, "Ёлка </b> 100% a@b.c"))
	b.drain()
	for _, p := range b.received() {
		secret := "fb-secret"
		if strings.Contains(string(p.body), "whatsapp_business_account") {
			secret = "wa-secret"
		}
		if p.header.Get("X-Hub-Signature-256") != signature256(secret, p.body) {
			t.Fatalf("wrong signature for %s", p.body)
		}
		if !strings.Contains(string(p.body), `\u0401\u043b\u043a\u0430 \u003c\/b> 100\u0025 a\u0040b.c`) {
			t.Fatalf("not escaped: %s", p.body)
		}
	}
}

func TestHandshake(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	for _, channel := range b.Channels() {
		if err := b.Handshake(b.ctx, channel); err != nil {
			t.Error(err)
		}
	}
	b.accounts["fb"].VerifyToken = "other"
	if err := b.Handshake(b.ctx, "fb"); err == nil {
		t.Error("a refused handshake passed")
	}
}

func TestSendersWaitWhenTooMuchIsPending(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	b := setup(t, Config{Pending: 2}, func(int, post) int { <-hold; return 200 })
	c := b.Customer("wa", 0)
	b.ok(c.Text(b.ctx, "1"))
	b.ok(c.Text(b.ctx, "2"))
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Millisecond)
	defer cancel()
	if _, err := c.Text(ctx, "3"); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("third text: %v", err)
	}
	close(hold)
	b.ok(c.Text(b.ctx, "3"))
	b.drain()
}

func TestCloseEndsEverythingUnderWay(t *testing.T) {
	t.Parallel()
	w, err := New(Config{Channels: channels("http://127.0.0.1:1/none"), Faults: AllFaults()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ref, err := w.Customer("fb", 0).Text(t.Context(), "never acknowledged")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !ref.Report().Acked.IsZero() {
		t.Fatal("acknowledged by nobody")
	}
	if _, err := w.Customer("fb", 0).Text(t.Context(), "late"); !errors.Is(err, ErrClosed) {
		t.Fatalf("text after close: %v", err)
	}
	if _, err := w.Start("127.0.0.1:0"); !errors.Is(err, ErrClosed) {
		t.Fatalf("start after close: %v", err)
	}
	if err := w.Close(); err != nil {
		t.Fatalf("second close: %v", err)
	}
}

func TestConfigNamesEveryMistake(t *testing.T) {
	t.Parallel()
	_, err := New(Config{FaultRate: 2, Channels: []Channel{{ID: "a", Provider: "icq"}, {ID: "a", Provider: Telegram}}})
	for _, want := range []string{"icq", "used twice", "token is missing", "fault rate"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not mention %q", err, want)
		}
	}
}

func TestWebhookCanBeMovedBySetWebhook(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	other := newCompany(t, nil)
	status, _, out := b.call(http.MethodPost, "/bot123:abc/setWebhook", "", obj{"url": other.URL, "secret_token": "new"})
	if status != 200 || out["ok"] != true {
		t.Fatal(status, out)
	}
	b.ok(b.Customer("tg", 0).Text(b.ctx, "hello"))
	b.drain()
	got := other.received()
	if len(got) != 1 || got[0].header.Get("X-Telegram-Bot-Api-Secret-Token") != "new" {
		t.Fatalf("%d posts at the new webhook", len(got))
	}
}
