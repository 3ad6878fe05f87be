package simulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

const waMessages = "/v24.0/409552778964973/messages"

func waText(to, text string) obj {
	return obj{"messaging_product": "whatsapp", "recipient_type": "individual", "to": to, "type": "text",
		"text": obj{"body": text}, "biz_opaque_callback_data": "our-7"}
}

func TestWhatsAppSendIsFollowedByStatuses(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("wa", 1)
	b.heard(c.Text(b.ctx, "hello"))
	status, _, out := b.call(http.MethodPost, waMessages, "wa-token", waText("+"+c.Phone(), "hi"))
	if status != 200 || at(out, "contacts", 0, "wa_id") != c.Phone() || at(out, "messages", 0, "id") != c.Answers()[0].ID {
		t.Fatal(status, out)
	}
	b.drain()
	var got []string
	for _, p := range b.received()[1:] {
		var v any
		_ = json.Unmarshal(p.body, &v)
		st := at(v, "entry", 0, "changes", 0, "value", "statuses", 0)
		got = append(got, at(st, "status").(string))
		if at(st, "id") != c.Answers()[0].ID || at(st, "biz_opaque_callback_data") != "our-7" || at(st, "recipient_id") != c.Phone() {
			t.Errorf("status %v", st)
		}
	}
	if strings.Join(got, " ") != "sent delivered read" {
		t.Fatal(got)
	}
}

func TestWhatsAppCustomersWithoutANumber(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("wa", 2)
	b.ok(c.Text(b.ctx, "hello"))
	if c.Phone() != "" || c.BSUID() == "" || c.ID() != c.BSUID() {
		t.Fatalf("phone %q bsuid %q", c.Phone(), c.BSUID())
	}
	m := waText("", "hi")
	delete(m, "to")
	m["recipient"] = c.BSUID()
	status, _, out := b.call(http.MethodPost, waMessages, "wa-token", m)
	if status != 200 || at(out, "contacts", 0, "user_id") != c.BSUID() || at(out, "contacts", 0, "wa_id") != nil {
		t.Fatal(status, out)
	}
	if status, _, out = b.call(http.MethodPost, waMessages, "wa-token", waText(c.BSUID(), "hi")); status != 400 {
		t.Fatal(status, out)
	}
}

func TestWhatsAppRefusesAsTheProvider(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	known, silent := b.Customer("wa", 0), b.Customer("wa", 1)
	ref := b.ok(known.Text(b.ctx, "hi"))
	untyped := waText(known.Phone(), "x")
	delete(untyped, "messaging_product")
	image := waText(known.Phone(), "")
	image["type"], image["image"] = "image", obj{"id": "404"}
	template := waText(silent.Phone(), "")
	template["type"], template["template"] = "template", obj{"name": "hello", "language": obj{"code": "en"}}
	read := obj{"messaging_product": "whatsapp", "status": "read", "message_id": ref.ID, "typing_indicator": obj{"type": "text"}}
	for name, c := range map[string]struct {
		token  string
		body   obj
		status int
		code   any
	}{
		"wrong token":    {"fb", waText(known.Phone(), "x"), 401, 190.},
		"no product":     {"wa-token", untyped, 400, 100.},
		"nobody":         {"wa-token", waText("19990000000", "x"), 400, 131026.},
		"ourselves":      {"wa-token", waText("43330585569", "x"), 400, 131021.},
		"never wrote":    {"wa-token", waText(silent.Phone(), "x"), 400, 131047.},
		"too long":       {"wa-token", waText(known.Phone(), strings.Repeat("x", 4097)), 400, 100.},
		"empty":          {"wa-token", waText(known.Phone(), ""), 400, 131008.},
		"unknown media":  {"wa-token", image, 400, 131053.},
		"template":       {"wa-token", template, 200, nil},
		"read":           {"wa-token", read, 200, nil},
		"read of nobody": {"wa-token", obj{"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}, 400, 131009.},
		"reaction":       {"wa-token", obj{"messaging_product": "whatsapp", "to": known.Phone(), "type": "reaction", "reaction": obj{"message_id": ref.ID, "emoji": "👍"}}, 200, nil},
		"location":       {"wa-token", obj{"messaging_product": "whatsapp", "to": known.Phone(), "type": "location", "location": obj{"latitude": 0, "longitude": 4.5}}, 200, nil},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, out := b.call(http.MethodPost, waMessages, c.token, c.body)
			if status != c.status || at(out, "error", "code") != c.code {
				t.Errorf("%d %v", status, out)
			}
			if c.code == 131047. && at(out, "error", "error_data", "details") == nil {
				t.Errorf("no details in %v", out)
			}
		})
	}
	kinds := map[string]bool{}
	for _, a := range known.Actions() {
		kinds[a.Kind] = true
	}
	if !kinds["seen"] || !kinds["typing"] || !kinds["reaction"] {
		t.Errorf("actions %v", known.Actions())
	}
}

func TestWhatsAppMediaNeedsTheTokenAndExpires(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{Faults: []Fault{ExpiredMedia}, FaultRate: 0.000001}, nil)
	c := b.Customer("wa", 0)
	b.ok(c.Voice(b.ctx))
	b.drain()
	var v any
	_ = json.Unmarshal(b.received()[0].body, &v)
	audio := at(v, "entry", 0, "changes", 0, "value", "messages", 0, "audio")
	id := at(audio, "id").(string)
	get := func(link, token string) (int, []byte) {
		req, _ := http.NewRequestWithContext(b.ctx, http.MethodGet, link, nil)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		data, _ := io.ReadAll(res.Body)
		return res.StatusCode, data
	}
	_, _, first := b.call(http.MethodGet, "/v24.0/"+id+"?phone_number_id=409552778964973", "wa-token", nil)
	if status, _ := get(first["url"].(string), "wa-token"); status != 404 {
		t.Fatalf("expired link gave %d", status)
	}
	status, _, out := b.call(http.MethodGet, "/v24.0/"+id, "wa-token", nil)
	if status != 200 || out["mime_type"] != "audio/ogg; codecs=opus" {
		t.Fatal(status, out)
	}
	if status, _ := get(out["url"].(string), ""); status != 401 {
		t.Fatalf("link without token gave %d", status)
	}
	status, data := get(out["url"].(string), "wa-token")
	sum := sha256.Sum256(data)
	if status != 200 || hex.EncodeToString(sum[:]) != out["sha256"] || float64(len(data)) != out["file_size"] {
		t.Fatal(status, len(data), out)
	}
	if b.Faults()["expired_media"] != 1 {
		t.Fatal(b.Faults())
	}
	if status, _, out := b.call(http.MethodGet, "/v24.0/454545", "wa-token", nil); status != 400 || at(out, "error", "error_subcode") != 33. {
		t.Fatal(status, out)
	}
}

func TestWhatsAppUploadAndSend(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("wa", 0)
	b.ok(c.Text(b.ctx, "hello"))
	req := upload(t, b, "/v24.0/409552778964973/media", map[string]string{"messaging_product": "whatsapp", "type": "image/png"},
		"file", "a.png", "image/png", string(picture(5, false)))
	status, _, out := b.do(req, "wa-token")
	if status != 200 || out["id"] == nil {
		t.Fatal(status, out)
	}
	m := waText(c.Phone(), "")
	m["type"], m["image"] = "image", obj{"id": out["id"], "caption": "look"}
	if status, _, out = b.call(http.MethodPost, waMessages, "wa-token", m); status != 200 {
		t.Fatal(status, out)
	}
	m["type"], m["video"] = "video", m["image"]
	if status, _, out = b.call(http.MethodPost, waMessages, "wa-token", m); status != 400 || at(out, "error", "code") != 131053. {
		t.Fatal(status, out)
	}
	if a := c.Answers(); len(a) != 1 || a[0].Text != "look" || a[0].Attachments[0].MIME != "image/png" {
		t.Fatalf("%+v", a)
	}
}

func TestWhatsAppFailureComesAsAStatus(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("wa", 0)
	b.heard(c.Text(b.ctx, "hello"))
	c.FailNext(131047)
	if status, _, out := b.call(http.MethodPost, waMessages, "wa-token", waText(c.Phone(), "hi")); status != 200 {
		t.Fatal(status, out)
	}
	b.drain()
	posts := b.received()
	var v any
	_ = json.Unmarshal(posts[len(posts)-1].body, &v)
	st := at(v, "entry", 0, "changes", 0, "value", "statuses", 0)
	if at(st, "status") != "failed" || at(st, "errors", 0, "code") != 131047. || len(c.Answers()) != 0 {
		t.Fatalf("%v, %d answers", st, len(c.Answers()))
	}
}

func TestPairLimitAndChangedNumber(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := setup(t, Config{StrictPairing: true, Now: func() time.Time { return now }}, nil)
	c := b.Customer("wa", 0)
	b.ok(c.Text(b.ctx, "hello"))
	old := c.Phone()
	if status, _, _ := b.call(http.MethodPost, waMessages, "wa-token", waText(old, "1")); status != 200 {
		t.Fatal(status)
	}
	if status, _, out := b.call(http.MethodPost, waMessages, "wa-token", waText(old, "2")); at(out, "error", "code") != 131056. {
		t.Fatal(status, out)
	}
	b.ok(c.ChangeNumber(b.ctx, "+1 555 000 1111"))
	if _, _, out := b.call(http.MethodPost, waMessages, "wa-token", waText(old, "3")); at(out, "error", "code") != 131026. {
		t.Fatal(out)
	}
	if c.Phone() != "15550001111" {
		t.Fatal(c.Phone())
	}
}
