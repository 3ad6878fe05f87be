package simulator

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// frozen is a world at a fixed time whose bodies are made, not sent.
func frozen(t *testing.T) *World {
	t.Helper()
	now := time.UnixMilli(1_760_000_000_123)
	w, err := New(Config{Seed: 7, Run: "golden", URL: "https://sim.example", Channels: channels(""),
		Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// bodyOf is the POST an act of customer n makes, indented for reading.
func bodyOf(t *testing.T, w *World, channel string, n int, a act) ([]byte, error) {
	t.Helper()
	c := w.Customer(channel, n)
	if a.kind == KindImage || a.kind == KindAudio || a.kind == KindVoice || a.kind == KindVideo || a.kind == KindFile || a.kind == KindSticker {
		a.media = w.media.make(c.acc, a.kind)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	st := stamp{at: c.tick(), seq: 1}
	st.id, st.message = c.newID(a.kind)
	frag, err := c.acc.item(c, st, a)
	if err != nil {
		return nil, err
	}
	return c.acc.body([]fragment{frag}, w.dice), nil
}

func acts(target string) map[string]act {
	return map[string]act{
		"text":          {kind: KindText, text: "Привет 🌻 </a> 100% a@b"},
		"reply":         {kind: KindText, text: "yes", target: target},
		"forward":       {kind: KindText, text: "look", fwd: true},
		"image":         {kind: KindImage, text: "caption"},
		"audio":         {kind: KindAudio},
		"voice":         {kind: KindVoice},
		"video":         {kind: KindVideo, text: "caption"},
		"file":          {kind: KindFile, text: "caption"},
		"sticker":       {kind: KindSticker},
		"location":      {kind: KindLocation, lat: 0, lon: 43.90539},
		"venue":         {kind: KindLocation, lat: 37.46, lon: -122.2, text: "HQ"},
		"contact":       {kind: KindContact, card: Card{First: "Monica", Last: "Geller", Phone: "+1 666-666-6666"}},
		"quick_reply":   {kind: KindQuickReply, text: "Yes", payload: "YES"},
		"postback":      {kind: KindPostback, text: "Start", payload: "START", target: target},
		"reaction":      {kind: KindReaction, target: target, emoji: "❤️"},
		"reaction_gone": {kind: KindReaction, target: target},
		"edit":          {kind: KindEdit, target: target, text: "new text"},
		"delete":        {kind: KindDelete, target: target},
		"referral":      {kind: KindReferral, payload: "summer"},
		"lead":          {kind: KindText, text: "hi", lead: &lead{source: "https://ad.example", id: "5", headline: "Offer"}},
		"block":         {kind: KindBlock},
		"unblock":       {kind: KindUnblock},
		"new_number":    {kind: KindNewNumber, newPhone: "15550001111"},
		"unsupported":   {kind: KindUnsupported},
	}
}

func TestEveryBodyIsAsRecorded(t *testing.T) {
	t.Parallel()
	targets := map[string]string{"fb": "m_target", "wa": "wamid.target/+=", "tg": "1:555"}
	for channel, target := range targets {
		for name, a := range acts(target) {
			t.Run(channel+"/"+name, func(t *testing.T) {
				t.Parallel()
				body, err := bodyOf(t, frozen(t), channel, 1, a)
				if err != nil {
					body = []byte(`"` + err.Error() + `"`)
				}
				golden(t, filepath.Join("testdata", channel, name+".json"), body)
			})
		}
	}
	for n, name := range []string{"phone", "phone_bsuid", "bsuid"} {
		t.Run("wa/kind_"+name, func(t *testing.T) {
			t.Parallel()
			body, err := bodyOf(t, frozen(t), "wa", n, act{kind: KindText, text: "hi"})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", "wa", "kind_"+name+".json"), body)
		})
	}
}

func TestEveryReceiptIsAsRecorded(t *testing.T) {
	t.Parallel()
	w := frozen(t)
	at := time.UnixMilli(1_760_000_000_456)
	fb, wa, hidden := w.Customer("fb", 0), w.Customer("wa", 1), w.Customer("wa", 2)
	sent := Answer{ID: "m_sent", At: at, Text: "Здравствуйте", OurID: "our-1"}
	waSent := Answer{ID: "wamid.sent=", At: at, OurID: "our-2"}
	for name, frag := range map[string]fragment{
		"fb/echo":        fb.messengerEcho(sent, fb.acc.AppID, at),
		"fb/delivery":    fb.messengerWatermark("delivery", sent, at),
		"fb/read":        fb.messengerWatermark("read", sent, at),
		"fb/pass":        fb.control("pass_thread_control", "263902037430900", fb.acc.AppID, "queue=sales"),
		"fb/request":     fb.control("request_thread_control", "", "99", ""),
		"wa/sent":        wa.waStatus(waSent, "sent", 0, at),
		"wa/delivered":   wa.waStatus(waSent, "delivered", 0, at),
		"wa/read":        wa.waStatus(waSent, "read", 0, at),
		"wa/failed":      wa.waStatus(waSent, "failed", 131026, at),
		"wa/read_hidden": hidden.waStatus(waSent, "read", 0, at),
	} {
		t.Run(name, func(t *testing.T) {
			a := fb.acc
			if name[:2] == "wa" {
				a = wa.acc
			}
			golden(t, filepath.Join("testdata", filepath.FromSlash(name)+"_receipt.json"), a.body([]fragment{frag}, w.dice))
		})
	}
}

// golden compares a body, indented but otherwise byte for byte, with a recorded one.
func golden(t *testing.T, file string, body []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := json.Indent(&b, body, "", " "); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	b.WriteByte('\n')
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, b.Bytes()) {
		t.Errorf("%s differs:\n%s", file, b.Bytes())
	}
}

// TestBodiesHaveTheShapeOfRealOnes holds our bodies against recorded ones of the providers: every field of the sample
// that we do not name as optional is there, and every field of both has the same JSON type.
func TestBodiesHaveTheShapeOfRealOnes(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "..", "..", "shared", "payloads")
	if _, err := os.Stat(root); err != nil {
		t.Skip("the provider samples are not beside this repository (../shared/payloads)")
	}
	// seq left Messenger years ago; contact names, forwards and titles depend on the customer; the rest is optional.
	optional := map[string]bool{"seq": true, "tags": true, "nlp": true, "parent_user_id": true, "expiration_timestamp": true,
		"conversation": true, "metadata": true, "title": true, "video_url": true, "image_url": true, "thumbnail_url": true,
		"is_bot": true, "url": true, "context": true, "reaction": true, "duration": true, "prior_message": true, "username": true}
	target := "m_target"
	for _, c := range []struct {
		sample, channel, act string
	}{
		{"facebook/text_modern_mid", "fb", "text"}, {"facebook/text_quick_reply", "fb", "quick_reply"},
		{"facebook/audio_attachment", "fb", "audio"}, {"facebook/video_attachment", "fb", "video"},
		{"facebook/file_attachment", "fb", "file"}, {"facebook/reply_to", "fb", "reply"},
		{"facebook/referral_shortlink", "fb", "referral"}, {"facebook/reaction_react", "fb", "reaction"},
		{"whatsapp/text", "wa", "text"}, {"whatsapp/image_no_caption", "wa", "image"}, {"whatsapp/audio_voice", "wa", "voice"},
		{"whatsapp/video_forwarded_caption", "wa", "video"}, {"whatsapp/document", "wa", "file"},
		{"whatsapp/sticker_static", "wa", "sticker"}, {"whatsapp/location_current", "wa", "location"},
		{"whatsapp/contacts_three", "wa", "contact"}, {"whatsapp/reply_context", "wa", "reply"},
		{"whatsapp/reaction_add", "wa", "reaction"}, {"whatsapp/revoked_message", "wa", "delete"},
		{"whatsapp/interactive_button_reply", "wa", "postback"}, {"whatsapp/template_quick_reply_button", "wa", "quick_reply"},
		{"whatsapp/unsupported_131051", "wa", "unsupported"}, {"whatsapp/system_number_changed", "wa", "new_number"},
		{"whatsapp/referral_ctwa", "wa", "lead"},
		{"telegram/text", "tg", "text"}, {"telegram/audio", "tg", "audio"}, {"telegram/reply", "tg", "reply"},
		{"telegram/edited_message", "tg", "edit"}, {"telegram/callback_query", "tg", "postback"},
		{"telegram/message_reaction_add", "tg", "reaction"}, {"telegram/bot_blocked", "tg", "block"},
	} {
		t.Run(c.sample, func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(c.sample)+".json"))
			if err != nil {
				t.Fatal(err)
			}
			body, err := bodyOf(t, frozen(t), c.channel, 1, acts(target)[c.act])
			if err != nil {
				t.Fatal(err)
			}
			var want, got any
			if err := json.Unmarshal(raw, &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(body, &got); err != nil {
				t.Fatal(err)
			}
			sameShape(t, "", want, got, optional)
		})
	}
}

func sameShape(t *testing.T, path string, want, got any, optional map[string]bool) {
	t.Helper()
	if w, g := fmt.Sprintf("%T", want), fmt.Sprintf("%T", got); w != g {
		t.Errorf("%s is %s, the provider sends %s", path, g, w)
		return
	}
	switch w := want.(type) {
	case map[string]any:
		for key, v := range w {
			mine, ok := got.(map[string]any)[key]
			if ok {
				sameShape(t, path+"/"+key, v, mine, optional)
			} else if !optional[key] {
				t.Errorf("%s/%s is missing", path, key)
			}
		}
	case []any:
		if len(w) > 0 && len(got.([]any)) > 0 {
			sameShape(t, path+"/0", w[0], got.([]any)[0], optional)
		}
	}
}
