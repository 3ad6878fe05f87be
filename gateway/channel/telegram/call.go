package telegram

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/loose"
)

// base is the address calls start with.
func base(acc channel.Account) string {
	if acc.APIURL != "" {
		return strings.TrimRight(acc.APIURL, "/")
	}
	return DefaultAPI
}

// method is the address of a call. It holds the token: it never leaves this package but in a Location.
func method(acc channel.Account, name string) string {
	return base(acc) + "/bot" + url.PathEscape(acc.Token) + "/" + name
}

// fileURL is the address of a download.
func fileURL(acc channel.Account, path string) string {
	files := strings.TrimRight(acc.FileURL, "/")
	if files == "" {
		files = base(acc)
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	return files + "/file/bot" + url.PathEscape(acc.Token) + "/" + strings.Join(segments, "/")
}

// call makes the exchange and returns the result of an {"ok":true} answer.
func (a *Adapter) call(acc channel.Account, req *http.Request, repeatable bool) (loose.Value, *failure) {
	now := time.Now()
	ans, serr := exchange.Do(a.http, req, repeatable)
	if serr != nil {
		return loose.Value{}, &failure{SendError: serr}
	}
	doc, err := loose.Parse(ans.Body)
	ok := doc.Get("ok")
	switch {
	case err != nil || !ok.Exists():
		return loose.Value{}, &failure{SendError: exchange.ByStatus(ans, repeatable, now)}
	case !ok.Bool():
		return loose.Value{}, refusal(acc, ans, doc, now)
	}
	return doc.Get("result"), nil
}

// failure is an error with what only this package can act on.
type failure struct {
	*channel.SendError
	movedTo string // the chat has a new id
}

// refusal reads an {"ok":false} answer.
func refusal(acc channel.Account, ans exchange.Answer, doc loose.Value, now time.Time) *failure {
	f := &failure{
		SendError: &channel.SendError{
			Code: int(doc.Get("error_code").Int()), Status: ans.Status, Text: doc.Get("description").Text(),
			RetryAfter: time.Duration(min(max(doc.Get("parameters", "retry_after").Int(), 0), 3600)) * time.Second,
		},
		movedTo: doc.Get("parameters", "migrate_to_chat_id").ID(),
	}
	if f.Code == 0 {
		f.Code = ans.Status
	}
	if f.RetryAfter == 0 {
		f.RetryAfter = ans.RetryAfter(now)
	}
	if acc.Token != "" {
		f.Text = strings.ReplaceAll(f.Text, acc.Token, "...")
	}
	classify(f.SendError)
	return f
}

// shortWait parts the two sorts of throttling: a short wish is about one chat, a long one about the whole bot.
const shortWait = 5 * time.Second

// classify sets the class by error_code; within 400 and 403 only the description tells cases apart.
func classify(e *channel.SendError) {
	switch {
	case e.Code == 429 && e.RetryAfter > 0 && e.RetryAfter <= shortWait:
		e.Class = channel.ClassRateRecipient
	case e.Code == 429:
		e.Class = channel.ClassRateChannel
	case e.Code == 403:
		e.Class = channel.ClassContactUnreachable
	case e.Code == 401 || e.Code == 404:
		e.Class, e.Stop, e.Text = channel.ClassChannelFault, true, "the bot's token is not valid"
	case e.Code == 409:
		e.Class, e.Text = channel.ClassChannelFault, "another program uses this bot"
	case e.Code == 413:
		e.Class = channel.ClassMedia
	case e.Code >= 500:
		e.Class = channel.ClassTransient
	default:
		e.Class = badRequest(strings.ToLower(e.Text))
	}
}

func badRequest(text string) channel.Class {
	for _, s := range []string{"chat not found", "user not found", "peer_id_invalid", "deactivated"} {
		if strings.Contains(text, s) {
			return channel.ClassContactUnreachable
		}
	}
	for _, s := range []string{"file", "http url content", "photo_", "image_", "video_", "media_", "sticker"} {
		if strings.Contains(text, s) {
			return channel.ClassMedia
		}
	}
	return channel.ClassRequest
}
