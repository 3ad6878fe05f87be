package telegram_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"parley/gateway/channel"
	"parley/gateway/channel/channeltest"
	"parley/gateway/channel/telegram"
)

func adapter(c *http.Client) channel.Adapter { return telegram.New(c) }

const (
	test = `from=1111111 name="Test Firstname Test Lastname"`
	user = `from=427770117 name="user_first user_last"`
)

// want says what each sample becomes; an empty list means it is ignored.
var want = map[string][]string{
	"text":                      {"message_in/command " + test + " id=1111111:1365 text=/start"},
	"text_link_preview":         {`message_in/text from=218485655 name=Waffle id=218485655:6557 text="hello there"`},
	"audio":                     {"message_in/text " + test + ` id=1111111:1365 [audio id=AwADBAADbXXXXXXXXXXXGBdhD2l6_XX mime=audio/mpeg size=3897500 title="Test music file"]`},
	"reply":                     {"message_in/command " + test + " id=1111111:1365 text=/start reply=1111111:1334"},
	"edited_message":            {"message_edited " + test + ` text="Edited text" target=1111111:1365`},
	"entities":                  {"message_in/text " + test + ` id=1111111:1365 text="Bold and italics"`},
	"forwarded_user":            {"message_in/command " + test + " id=1111111:1365 text=/start forwarded"},
	"callback_query":            {"postback " + user + " text=data payload=data reply=427770117:666 callback=123"},
	"message_reaction_add":      {`reaction from=111 name="Jane Doe" target=111:555 emoji=👍 added`},
	"bot_blocked":               {`membership from=0 name="FN LN" blocked`},
	"game_message":              {`message_in/unsupported from=427770117 name="first last" id=427770117:666 [unsupported title=game]`},
	"group_text":                {},
	"callback_group":            {},
	"edited_group_message":      {},
	"deleted_business_messages": {},
	"forum_topic_message":       {},
	"pinned_service_message":    {},
	"dice_unicode":              {},
	"poll_update":               {},
	"unknown_update_kind":       {},
	"reaction_count_channel":    {},
}

func account() channel.Account { return channel.Account{ID: "ch", Token: "123:secret"} }

func TestSamples(t *testing.T) {
	t.Parallel()
	var cases []channeltest.Incoming
	for name, body := range channeltest.Payloads(t, "telegram") {
		if strings.HasPrefix(name, "api_") {
			continue
		}
		events, known := want[name]
		if !known {
			t.Errorf("sample %s is in no table", name)
		}
		c := channeltest.Incoming{Name: name, Body: string(body), Events: events, Account: account()}
		if len(events) == 0 {
			c.Ignored = 1
		}
		cases = append(cases, c)
	}
	channeltest.RunIncoming(t, telegram.New(http.DefaultClient), cases)
}

func update(rest string) string { return `{"update_id":7,` + rest + `}` }

func private(rest string) string {
	return update(`"message":{"message_id":5,"date":1700000000,"chat":{"id":42,"type":"private"},"from":{"id":42,"first_name":"Jo","language_code":"de"},` + rest + `}`)
}

func TestOddBodies(t *testing.T) {
	t.Parallel()
	const in = "message_in/text from=42 name=Jo id=42:5"
	chat := `"chat":{"id":42,"type":"private"}`
	cases := []channeltest.Incoming{
		{Name: "ids above 2^53", Body: update(`"message":{"message_id":5,"chat":{"id":9007199254740993,"type":"private"},"text":"x"}`), Events: []string{"message_in/text from=9007199254740993 id=9007199254740993:5 text=x"}},
		{Name: "command with argument", Body: private(`"text":"/start ref-1"`), Events: []string{`message_in/command from=42 name=Jo id=42:5 text="/start ref-1" payload=ref-1`}},
		{Name: "a slash alone is text", Body: private(`"text":"/ 5"`), Events: []string{in + ` text="/ 5"`}},
		{Name: "photo takes the largest", Body: private(`"caption":"cat","photo":[{"file_id":"s","width":90,"height":90},{"file_id":"l","width":900,"height":900,"file_size":5},{"file_id":"m","width":300,"height":300}]`),
			Events: []string{in + " text=cat [image id=l mime=image/jpeg size=5]"}},
		{Name: "animation without its document twin", Body: private(`"animation":{"file_id":"a","mime_type":"video/mp4"},"document":{"file_id":"a"}`), Events: []string{in + " [video id=a mime=video/mp4]"}},
		{Name: "venue without its location twin", Body: private(`"venue":{"title":"Bar","address":"Road 1","location":{"latitude":1.5,"longitude":0}},"location":{"latitude":1.5,"longitude":0}`), Events: []string{in + ` [location at=1.5,0 title=Bar address="Road 1"]`}},
		{Name: "album", Body: private(`"media_group_id":"g1","document":{"file_id":"d","file_name":"../x.pdf"}`), Events: []string{in + " album=g1 [file id=d name=x.pdf]"}},
		{Name: "voice, note, sticker", Body: private(`"sticker":{"file_id":"s","emoji":"🙂","is_video":true}`), Events: []string{in + " [sticker id=s mime=video/webm title=🙂]"}},
		{Name: "own contact", Body: private(`"contact":{"phone_number":"+4912","first_name":"Jo","user_id":42}`), Events: []string{in + " [contact title=Jo phones=+4912]"}},
		{Name: "web app data", Body: private(`"web_app_data":{"data":"{}","button_text":"Form"}`), Events: []string{"message_in/form from=42 name=Jo id=42:5 text=Form payload={}"}},
		{Name: "dice in a private chat", Body: private(`"dice":{"value":2}`), Events: []string{"message_in/unsupported from=42 name=Jo id=42:5 [unsupported title=dice]"}},
		{Name: "service message in a private chat", Body: private(`"message_auto_delete_timer_changed":{}`), Ignored: 1},
		{Name: "button with its words, message gone", Body: update(`"callback_query":{"id":"9","from":{"id":42},"data":"yes","message":{"message_id":4,"date":0,"chat":{"id":42,"type":"private"},"reply_markup":{"inline_keyboard":[[{"text":"No","callback_data":"no"},{"text":"Yes!","callback_data":"yes"}]]}}}`), Events: []string{"postback from=42 text=Yes! payload=yes reply=42:4 callback=9"}},
		{Name: "button without its message", Body: update(`"callback_query":{"id":"9","from":{"id":42},"data":"yes"}`), Events: []string{"postback from=42 text=yes payload=yes callback=9"}},
		{Name: "inline button", Body: update(`"callback_query":{"id":"9","from":{"id":42},"data":"yes","inline_message_id":"i"}`), Ignored: 1},
		{Name: "unblocked", Body: update(`"my_chat_member":{` + chat + `,"new_chat_member":{"status":"member"}}`), Events: []string{"membership from=42"}},
		{Name: "reaction taken off", Body: update(`"message_reaction":{` + chat + `,"message_id":5,"user":{"id":42},"old_reaction":[{"type":"emoji","emoji":"👍"}],"new_reaction":[]}`), Events: []string{"reaction from=42 target=42:5 emoji=👍"}},
		{Name: "reaction exchanged", Body: update(`"message_reaction":{` + chat + `,"message_id":5,"user":{"id":42},"old_reaction":[{"emoji":"👍"}],"new_reaction":[{"emoji":"🔥"}]}`), Events: []string{"reaction from=42 target=42:5 emoji=🔥 added"}},
		{Name: "anonymous reaction", Body: update(`"message_reaction":{"chat":{"id":-1},"actor_chat":{"id":-1},"message_id":5,"new_reaction":[]}`), Ignored: 1},
		{Name: "null text", Body: private(`"text":null`), Bad: []string{channel.BadShape}},
		{Name: "text is a list", Body: private(`"text":[]`), Bad: []string{channel.BadShape}},
		{Name: "null message", Body: update(`"message":null`), Bad: []string{channel.BadShape}},
		{Name: "message is a string", Body: update(`"message":"x"`), Bad: []string{channel.BadShape}},
		{Name: "no chat", Body: update(`"message":{"message_id":1,"text":"x"}`), Bad: []string{channel.BadShape}},
		{Name: "no message id", Body: update(`"message":{"chat":{"id":1,"type":"private"},"text":"x"}`), Bad: []string{channel.BadShape}},
		{Name: "too deep", Body: private(`"text":"x","z":` + strings.Repeat("[", 40) + strings.Repeat("]", 40)), Bad: []string{channel.BadTooDeep}},
		{Name: "list of updates", Body: `[]`, Bad: []string{channel.BadJSON}},
		{Name: "broken", Body: `{"update_id":`, Bad: []string{channel.BadJSON}},
		{Name: "empty object", Body: `{}`, Ignored: 1},
	}
	for i := range cases {
		cases[i].Account = account()
	}
	channeltest.RunIncoming(t, telegram.New(http.DefaultClient), cases)
}

func TestKeysAndTimes(t *testing.T) {
	t.Parallel()
	a := telegram.New(http.DefaultClient)
	e := a.Parse(account(), []byte(private(`"text":"x"`)), channeltest.ReceivedAt()).Events[0]
	if e.Key != "message_in:123:7" || e.At.Unix() != 1700000000 || e.AccountID != "123" || e.Contact.Language != "de" {
		t.Errorf("%+v", e)
	}
	e = a.Parse(account(), []byte(update(`"callback_query":{"id":"9","from":{"id":42},"data":"yes"}`)), channeltest.ReceivedAt()).Events[0]
	if !e.At.Equal(channeltest.ReceivedAt()) {
		t.Errorf("a button press has time %v", e.At)
	}
}

func TestSecretHeader(t *testing.T) {
	t.Parallel()
	a := telegram.New(http.DefaultClient)
	for _, c := range []struct {
		configured, given string
		want              bool
	}{{"abc", "abc", true}, {"abc", "abd", false}, {"abc", "ab", false}, {"abc", "ABC", false}, {"abc", "", false}, {"", "", false}} {
		header := func(name string) string {
			if name == telegram.SecretHeader {
				return c.given
			}
			return ""
		}
		if got := a.Verify(channel.Account{SecretToken: c.configured}, header, nil); got != c.want {
			t.Errorf("%q given %q: %v", c.configured, c.given, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	a, acc := telegram.New(http.DefaultClient), account()
	for _, s := range []string{`null`, private(`"text":"x"`), private(`"photo":[{}]`), update(`"message_reaction":{"chat":{"id":1},"new_reaction":[{}]}`), `{"callback_query":{}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, body := range []string{s, update(`"message":` + s), private(`"photo":` + s), update(`"callback_query":` + s), update(`"message_reaction":` + s), update(`"my_chat_member":` + s)} {
			got := a.Parse(acc, []byte(body), channeltest.ReceivedAt())
			channeltest.Sane(t, a, acc, []byte(body), got)
			if len(got.Events)+len(got.Bad)+got.Ignored != 1 {
				t.Fatalf("%q: %+v", body, got)
			}
			if json.Valid([]byte(body)) != (len(got.Bad) == 0 || got.Bad[0].Reason != channel.BadJSON) && body != s {
				t.Fatalf("%q: %+v", body, got)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	a, acc := telegram.New(http.DefaultClient), account()
	body := []byte(private(`"text":"Hello, where is my order?"`))
	b.ReportAllocs()
	for b.Loop() {
		if got := a.Parse(acc, body, channeltest.ReceivedAt()); len(got.Events) != 1 {
			b.Fatal(got)
		}
	}
}
