package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
)

const bot = "/bot123:abc/"

func TestTelegramRefusesAsTheProvider(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	known, silent, blocked := b.Customer("tg", 0), b.Customer("tg", 1), b.Customer("tg", 2)
	b.ok(known.Text(b.ctx, "/start"))
	b.ok(blocked.Text(b.ctx, "/start"))
	if err := blocked.Block(b.ctx); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path   string
		body   obj
		status int
		want   string
	}{
		"wrong token":    {"/bot123:xyz/getMe", nil, 401, "Unauthorized"},
		"no token":       {"/bot1/getMe", nil, 404, "Not Found"},
		"unknown method": {bot + "fly", obj{}, 404, "Not Found"},
		"unknown chat":   {bot + "sendMessage", obj{"chat_id": 5, "text": "x"}, 400, "Bad Request: chat not found"},
		"empty":          {bot + "sendMessage", obj{"chat_id": known.ID(), "text": " "}, 400, "Bad Request: message text is empty"},
		"too long":       {bot + "sendMessage", obj{"chat_id": known.ID(), "text": strings.Repeat("🌻", 2049)}, 400, "Bad Request: message is too long"},
		"never started":  {bot + "sendMessage", obj{"chat_id": silent.ID(), "text": "x"}, 403, "Forbidden: bot can't initiate conversation with a user"},
		"blocked":        {bot + "sendMessage", obj{"chat_id": blocked.ID(), "text": "x"}, 403, "Forbidden: bot was blocked by the user"},
		"wrong file":     {bot + "sendPhoto", obj{"chat_id": known.ID(), "photo": "nope"}, 400, "Bad Request: wrong file identifier/HTTP URL specified"},
		"no file":        {bot + "sendPhoto", obj{"chat_id": known.ID()}, 400, "Bad Request: there is no photo in the request"},
		"dead link":      {bot + "sendPhoto", obj{"chat_id": known.ID(), "photo": b.World.URL() + "/media/none"}, 400, "Bad Request: failed to get HTTP URL content"},
		"second reader":  {bot + "getUpdates", obj{}, 409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"},
		"bad secret":     {bot + "setWebhook", obj{"url": "https://x", "secret_token": "a b"}, 400, "Bad Request: secret token contains unallowed characters"},
	} {
		t.Run(name, func(t *testing.T) {
			status, _, out := b.call(http.MethodPost, c.path, "", c.body)
			if status != c.status || out["ok"] != false || out["error_code"] != float64(c.status) || out["description"] != c.want {
				t.Errorf("%d %v", status, out)
			}
		})
	}
}

func TestTelegramSendsOfEveryKind(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("tg", 0)
	ref := b.ok(c.Text(b.ctx, "/start"))
	id := json.Number(c.ID())
	message := messageOf(ref.ID)
	for method, body := range map[string]obj{
		"sendMessage":        {"chat_id": id, "text": "hi", "reply_parameters": obj{"message_id": message}},
		"sendLocation":       {"chat_id": id, "latitude": 0, "longitude": 4.5},
		"sendChatAction":     {"chat_id": id, "action": "typing"},
		"setMessageReaction": {"chat_id": id, "message_id": message, "reaction": []obj{{"type": "emoji", "emoji": "👍"}}},
	} {
		if status, _, out := b.call(http.MethodPost, bot+method, "", body); status != 200 || out["ok"] != true {
			t.Errorf("%s: %d %v", method, status, out)
		}
	}
	for method, field := range map[string]string{"sendPhoto": "photo", "sendDocument": "document", "sendVideo": "video",
		"sendAudio": "audio", "sendVoice": "voice", "sendSticker": "sticker"} {
		req := upload(t, b, bot+method, map[string]string{"chat_id": c.ID(), "caption": "see " + field}, field, "f.bin", "application/octet-stream", "data")
		status, _, out := b.do(req, "")
		if status != 200 || at(out, "result", field) == nil || at(out, "result", "caption") != "see "+field {
			t.Errorf("%s: %d %v", method, status, out)
		}
	}
	req := upload(t, b, bot+"sendMediaGroup", map[string]string{"chat_id": c.ID(),
		"media": `[{"type":"photo","media":"attach://a"},{"type":"photo","media":"attach://a"}]`}, "a", "a.png", "image/png", "data")
	status, _, out := b.do(req, "")
	if album, _ := out["result"].([]any); status != 200 || len(album) != 2 {
		t.Errorf("album: %d %v", status, out)
	}
	answers := c.Answers()
	if len(answers) != 10 {
		t.Fatalf("%d answers", len(answers))
	}
	for i, a := range answers {
		if a.Seq != i+1 || i > 0 && messageOf(a.ID) <= messageOf(answers[i-1].ID) {
			t.Errorf("answer %d: %+v", i, a)
		}
		if a.Kind == KindText && a.ReplyTo != ref.ID {
			t.Errorf("reply to %q", a.ReplyTo)
		}
	}
	if len(c.Actions()) != 2 {
		t.Errorf("actions %v", c.Actions())
	}
	b.drain()
	if n := len(b.received()); n != 1 {
		t.Errorf("%d webhooks: Telegram has no receipts", n)
	}
}

func TestTelegramFiles(t *testing.T) {
	t.Parallel()
	b := setup(t, Config{}, nil)
	c := b.Customer("tg", 0)
	b.ok(c.Image(b.ctx, "look"))
	b.drain()
	var v any
	_ = json.Unmarshal(b.received()[0].body, &v)
	photos := at(v, "message", "photo").([]any)
	id := at(photos[len(photos)-1], "file_id")
	fetch := func(id any, want string) {
		t.Helper()
		status, _, out := b.call(http.MethodPost, bot+"getFile", "", obj{"file_id": id})
		if status != 200 {
			t.Fatal(status, out)
		}
		res, err := http.DefaultTransport.RoundTrip(must(http.NewRequestWithContext(b.ctx, http.MethodGet, b.World.URL()+"/file/bot123:abc/"+at(out, "result", "file_path").(string), nil)))
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		data, _ := io.ReadAll(res.Body)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != want || len(data) == 0 {
			t.Fatal(res.Status, res.Header, len(data))
		}
	}
	fetch(id, "image/jpeg")
	_, _, out := b.call(http.MethodPost, bot+"getUserProfilePhotos", "", obj{"user_id": json.Number(c.ID()), "limit": 1})
	fetch(at(out, "result", "photos", 0, 0, "file_id"), "image/jpeg")
	if status, _, out := b.call(http.MethodPost, bot+"getFile", "", obj{"file_id": "nope"}); status != 400 {
		t.Fatal(status, out)
	}
}

func must(r *http.Request, err error) *http.Request {
	if err != nil {
		panic(err)
	}
	return r
}
