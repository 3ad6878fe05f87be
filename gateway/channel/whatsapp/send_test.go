package whatsapp_test

import (
	"testing"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/channeltest"
)

func to(ids ...channel.ContactID) channel.ContactRef { return channel.ContactRef{IDs: ids} }

var (
	phone = channel.ContactID{Type: channel.WAPhone, Value: "4912345"}
	bsuid = channel.ContactID{Type: channel.BSUID, Value: "US.1349"}
	acc   = channel.Account{PhoneNumberID: "N", AccessToken: "tok"}
)

func text(s string) channel.Outbound {
	return channel.Outbound{OurID: "01ABC", To: to(bsuid, phone), Text: s}
}

func TestSend(t *testing.T) {
	t.Parallel()
	ok := channeltest.Answer{Body: `{"messaging_product":"whatsapp","contacts":[{"input":"4912345","wa_id":"4912345 ","user_id":"US.1349"}],"messages":[{"id":"wamid.1"}]}`}
	sent := channel.Sent{MessageID: "wamid.1", Learned: []channel.ContactID{bsuid, phone}}
	hidden := text("hi")
	hidden.To = to(bsuid)
	reply := text("hi")
	reply.ReplyTo, reply.Part = "wamid.0", 1
	photo := text("look")
	photo.Files = []channel.OutFile{channeltest.File(channel.Image, "cat.jpg", "image/jpeg", "JPEG")}
	doc := text("")
	doc.Files = []channel.OutFile{channeltest.File(channel.File, "a/b.pdf", "application/pdf", "PDF")}
	voice := text("caption")
	voice.Files = []channel.OutFile{channeltest.File(channel.Voice, "v.ogg", "audio/ogg", "OGG")}
	late := text("hi")
	late.OutsideWindow = true
	uploaded := channeltest.Answer{Body: `{"id":"985"}`}
	channeltest.RunOutgoing(t, adapter, []channeltest.Outgoing{
		{Name: "text goes to the number where it is known", Account: acc, Out: text("hi"), Answers: []channeltest.Answer{ok}, Sent: sent, Requests: []string{
			`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","recipient_type":"individual","to":"4912345","type":"text","biz_opaque_callback_data":"01ABC","text":{"body":"hi","preview_url":false}}`}},
		{Name: "a hidden number's owner is written to by user id", Account: acc, Out: hidden, Answers: []channeltest.Answer{ok}, Sent: sent, Requests: []string{
			`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.1349","type":"text","biz_opaque_callback_data":"01ABC","text":{"body":"hi","preview_url":false}}`}},
		{Name: "second part as a reply", Account: acc, Out: reply, Answers: []channeltest.Answer{ok}, Sent: sent, Requests: []string{
			`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","recipient_type":"individual","to":"4912345","type":"text","context":{"message_id":"wamid.0"},"biz_opaque_callback_data":"01ABC~1","text":{"body":"hi","preview_url":false}}`}},
		{Name: "image with caption", Account: acc, Out: photo, Answers: []channeltest.Answer{uploaded, ok}, Sent: sent, Requests: []string{
			`POST /N/media (Bearer tok) messaging_product=whatsapp type=image/jpeg file=@cat.jpg(image/jpeg)"JPEG"`,
			`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","recipient_type":"individual","to":"4912345","type":"image","biz_opaque_callback_data":"01ABC","image":{"id":"985","caption":"look"}}`}},
		{Name: "document", Account: acc, Out: doc, Answers: []channeltest.Answer{uploaded, ok}, Sent: sent, Requests: []string{
			`POST /N/media (Bearer tok) messaging_product=whatsapp type=application/pdf file=@b.pdf(application/pdf)"PDF"`,
			`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","recipient_type":"individual","to":"4912345","type":"document","biz_opaque_callback_data":"01ABC","document":{"id":"985","filename":"b.pdf"}}`}},
		{Name: "voice has no caption", Account: acc, Out: voice, Answers: []channeltest.Answer{uploaded, ok}, Class: channel.ClassRequest},
		{Name: "upload without an id may be repeated", Account: acc, Out: photo, Answers: []channeltest.Answer{{Body: `{}`}}, Class: channel.ClassTransient, Retry: true},
		{Name: "upload under a gateway that gave up may be repeated", Account: acc, Out: photo, Answers: []channeltest.Answer{{Status: 504}}, Class: channel.ClassTransient, Retry: true},
		{Name: "outside the window", Account: acc, Out: late, Requests: []string{}, Class: channel.ClassWindowClosed},
		{Name: "nobody", Account: acc, Out: channel.Outbound{Text: "x"}, Requests: []string{}, Class: channel.ClassRequest},
		{Name: "success without an id", Account: acc, Out: text("hi"), Answers: []channeltest.Answer{{Body: `{"messages":[]}`}}, Class: channel.ClassUnknown},
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	var cases []channeltest.Outgoing
	add := func(name string, status int, body string, class channel.Class, retry, stop bool, after time.Duration) {
		cases = append(cases, channeltest.Outgoing{Name: name, Account: acc, Out: text("hi"), Class: class, Retry: retry, Stop: stop, After: after,
			Answers: []channeltest.Answer{{Status: status, Body: body}}})
	}
	code := func(n string) string {
		return `{"error":{"message":"m","code":` + n + `,"error_data":{"details":"d"}}}`
	}
	add("window", 400, code("131047"), channel.ClassWindowClosed, false, false, 0)
	add("undeliverable", 400, code("131026"), channel.ClassContactUnreachable, false, false, 0)
	add("bsuid not allowed", 400, code("131062"), channel.ClassContactUnreachable, false, false, 0)
	add("media", 400, code("131053"), channel.ClassMedia, false, false, 0)
	add("parameter", 400, code("131009"), channel.ClassRequest, false, false, 0)
	add("parameter 100/33", 400, `{"error":{"message":"m","code":100,"error_subcode":33}}`, channel.ClassRequest, false, false, 0)
	add("experiment", 400, code("130472"), channel.ClassRequest, false, false, 0)
	add("template", 404, code("132001"), channel.ClassRequest, false, false, 0)
	add("throughput", 429, code("130429"), channel.ClassRateChannel, true, false, 0)
	add("pair", 400, code("131056"), channel.ClassRateRecipient, true, false, 6*time.Second)
	add("spam", 400, code("131048"), channel.ClassRateChannel, true, false, 10*time.Minute)
	add("locked", 403, code("131031"), channel.ClassChannelFault, false, true, 0)
	add("payment", 400, code("131042"), channel.ClassChannelFault, false, true, 0)
	add("token", 401, code("190"), channel.ClassChannelFault, false, true, 0)
	add("auth 0", 401, code("0"), channel.ClassChannelFault, false, true, 0)
	add("permission 200", 403, code("200"), channel.ClassChannelFault, false, true, 0)
	add("temporary", 500, code("131016"), channel.ClassTransient, true, false, 0)
	add("unknown", 400, code("999999"), channel.ClassRequest, false, false, 0)
	add("gateway page", 502, "<html>", channel.ClassTransient, true, false, 0)
	channeltest.RunOutgoing(t, adapter, cases)
}

func TestPowers(t *testing.T) {
	t.Parallel()
	locate := func(att channel.Attachment, want channel.Location) func(channel.Adapter, channel.Account, *testing.T) error {
		return func(a channel.Adapter, acc channel.Account, t *testing.T) error {
			loc, err := a.(channel.MediaSource).Locate(t.Context(), acc, att)
			if want.URL == "{{base}}" {
				want.URL = acc.APIURL + "/file"
			}
			if err == nil && loc != want {
				t.Errorf("got %+v, want %+v", loc, want)
			}
			return err
		}
	}
	image := channel.Attachment{Kind: channel.Image, MediaID: "65"}
	channeltest.RunOutgoing(t, adapter, []channeltest.Outgoing{
		{Name: "mark read", Account: acc, Answers: []channeltest.Answer{{Body: `{"success":true}`}}, Requests: []string{`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","status":"read","message_id":"w1"}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.Reader).MarkRead(t.Context(), acc, to(phone), "w1")
			}},
		{Name: "typing", Account: acc, Requests: []string{`POST /N/messages (Bearer tok) {"messaging_product":"whatsapp","status":"read","message_id":"w1","typing_indicator":{"type":"text"}}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.Typer).Typing(t.Context(), acc, to(phone), "w1")
			}},
		{Name: "media on the API's own host gets the bearer", Account: acc, Requests: []string{"GET /65?phone_number_id=N (Bearer tok)"},
			Answers: []channeltest.Answer{{Body: `{"url":"{{base}}/file","mime_type":"image/png","file_size":"103632","sha256":"72fd"}`}},
			Call:    locate(image, channel.Location{URL: "{{base}}", Bearer: "tok", Trusted: true, Size: 103632, Mime: "image/png", SHA256: "72fd"})},
		{Name: "media on Meta's media host gets the bearer", Account: acc, Answers: []channeltest.Answer{{Body: `{"url":"https://lookaside.fbsbx.com/a"}`}},
			Call: locate(image, channel.Location{URL: "https://lookaside.fbsbx.com/a", Bearer: "tok", Trusted: true})},
		{Name: "media elsewhere never gets the bearer", Account: acc, Answers: []channeltest.Answer{{Body: `{"url":"https://lookaside.fbsbx.com.evil.example/a"}`}},
			Call: locate(image, channel.Location{URL: "https://lookaside.fbsbx.com.evil.example/a"})},
		{Name: "address from the webhook", Account: acc, Requests: []string{}, Call: locate(channel.Attachment{URL: "https://lookaside.fbsbx.com/b"}, channel.Location{URL: "https://lookaside.fbsbx.com/b", Bearer: "tok", Trusted: true})},
		{Name: "media gone", Account: acc, Answers: []channeltest.Answer{{Status: 400, Body: `{"error":{"code":100,"error_subcode":33,"message":"gone"}}`}}, Class: channel.ClassMedia,
			Call: locate(image, channel.Location{})},
	})
}
