package telegram_test

import (
	"testing"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/channeltest"
)

func to() channel.ContactRef {
	return channel.ContactRef{Name: "Jo", IDs: []channel.ContactID{{Type: channel.TGUser, Value: "42"}}}
}

func text(s string) channel.Outbound { return channel.Outbound{OurID: "01ABC", To: to(), Text: s} }

func file(kind channel.AttachmentKind, name, mime, caption string) channel.Outbound {
	o := text(caption)
	o.Files = []channel.OutFile{channeltest.File(kind, name, mime, "DATA")}
	return o
}

func TestSend(t *testing.T) {
	t.Parallel()
	ok := []channeltest.Answer{{Body: `{"ok":true,"result":{"message_id":9,"date":1700000000,"chat":{"id":42}}}`}}
	sent := channel.Sent{MessageID: "42:9", At: time.Unix(1700000000, 0).UTC()}
	reply := text("hi")
	reply.ReplyTo = "42:5"
	photoReply := file(channel.Image, "a.jpg", "image/jpeg", "look")
	photoReply.ReplyTo = "42:5"
	acc := account()
	channeltest.RunOutgoing(t, adapter, []channeltest.Outgoing{
		{Name: "text", Account: acc, Out: text("hi <b>"), Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendMessage {"chat_id":42,"text":"hi \u003cb\u003e"}`}},
		{Name: "reply", Account: acc, Out: reply, Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendMessage {"chat_id":42,"text":"hi","reply_parameters":{"message_id":5,"allow_sending_without_reply":true}}`}},
		{Name: "photo with caption as a reply", Account: acc, Out: photoReply, Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendPhoto chat_id=42 caption=look reply_parameters={"message_id":5,"allow_sending_without_reply":true} photo=@a.jpg(image/jpeg)"DATA"`}},
		{Name: "video", Account: acc, Out: file(channel.Video, "a.mp4", "video/mp4", ""), Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendVideo chat_id=42 video=@a.mp4(video/mp4)"DATA"`}},
		{Name: "audio", Account: acc, Out: file(channel.Audio, "a.mp3", "audio/mpeg", ""), Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendAudio chat_id=42 audio=@a.mp3(audio/mpeg)"DATA"`}},
		{Name: "voice", Account: acc, Out: file(channel.Voice, "a.ogg", "audio/ogg", ""), Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendVoice chat_id=42 voice=@a.ogg(audio/ogg)"DATA"`}},
		{Name: "document", Account: acc, Out: file(channel.File, "a.pdf", "application/pdf", ""), Answers: ok, Sent: sent, Requests: []string{`POST /bot123:secret/sendDocument chat_id=42 document=@a.pdf(application/pdf)"DATA"`}},
		{Name: "a chat that moved is followed once", Account: acc, Out: text("hi"), Answers: append([]channeltest.Answer{{Status: 400, Body: `{"ok":false,"error_code":400,"description":"moved","parameters":{"migrate_to_chat_id":-77}}`}}, ok...), Sent: sent,
			Requests: []string{`POST /bot123:secret/sendMessage {"chat_id":42,"text":"hi"}`, `POST /bot123:secret/sendMessage {"chat_id":-77,"text":"hi"}`}},
		{Name: "nobody", Account: acc, Out: channel.Outbound{Text: "x"}, Requests: []string{}, Class: channel.ClassRequest},
		{Name: "no token", Out: text("hi"), Requests: []string{}, Class: channel.ClassChannelFault, Stop: true},
		{Name: "success without a message", Account: acc, Out: text("hi"), Answers: []channeltest.Answer{{Body: `{"ok":true,"result":true}`}}, Class: channel.ClassUnknown},
		{Name: "success that is no JSON", Account: acc, Out: text("hi"), Answers: []channeltest.Answer{{Body: `<html>`}}, Class: channel.ClassUnknown},
	})
}

func TestErrors(t *testing.T) {
	t.Parallel()
	var cases []channeltest.Outgoing
	add := func(name string, status int, body string, class channel.Class, retry, stop bool, after time.Duration) {
		cases = append(cases, channeltest.Outgoing{Name: name, Account: account(), Out: text("hi"), Class: class, Retry: retry, Stop: stop, After: after,
			Answers: []channeltest.Answer{{Status: status, Body: body}}})
	}
	bad := func(code, text, rest string) string {
		return `{"ok":false,"error_code":` + code + `,"description":"` + text + `"` + rest + `}`
	}
	add("chat too fast", 429, bad("429", "Too Many Requests: retry after 3", `,"parameters":{"retry_after":3}`), channel.ClassRateRecipient, true, false, 3*time.Second)
	add("bot too fast", 429, bad("429", "Too Many Requests: retry after 30", `,"parameters":{"retry_after":30}`), channel.ClassRateChannel, true, false, 30*time.Second)
	add("blocked", 403, bad("403", "Forbidden: bot was blocked by the user", ""), channel.ClassContactUnreachable, false, false, 0)
	add("chat not found", 400, bad("400", "Bad Request: chat not found", ""), channel.ClassContactUnreachable, false, false, 0)
	add("too long", 400, bad("400", "Bad Request: message is too long", ""), channel.ClassRequest, false, false, 0)
	add("file", 400, bad("400", "Bad Request: wrong file identifier/HTTP URL specified", ""), channel.ClassMedia, false, false, 0)
	add("photo", 400, bad("400", "Bad Request: PHOTO_INVALID_DIMENSIONS", ""), channel.ClassMedia, false, false, 0)
	add("token", 401, bad("401", "Unauthorized", ""), channel.ClassChannelFault, false, true, 0)
	add("no such bot", 404, bad("404", "Not Found", ""), channel.ClassChannelFault, false, true, 0)
	add("second consumer", 409, bad("409", "Conflict", ""), channel.ClassChannelFault, false, false, 0)
	add("too large", 413, bad("413", "Request Entity Too Large", ""), channel.ClassMedia, false, false, 0)
	add("too large, by the gateway", 413, "<html>", channel.ClassMedia, false, false, 0)
	add("server's fault", 500, bad("500", "Internal Server Error", ""), channel.ClassTransient, true, false, 0)
	add("HTML 502", 502, "<html>Bad Gateway</html>", channel.ClassTransient, true, false, 0)
	add("token in the text", 400, bad("400", "no method for 123:secret here", ""), channel.ClassRequest, false, false, 0)
	channeltest.RunOutgoing(t, adapter, cases)
}

func TestPowers(t *testing.T) {
	t.Parallel()
	acc := account()
	photos := `{"ok":true,"result":{"total_count":1,"photos":[[{"file_id":"s","width":10,"height":10},{"file_id":"l","width":90,"height":90}]]}}`
	locate := func(wantPath string) func(channel.Adapter, channel.Account, *testing.T) error {
		return func(a channel.Adapter, acc channel.Account, t *testing.T) error {
			loc, err := a.(channel.MediaSource).Locate(t.Context(), acc, channel.Attachment{MediaID: "f"})
			if err == nil && (loc.URL != acc.APIURL+wantPath || !loc.Trusted || loc.Bearer != "") {
				t.Errorf("got %+v", loc)
			}
			return err
		}
	}
	channeltest.RunOutgoing(t, adapter, []channeltest.Outgoing{
		{Name: "answer a button", Account: acc, Answers: []channeltest.Answer{{Body: `{"ok":true,"result":true}`}}, Requests: []string{`POST /bot123:secret/answerCallbackQuery {"callback_query_id":"9"}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.CallbackAnswerer).AnswerCallback(t.Context(), acc, "9")
			}},
		{Name: "typing", Account: acc, Answers: []channeltest.Answer{{Body: `{"ok":true,"result":true}`}}, Requests: []string{`POST /bot123:secret/sendChatAction {"chat_id":42,"action":"typing"}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.Typer).Typing(t.Context(), acc, to(), "42:5")
			}},
		{Name: "profile", Account: acc, Answers: []channeltest.Answer{{Body: photos}}, Requests: []string{`POST /bot123:secret/getUserProfilePhotos {"user_id":42,"limit":1}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				p, err := a.(channel.Profiler).Profile(t.Context(), acc, to())
				if p.Name != "Jo" || p.Photo == nil || p.Photo.MediaID != "l" {
					t.Errorf("profile %+v", p)
				}
				return err
			}},
		{Name: "file", Account: acc, Answers: []channeltest.Answer{{Body: `{"ok":true,"result":{"file_id":"f","file_path":"photos/fi le.jpg","file_size":5}}`}},
			Requests: []string{`POST /bot123:secret/getFile {"file_id":"f"}`}, Call: locate("/file/bot123:secret/photos/fi%20le.jpg")},
		{Name: "file too big", Account: acc, Answers: []channeltest.Answer{{Status: 400, Body: `{"ok":false,"error_code":400,"description":"Bad Request: file is too big"}`}}, Class: channel.ClassMedia, Call: locate("")},
		{Name: "local path of an own server", Account: acc, Answers: []channeltest.Answer{{Body: `{"ok":true,"result":{"file_path":"/var/lib/x"}}`}}, Class: channel.ClassMedia, Call: locate("")},
		{Name: "path that climbs", Account: acc, Answers: []channeltest.Answer{{Body: `{"ok":true,"result":{"file_path":"a/../../x"}}`}}, Class: channel.ClassMedia, Call: locate("")},
	})
}
