package messenger_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/channeltest"
	"parley/gateway/channel/messenger"
)

func to() channel.ContactRef {
	return channel.ContactRef{IDs: []channel.ContactID{{Type: channel.PSID, Value: "C"}}}
}

func text(s string) channel.Outbound { return channel.Outbound{OurID: "01ABC", To: to(), Text: s} }

func TestSend(t *testing.T) {
	t.Parallel()
	acc := channel.Account{PageID: "P", AccessToken: "tok"}
	agent := acc
	agent.HumanAgent = true
	ok := []channeltest.Answer{{Body: `{"recipient_id":"C","message_id":"m_1"}`}}
	sent := channel.Sent{MessageID: "m_1"}
	late := text("hi")
	late.OutsideWindow = true
	reply := text("a <b> \"c\"")
	reply.ReplyTo, reply.Part = "m_0", 2
	photo := text("")
	photo.Files = []channel.OutFile{channeltest.File(channel.Image, "cat.jpg", "image/jpeg", "JPEG")}
	captioned := photo
	captioned.Text = "look"
	channeltest.RunOutgoing(t, adapter, []channeltest.Outgoing{
		{Name: "text", Account: acc, Out: text("hi"), Answers: ok, Sent: sent, Requests: []string{
			`POST /P/messages (Bearer tok) {"recipient":{"id":"C"},"messaging_type":"RESPONSE","message":{"text":"hi","metadata":"01ABC"}}`}},
		{Name: "later part as a reply", Account: acc, Out: reply, Answers: ok, Sent: sent, Requests: []string{
			`POST /P/messages (Bearer tok) {"recipient":{"id":"C"},"messaging_type":"RESPONSE","message":{"text":"a \u003cb\u003e \"c\"","metadata":"01ABC~2"},"reply_to":{"mid":"m_0"}}`}},
		{Name: "image", Account: acc, Out: photo, Answers: ok, Sent: sent, Requests: []string{
			`POST /P/messages (Bearer tok) recipient={"id":"C"} messaging_type=RESPONSE message={"attachment":{"type":"image","payload":{}},"metadata":"01ABC"} filedata=@cat.jpg(image/jpeg)"JPEG"`}},
		{Name: "outside the window", Account: acc, Out: late, Requests: []string{}, Class: channel.ClassWindowClosed},
		{Name: "outside the window with the agent's tag", Account: agent, Out: late, Answers: ok, Sent: sent, Requests: []string{
			`POST /P/messages (Bearer tok) {"recipient":{"id":"C"},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT","message":{"text":"hi","metadata":"01ABC"}}`}},
		{Name: "not split", Account: acc, Out: captioned, Requests: []string{}, Class: channel.ClassRequest},
		{Name: "nobody to send to", Account: acc, Out: channel.Outbound{Text: "x"}, Requests: []string{}, Class: channel.ClassRequest},
		{Name: "no token", Account: channel.Account{PageID: "P"}, Out: text("hi"), Requests: []string{}, Class: channel.ClassChannelFault, Stop: true},
		{Name: "success without a message id", Account: acc, Out: text("hi"), Answers: []channeltest.Answer{{Body: `{"recipient_id":"C"}`}}, Class: channel.ClassUnknown},
	})
}

func TestProofIsSentWithASecret(t *testing.T) {
	t.Parallel()
	acc := channel.Account{PageID: "P", AccessToken: "tok", AppSecrets: []string{"s", "old"}}
	srv := make(chan string, 1)
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		srv <- r.URL.Query().Get("appsecret_proof")
		return nil, http.ErrServerClosed
	})}
	messenger.New(client).Send(t.Context(), acc, text("hi"))
	if got := <-srv; len(got) != 64 || strings.Trim(got, "0123456789abcdef") != "" {
		t.Errorf("proof %q", got)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestErrors(t *testing.T) {
	t.Parallel()
	acc := channel.Account{PageID: "P", AccessToken: "tok"}
	var cases []channeltest.Outgoing
	add := func(name string, status int, body string, class channel.Class, retry, stop bool, after time.Duration) {
		cases = append(cases, channeltest.Outgoing{Name: name, Account: acc, Out: text("hi"), Class: class, Retry: retry, Stop: stop, After: after,
			Answers: []channeltest.Answer{{Status: status, Body: body}}})
	}
	code := func(s string) string { return `{"error":{"message":"m","type":"T",` + s + `}}` }
	add("window", 400, code(`"code":10,"error_subcode":2018278`), channel.ClassWindowClosed, false, false, 0)
	add("thread of another app", 400, code(`"code":10,"error_subcode":2018300`), channel.ClassThreadNotOwned, false, false, 0)
	add("page barred", 400, code(`"code":10,"error_subcode":1893063`), channel.ClassRateChannel, true, false, 10*time.Minute)
	add("permission", 403, code(`"code":10`), channel.ClassChannelFault, false, false, 0)
	add("permission 200", 403, code(`"code":200`), channel.ClassChannelFault, false, false, 0)
	add("no such recipient", 400, code(`"code":100,"error_subcode":2018001`), channel.ClassContactUnreachable, false, false, 0)
	add("parameter", 400, code(`"code":100`), channel.ClassRequest, false, false, 0)
	add("attachment", 400, code(`"code":100,"error_subcode":2018047`), channel.ClassMedia, false, false, 0)
	add("token", 401, code(`"code":190`), channel.ClassChannelFault, false, true, 0)
	add("token under 200, code as text", 200, code(`"code":"190"`), channel.ClassChannelFault, false, true, 0)
	add("blocked", 400, code(`"code":551`), channel.ClassContactUnreachable, false, false, 0)
	add("rate", 400, code(`"code":613`), channel.ClassRateChannel, true, false, 0)
	add("policy", 400, code(`"code":368`), channel.ClassRateChannel, true, false, 10*time.Minute)
	add("temporary", 500, code(`"code":2`), channel.ClassTransient, true, false, 0)
	add("unknown code", 400, code(`"code":98765`), channel.ClassRequest, false, false, 0)
	add("unknown code, server's fault", 503, code(`"code":98765`), channel.ClassTransient, true, false, 0)
	add("gateway page", 502, "<html>", channel.ClassTransient, true, false, 0)
	add("gateway gave up", 504, "<html>", channel.ClassUnknown, false, false, 0)
	for name, body := range samples(t) {
		if name == "api_error_190" {
			add("sample "+name, 401, string(body), channel.ClassChannelFault, false, true, 0)
		}
	}
	channeltest.RunOutgoing(t, adapter, cases)
}

// samples are the payloads where they are at hand, else none.
func samples(t *testing.T) map[string][]byte {
	var m map[string][]byte
	t.Run("samples", func(t *testing.T) { m = channeltest.Payloads(t, "facebook") })
	return m
}

func TestPowers(t *testing.T) {
	t.Parallel()
	acc := channel.Account{PageID: "P", AccessToken: "tok"}
	cases := []channeltest.Outgoing{
		{Name: "mark read", Account: acc, Requests: []string{`POST /P/messages (Bearer tok) {"recipient":{"id":"C"},"sender_action":"mark_seen"}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.Reader).MarkRead(t.Context(), acc, to(), "m")
			}},
		{Name: "typing", Account: acc, Requests: []string{`POST /P/messages (Bearer tok) {"recipient":{"id":"C"},"sender_action":"typing_on"}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.Typer).Typing(t.Context(), acc, to(), "m")
			}},
		{Name: "pass the thread", Account: acc, Requests: []string{`POST /P/pass_thread_control (Bearer tok) {"recipient":{"id":"C"},"target_app_id":"88","metadata":"bye"}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.ThreadController).ControlThread(t.Context(), acc, channel.ThreadPass, to(), "88", "bye")
			}},
		{Name: "release the thread", Account: acc, Requests: []string{`POST /P/release_thread_control (Bearer tok) {"recipient":{"id":"C"}}`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				return a.(channel.ThreadController).ControlThread(t.Context(), acc, channel.ThreadRelease, to(), "", "x")
			}},
		{Name: "no consent to the profile does not fault the channel", Account: acc, Answers: []channeltest.Answer{{Status: 400, Body: `{"error":{"code":230,"message":"consent"}}`}}, Class: channel.ClassRequest,
			Requests: []string{`GET /C?fields=name%2Cfirst_name%2Clast_name%2Cprofile_pic (Bearer tok)`},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				_, err := a.(channel.Profiler).Profile(t.Context(), acc, to())
				return err
			}},
	}
	if body, ok := samples(t)["api_user_profile"]; ok {
		cases = append(cases, channeltest.Outgoing{Name: "profile", Account: acc, Answers: []channeltest.Answer{{Body: string(body)}},
			Call: func(a channel.Adapter, acc channel.Account, t *testing.T) error {
				p, err := a.(channel.Profiler).Profile(t.Context(), acc, to())
				if p.Name != "Peter Chang" || p.Photo == nil || !strings.HasPrefix(p.Photo.URL, "https://fbcdn-profile") {
					t.Errorf("profile %+v", p)
				}
				return err
			}})
	}
	channeltest.RunOutgoing(t, adapter, cases)
}

func TestLocateGivesNoBearer(t *testing.T) {
	t.Parallel()
	a := messenger.New(http.DefaultClient)
	for url, trusted := range map[string]bool{
		"https://scontent.xx.fbcdn.net/a.jpg": true, "https://evilfbcdn.net/a.jpg": false, "http://scontent.fbcdn.net/a": false, "https://169.254.169.254/": false,
	} {
		loc, err := a.Locate(t.Context(), channel.Account{AccessToken: "tok"}, channel.Attachment{URL: url})
		if err != nil || loc.Bearer != "" || loc.Trusted != trusted || loc.URL != url {
			t.Errorf("%s: %+v %v", url, loc, err)
		}
	}
	if _, err := a.Locate(t.Context(), channel.Account{}, channel.Attachment{}); channel.AsSendError(err).Class != channel.ClassMedia {
		t.Errorf("no address: %v", err)
	}
}
