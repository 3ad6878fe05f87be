package simulator

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

func fbText(to, text string) obj {
	return obj{"recipient": obj{"id": to}, "messaging_type": "RESPONSE", "message": obj{"text": text, "metadata": "our-1"}}
}

const fbMessages = "/v24.0/117172741761305/messages"

func TestMessengerSendIsAnsweredEchoedAndRead(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("fb", 0)
	b.heard(c.Text(b.ctx, "hello"))
	status, _, out := b.call(http.MethodPost, fbMessages, "fb-token", fbText(c.ID(), "добрый день"))
	if status != 200 || out["recipient_id"] != c.ID() || out["message_id"] == nil {
		t.Fatal(status, out)
	}
	answers, err := c.WaitAnswers(b.ctx, 1)
	if err != nil || answers[0].Text != "добрый день" || answers[0].OurID != "our-1" || answers[0].ID != out["message_id"] {
		t.Fatal(answers, err)
	}
	b.drain()
	var kinds []string
	for _, p := range b.received() {
		var v any
		_ = json.Unmarshal(p.body, &v)
		item := at(v, "entry", 0, "messaging", 0).(map[string]any)
		switch {
		case at(item, "message", "is_echo") == true:
			kinds = append(kinds, "echo")
			if at(item, "message", "mid") != out["message_id"] || at(item, "message", "metadata") != "our-1" {
				t.Errorf("echo %v", item)
			}
		case item["delivery"] != nil:
			kinds = append(kinds, "delivery")
		case item["read"] != nil:
			kinds = append(kinds, "read")
		default:
			kinds = append(kinds, "text")
		}
	}
	if got := strings.Join(kinds, " "); got != "text echo delivery read" {
		t.Fatal(got)
	}
}

func TestMessengerRefusesAsTheProvider(t *testing.T) {
	t.Parallel()
	now := time.Now()
	b := setup(t, Config{Now: func() time.Time { return now }}, nil)
	known, silent, blocked, old := b.Customer("fb", 0), b.Customer("fb", 1), b.Customer("fb", 2), b.Customer("fb", 3)
	b.ok(known.Text(b.ctx, "hi"))
	b.ok(blocked.Text(b.ctx, "hi"))
	b.ok(old.Text(b.ctx, "hi"))
	blocked.SetBlocked(true)
	old.mu.Lock()
	old.wrote = now.Add(-25 * time.Hour)
	old.mu.Unlock()
	tagged := fbText(old.ID(), "sorry for the delay")
	tagged["messaging_type"], tagged["tag"] = "MESSAGE_TAG", "HUMAN_AGENT"
	withdrawn := fbText(known.ID(), "hi")
	withdrawn["messaging_type"], withdrawn["tag"] = "MESSAGE_TAG", "ACCOUNT_UPDATE"
	for name, c := range map[string]struct {
		path, token   string
		body          obj
		status        int
		code, subcode any
	}{
		"wrong token":      {fbMessages, "nope", fbText(known.ID(), "x"), 401, 190., nil},
		"no token":         {fbMessages, "", fbText(known.ID(), "x"), 401, 104., nil},
		"wrong page":       {"/v24.0/1/messages", "fb-token", fbText(known.ID(), "x"), 400, 100., 33.},
		"unknown person":   {fbMessages, "fb-token", fbText("5", "x"), 400, 100., 2018001.},
		"never wrote":      {fbMessages, "fb-token", fbText(silent.ID(), "x"), 400, 100., 2018001.},
		"blocked":          {fbMessages, "fb-token", fbText(blocked.ID(), "x"), 400, 551., 1545041.},
		"window closed":    {fbMessages, "fb-token", fbText(old.ID(), "x"), 400, 10., 2018278.},
		"too long":         {fbMessages, "fb-token", fbText(known.ID(), strings.Repeat("я", 2001)), 400, 100., nil},
		"empty":            {fbMessages, "fb-token", fbText(known.ID(), ""), 400, 100., nil},
		"withdrawn tag":    {fbMessages, "fb-token", withdrawn, 400, 100., nil},
		"human agent":      {fbMessages, "fb-token", tagged, 200, nil, nil},
		"longest":          {"/me/messages", "fb-token", fbText(known.ID(), strings.Repeat("я", 2000)), 200, nil, nil},
		"typing":           {fbMessages, "fb-token", obj{"recipient": obj{"id": known.ID()}, "sender_action": "typing_on"}, 200, nil, nil},
		"unknown action":   {fbMessages, "fb-token", obj{"recipient": obj{"id": known.ID()}, "sender_action": "wave"}, 400, 100., nil},
		"unreachable link": {fbMessages, "fb-token", obj{"recipient": obj{"id": known.ID()}, "message": obj{"attachment": obj{"type": "image", "payload": obj{"url": b.World.URL() + "/media/none"}}}}, 400, 100., 2018008.},
		"bad proof":        {fbMessages + "?appsecret_proof=00", "fb-token", fbText(known.ID(), "x"), 400, 100., nil},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, out := b.call(http.MethodPost, c.path, c.token, c.body)
			if status != c.status || at(out, "error", "code") != c.code || at(out, "error", "error_subcode") != c.subcode {
				t.Errorf("%d %v", status, out)
			}
		})
	}
	if got := len(known.Answers()) + len(old.Answers()); got != 2 {
		t.Errorf("%d answers were accepted", got)
	}
}

func TestMessengerFilesAndProfile(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("fb", 0)
	b.ok(c.Image(b.ctx, ""))
	b.drain()
	var v any
	_ = json.Unmarshal(b.received()[0].body, &v)
	link := at(v, "entry", 0, "messaging", 0, "message", "attachments", 0, "payload", "url").(string)
	res, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/jpeg" {
		t.Fatal(res.Status, res.Header)
	}
	req := upload(t, b, fbMessages, map[string]string{"recipient": `{"id":"` + c.ID() + `"}`,
		"message": `{"attachment":{"type":"file","payload":{"is_reusable":true}},"metadata":"our-2"}`}, "filedata", "offer.pdf", "application/pdf", "%PDF-1.4")
	status, _, out := b.do(req, "fb-token")
	if status != 200 || out["attachment_id"] == nil {
		t.Fatal(status, out)
	}
	again := obj{"recipient": obj{"id": c.ID()}, "message": obj{"attachment": obj{"type": "file", "payload": obj{"attachment_id": out["attachment_id"]}}}}
	if status, _, out = b.call(http.MethodPost, fbMessages, "fb-token", again); status != 200 {
		t.Fatal(status, out)
	}
	for _, a := range c.Answers() {
		if a.Kind != KindFile || a.Attachments[0].Name != "offer.pdf" || a.Attachments[0].Size != 8 {
			t.Errorf("answer %+v", a)
		}
	}
	status, _, out = b.call(http.MethodGet, "/v24.0/"+c.ID()+"?fields=first_name,profile_pic&access_token=fb-token", "", nil)
	if status != 200 || out["first_name"] != c.who.first || out["last_name"] != nil {
		t.Fatal(status, out)
	}
	res, err = http.Get(out["profile_pic"].(string))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.Header.Get("Content-Type") != "image/png" {
		t.Fatal(res.Header)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
}

// upload builds a multipart call with one file.
func upload(t *testing.T, b *bundle, path string, fields map[string]string, field, name, kind, content string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	mw := multipart.NewWriter(&body)
	for k, v := range fields {
		_ = mw.WriteField(k, v)
	}
	part, _ := mw.CreatePart(textproto.MIMEHeader{"Content-Type": {kind},
		"Content-Disposition": {`form-data; name="` + field + `"; filename="` + name + `"`}})
	_, _ = part.Write([]byte(content))
	_ = mw.Close()
	req, err := http.NewRequestWithContext(b.ctx, http.MethodPost, b.World.URL()+path, &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", mw.FormDataContentType())
	return req
}

func TestThreadControlBetweenBotAndCompany(t *testing.T) {
	t.Parallel()
	list := channels("")[:1]
	list[0].BotAppID, list[0].BotGrants = "99", true
	b := setup(t, Config{Channels: list}, nil)
	c := b.Customer("fb", 0)
	who := obj{"recipient": obj{"id": c.ID()}}
	call := func(edge string, extra obj) (int, map[string]any) {
		for k, v := range who {
			extra[k] = v
		}
		status, _, out := b.call(http.MethodPost, "/117172741761305/"+edge, "fb-token", extra)
		return status, out
	}
	last := func() (any, map[string]any) {
		b.drain()
		posts := b.received()
		var v any
		_ = json.Unmarshal(posts[len(posts)-1].body, &v)
		standby := at(v, "entry", 0, "standby", 0)
		item, _ := at(v, "entry", 0, "messaging", 0).(map[string]any)
		return standby, item
	}
	b.ok(c.Postback(b.ctx, "", "Start", "START"))
	standby, _ := last()
	if standby == nil || at(standby, "postback", "payload") != nil || at(standby, "postback", "title") != "Start" {
		t.Fatalf("standby %v", standby)
	}
	b.ok(c.BotSays(b.ctx, "I am a bot"))
	if standby, _ = last(); at(standby, "message", "app_id") != 99. {
		t.Fatalf("bot's echo %v", standby)
	}
	if status, _, out := b.call(http.MethodPost, fbMessages, "fb-token", fbText(c.ID(), "x")); status != 400 || at(out, "error", "error_subcode") != 2018300. {
		t.Fatal(status, out)
	}
	b.ok(c.BotPasses(b.ctx, "queue=sales"))
	_, item := last()
	if at(item, "pass_thread_control", "new_owner_app_id") != "1517776481860111" || at(item, "pass_thread_control", "previous_owner_app_id") != 99. {
		t.Fatalf("pass %v", item)
	}
	if status, _, out := b.call(http.MethodPost, fbMessages, "fb-token", fbText(c.ID(), "x")); status != 200 {
		t.Fatal(status, out)
	}
	if status, out := call("pass_thread_control", obj{"target_app_id": "99"}); status != 200 || out["success"] != true || c.Owner() != "99" {
		t.Fatal(status, out, c.Owner())
	}
	if status, out := call("take_thread_control", obj{}); status != 400 || c.Owner() != "99" {
		t.Fatal(status, out)
	}
	if status, out := call("request_thread_control", obj{"metadata": "please"}); status != 200 || c.Owner() != "1517776481860111" {
		t.Fatal(status, out)
	}
	if status, out := call("release_thread_control", obj{}); status != 200 || c.Owner() != "99" {
		t.Fatal(status, out)
	}
	status, _, out := b.call(http.MethodGet, "/me/thread_owner?recipient="+c.ID(), "fb-token", nil)
	if status != 200 || at(out, "data", 0, "thread_owner", "app_id") != "99" {
		t.Fatal(status, out)
	}
}
