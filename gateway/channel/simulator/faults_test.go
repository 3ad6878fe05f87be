package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestFaultListsAreRead(t *testing.T) {
	t.Parallel()
	if got, err := ParseFaults("all"); err != nil || len(got) != 12 {
		t.Fatal(got, err)
	}
	if got, err := ParseFaults(" late, batch,late "); err != nil || !slices.Equal(got, []Fault{Late, Batch}) {
		t.Fatal(got, err)
	}
	if got, err := ParseFaults("none"); err != nil || got != nil {
		t.Fatal(got, err)
	}
	if _, err := ParseFaults("late,earthquake"); err == nil || !strings.Contains(err.Error(), "earthquake") {
		t.Fatal(err)
	}
}

// clerk is a small honest company: it refuses what is not authentic, stores each text once and answers it once, trying
// again when the provider refuses for a while.
type clerk struct {
	world *World
	mu    sync.Mutex
	seen  map[string][]string // customer -> texts in order of arrival
	work  sync.WaitGroup
	ctx   context.Context
}

func (k *clerk) handle(_ int, p post) int {
	if !k.authentic(p) {
		return http.StatusUnauthorized
	}
	var body map[string]any
	if json.Unmarshal(p.body, &body) != nil {
		return http.StatusOK
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	walk(body, k.take)
	return http.StatusOK
}

func (k *clerk) authentic(p post) bool {
	if bytes.HasPrefix(p.body, []byte(`{"object"`)) {
		sig := p.header.Get("X-Hub-Signature-256")
		return sig == signature256("fb-secret", p.body) || sig == signature256("wa-secret", p.body)
	}
	return p.header.Get("X-Telegram-Bot-Api-Secret-Token") == "tg-secret"
}

// walk calls f with every string in a decoded body.
func walk(v any, f func(string)) {
	switch v := v.(type) {
	case map[string]any:
		if echo, _ := v["is_echo"].(bool); echo {
			return
		}
		for _, e := range v {
			walk(e, f)
		}
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	case string:
		f(v)
	}
}

func (k *clerk) take(text string) {
	m, ok := FindMarker(text)
	if !ok {
		return
	}
	key := fmt.Sprint(m.Channel, m.Customer)
	if slices.Contains(k.seen[key], text) {
		return
	}
	k.seen[key] = append(k.seen[key], text)
	k.work.Go(func() { k.reply(k.world.Customer(m.Channel, m.Customer), text) })
}

func (k *clerk) reply(c *Customer, text string) {
	path, token := bot+"sendMessage", ""
	var body obj
	switch c.Provider() {
	case Messenger:
		path, token, body = fbMessages, "fb-token", fbText(c.ID(), "re: "+text)
	case WhatsApp:
		path, token, body = waMessages, "wa-token", waText(c.Phone(), "re: "+text)
		if c.Phone() == "" {
			delete(body, "to")
			body["recipient"] = c.BSUID()
		}
	default:
		body = obj{"chat_id": json.Number(c.ID()), "text": "re: " + text}
	}
	for k.try(path, token, body) {
	}
}

// try sends once; true means that nothing was accepted and another try is due.
func (k *clerk) try(path, token string, body obj) bool {
	ctx, cancel := context.WithTimeout(k.ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, k.world.URL()+path, bytes.NewReader(encode(body)))
	if err != nil {
		return false
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := k.world.cfg.Client.Do(req)
	if err != nil {
		return false // unknown outcome: never repeated blindly
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode != http.StatusOK
}

func TestEveryFaultHappensAndNothingIsLost(t *testing.T) {
	t.Parallel()
	k := &clerk{seen: map[string][]string{}, ctx: t.Context()}
	b := setup(t, Config{Faults: AllFaults(), FaultRate: 0.05, LateBy: 40 * time.Millisecond, BatchWait: 10 * time.Millisecond,
		Timeout: 4 * time.Second}, k.handle)
	k.world = b.World
	const customers, lines = 4, 8
	for i := range lines {
		for n := range customers {
			for _, channel := range b.Channels() {
				c := b.Customer(channel, n)
				if _, _, err := c.Numbered(b.ctx, fmt.Sprint("строка ", i)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	picture := b.ok(b.Customer("fb", 0).Image(b.ctx, ""))
	b.drain()
	k.work.Wait()
	b.drain()
	fetchTwice(t, b, picture)
	for fault, n := range b.Faults() {
		if n == 0 {
			t.Errorf("%s never happened", fault)
		}
	}
	tally := b.Tally()
	if tally.Forged == 0 || tally.Forged != tally.ForgedRefused || tally.Poisoned == 0 || tally.Poisoned != tally.PoisonedAccepted {
		t.Errorf("tally %+v", tally)
	}
	if tally.Events != tally.Acked || tally.Events != 3*customers*lines+1 {
		t.Errorf("tally %+v", tally)
	}
	for _, c := range b.Customers() {
		checkCustomer(t, k, c, lines)
	}
	if len(k.seen) != 3*customers {
		t.Errorf("texts of %d customers, the forged one among them?", len(k.seen))
	}
}

// checkCustomer holds what arrived against what a verdict may demand.
func checkCustomer(t *testing.T, k *clerk, c *Customer, lines int) {
	t.Helper()
	got := k.seen[fmt.Sprint(c.Channel(), c.N)]
	reports := slices.DeleteFunc(c.Lines(), func(r EventReport) bool { return r.Kind != KindText })
	if len(got) != lines || len(reports) != lines {
		t.Errorf("%s/%d: %d of %d texts arrived", c.Channel(), c.N, len(got), len(reports))
		return
	}
	for _, a := range reports {
		for _, z := range reports {
			if a.parcel != z.parcel && a.Before(z) && slices.Index(got, a.Text) > slices.Index(got, z.Text) {
				t.Errorf("%s arrived after %s", a.Text, z.Text)
			}
		}
	}
	answers := map[string]int{}
	for _, a := range c.Answers() {
		answers[a.Text]++
	}
	for _, r := range reports {
		if answers["re: "+r.Text] != 1 {
			t.Errorf("%d answers to %s", answers["re: "+r.Text], r.Text)
		}
	}
}

// fetchTwice meets the expired-media fault and gets the file at the second try.
func fetchTwice(t *testing.T, b *bundle, ref EventRef) {
	t.Helper()
	m := b.Customer("fb", 0).acc.w.media.get(b.lastMedium())
	for i := range 2 {
		req, _ := http.NewRequestWithContext(b.ctx, http.MethodGet, b.cdnURL(m), nil)
		status, _, _ := b.do(req, "")
		if status == http.StatusOK && i == 0 {
			return
		}
		if i == 1 && status != http.StatusOK {
			t.Errorf("%s: second try gave %d", ref.ID, status)
		}
	}
}

func (b *bundle) lastMedium() string {
	b.media.mu.Lock()
	defer b.media.mu.Unlock()
	return b.media.fifo[len(b.media.fifo)-1]
}

func TestEachFaultAlone(t *testing.T) {
	t.Parallel()
	for _, f := range AllFaults() {
		if f == ExpiredMedia { // has its own test
			continue
		}
		t.Run(string(f), func(t *testing.T) {
			t.Parallel()
			k := &clerk{seen: map[string][]string{}, ctx: t.Context()}
			b := setup(t, Config{Faults: []Fault{f}, FaultRate: 0.000001, LateBy: 30 * time.Millisecond, BatchWait: 10 * time.Millisecond}, k.handle)
			k.world = b.World
			for i := range 4 {
				if _, _, err := b.Customer("fb", 0).Numbered(b.ctx, fmt.Sprint(i)); err != nil {
					t.Fatal(err)
				}
				if _, _, err := b.Customer("fb", 1).Numbered(b.ctx, fmt.Sprint(i)); err != nil {
					t.Fatal(err)
				}
			}
			b.drain()
			k.work.Wait()
			b.drain()
			if got := b.Faults(); len(got) != 1 || got[string(f)] == 0 {
				t.Fatal(got)
			}
			for n := range 2 {
				checkCustomer(t, k, b.Customer("fb", n), 4)
			}
			if f != Reorder && !slices.IsSortedFunc(k.seen["fb0"], func(a, z string) int {
				ma, _ := FindMarker(a)
				mz, _ := FindMarker(z)
				return ma.Seq - mz.Seq
			}) && f != Batch {
				t.Errorf("out of order without the reorder fault: %v", k.seen["fb0"])
			}
		})
	}
}

func TestForcedRefusalsCarryWaitingTimes(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	for _, c := range b.Channels() {
		b.ok(b.Customer(c, 0).Text(b.ctx, "hi"))
	}
	limit := WhatsAppError(130429)
	limit.Retry = 2
	b.FailNextCall("fb", MessengerThrottled(3), Temporary(Messenger))
	b.FailNextCall("wa", limit, Temporary(WhatsApp))
	b.FailNextCall("tg", TelegramThrottled(4), Temporary(Telegram))
	fb, wa, tg := b.Customer("fb", 0), b.Customer("wa", 0), b.Customer("tg", 0)
	status, h, out := b.call(http.MethodPost, fbMessages, "fb-token", fbText(fb.ID(), "x"))
	if status != 400 || at(out, "error", "code") != 613. || h.Get("Retry-After") != "3" || h.Get("X-App-Usage") == "" {
		t.Error(status, h, out)
	}
	status, h, out = b.call(http.MethodPost, waMessages, "wa-token", waText(wa.Phone(), "x"))
	if status != 429 || at(out, "error", "code") != 130429. || h.Get("Retry-After") != "2" {
		t.Error(status, h, out)
	}
	status, _, out = b.call(http.MethodPost, bot+"sendMessage", "", obj{"chat_id": json.Number(tg.ID()), "text": "x"})
	if status != 429 || at(out, "parameters", "retry_after") != 4. {
		t.Error(status, out)
	}
	if status, _, out = b.call(http.MethodPost, fbMessages, "fb-token", fbText(fb.ID(), "x")); status != 500 || at(out, "error", "code") != 2. {
		t.Error(status, out)
	}
	if status, _, out = b.call(http.MethodPost, waMessages, "wa-token", waText(wa.Phone(), "x")); status != 500 || at(out, "error", "code") != 131000. {
		t.Error(status, out)
	}
	status, _, out = b.call(http.MethodPost, bot+"sendMessage", "", obj{"chat_id": json.Number(tg.ID()), "text": "x"})
	if status != 502 || !strings.Contains(fmt.Sprint(out["raw"]), "Bad Gateway") {
		t.Error(status, out)
	}
	if n := b.Tally().Answers; n != 0 {
		t.Errorf("%d answers were accepted", n)
	}
}
