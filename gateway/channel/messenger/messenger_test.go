package messenger_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/gateway/channel"
	"parley/gateway/channel/channeltest"
	"parley/gateway/channel/messenger"
)

func adapter(c *http.Client) channel.Adapter { return messenger.New(c) }

// want says what each sample becomes; an empty list means it is ignored.
var want = map[string][]string{
	"text_message":                      {"message_in/text from=1412611362105802 id=mid.1486464322190:cb04e5a654 text=text"},
	"text_modern_mid":                   {`message_in/text from=3383290475046708 id=m_KXGKDUpO6xbVdAmZFBVpzU1AhKVJdAIUnUH4cwkvb_K3iZsWhowDRyJ_DcowEpJjncaBwdCIoRrixvCbbO1PcA text="facebook message"`},
	"text_quick_reply":                  {`message_in/quick_reply from=USER_ID id=mid.1457764197618:41d102a3e1ae206a38 text="hello, world!" payload=DEVELOPER_DEFINED_PAYLOAD`},
	"text_with_nlp":                     {`message_in/text from=USER_ID id=mid.1457764197618:41d102a3e1ae206a38 text="hello, text message world!"`},
	"text_chat_plugin_tags":             {`message_in/text from=1423587017700273 id=mid.$cAAE1UUyiiwthh0NPrVbVf4HFNDGl text="Sharp tools make good work."`},
	"audio_attachment":                  {`message_in/text from=1423587017700273 id=mid.$cAAE1UUyiiwthh1ZAO1bVhDxGk2N0 [audio url=https://example.com/bot/audios/audio.mp3 name=audio.mp3]`},
	"video_attachment":                  {`message_in/text from=1423587017700273 id=mid.$cAAE1UUyiiwthh1ZAO1bVhDxGk2N0 [video url=https://example.com/bot/videos/video.mp4 name=video.mp4]`},
	"file_attachment":                   {`message_in/text from=1423587017700273 id=mid.$cAAE1UUyiiwthh1ZAO1bVhDxGk2N0 [file url=https://example.com/bot/files/file.doc name=file.doc]`},
	"reply_to":                          {`message_in/text from=<PSID> id=m_1457764197618:41d102a3e1ae206a38 text="hello, world!" reply=m_1fTq8oLumEyIp3Q2MR-aY7IfLZDamVrALniheU`},
	"referral_shortlink":                {`referral from=<USER_ID> ref="SHORTLINK,OPEN_THREAD,<REF DATA PASSED IN M.ME PARAM>"`},
	"read_watermark":                    {"receipt from=USER_ID upto=1458668856253 state=read"},
	"echo_own_app":                      {`message_echo/text from=USER_ID id=mid.1457764197618:41d102a3e1ae206a38 text="hello, text message world!" author=us app=1517776481860111 our=DEVELOPER_DEFINED_METADATA_STRING`},
	"echo_other_app":                    {"message_echo/text from=1244813222196986 id=mid.$cAARS90328R5hrBz-Vlbete17ftIb text=text author=other app=1821152484774199"},
	"reaction_react":                    {"reaction from=1476077422222289 target=mid.$cAAE1UUyiiwthh0NPrVbVf4HFNDGl emoji=❤️ added"},
	"reaction_unreact":                  {"reaction from=1476077422222289 target=mid.$cAAE1UUyiiwthh0NPrVbVf4HFNDGl emoji=❤️"},
	"pass_thread_control":               {`thread_control thread=pass toapp=1234567890 meta="Pass thread control"`},
	"take_thread_control":               {`thread_control thread=take fromapp=1234567890 meta="Take thread control from a secondary receiver"`},
	"request_thread_control":            {"thread_control thread=request toapp=1234567890"},
	"request_thread_control_from_inbox": {`thread_control from=1423587017700273 thread=request toapp=263902037430900 meta="additional content that the caller wants to set"`},
	"app_roles":                         {"thread_control thread=roles roles=map[123456789:[automation]]"},
	"message_edit":                      {"message_edited from=<PSID> text=<TEXT> target=<MESSAGE_ID>"},
	"policy_enforcement_hyphen":         {"notice payload=block error=channel_fault/0"},
	"account_linking":                   {},
	"unsupported_event_type":            {},
	"feed_comment_change":               {},
	"optin_user_ref_no_sender":          {},
}

func TestSamples(t *testing.T) {
	t.Parallel()
	var cases []channeltest.Incoming
	for name, body := range channeltest.Payloads(t, "facebook") {
		if strings.HasPrefix(name, "api_") {
			continue
		}
		events, known := want[name]
		if !known {
			t.Errorf("sample %s is in no table", name)
		}
		c := channeltest.Incoming{Name: name, Body: string(body), Events: events, Account: channel.Account{PageID: pageOf(t, body), AppID: "1517776481860111"}}
		if len(events) == 0 {
			c.Ignored = 1
		}
		cases = append(cases, c)
	}
	channeltest.RunIncoming(t, messenger.New(http.DefaultClient), cases)
}

func pageOf(t *testing.T, body []byte) string {
	t.Helper()
	var b struct{ Entry []struct{ ID string } }
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatal(err)
	}
	return b.Entry[0].ID
}

func page(events ...string) string {
	return `{"object":"page","entry":[{"id":"P","time":1700000000000,"messaging":[` + strings.Join(events, ",") + `]}]}`
}

func from(rest string) string {
	return `{"sender":{"id":"C"},"recipient":{"id":"P"},"timestamp":1700000000123,` + rest + `}`
}

func echo(rest string) string {
	return from(`"message":{"mid":"m1","text":"hi","is_echo":true,` + rest + `}`)
}

func TestOddBodies(t *testing.T) {
	t.Parallel()
	acc := channel.Account{PageID: "P", AppID: "77", BotAppID: "88"}
	deep := from(`"message":{"mid":"m1","text":"x","z":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`)
	cases := []channeltest.Incoming{
		{Name: "ids as numbers survive exactly", Body: `{"object":"page","entry":[{"id":9007199254740993,"messaging":[{"sender":{"id":9007199254740995},"recipient":{"id":9007199254740993},"message":{"mid":"m","text":"x"}}]}]}`,
			Account: channel.Account{PageID: "9007199254740993"}, Events: []string{"message_in/text from=9007199254740995 id=m text=x"}},
		{Name: "customers' text escaped as Meta does", Body: page(from(`"message":{"mid":"m","text":"caf\u00e9 \ud83d\ude2e \ud83d"}`)), Events: []string{"message_in/text from=C id=m text=\"café 😮 \uFFFD\""}},
		{Name: "several entries, messaging and standby", Events: []string{"message_in/text from=C id=m1 text=a", "message_in/text standby from=C id=m2 text=b"},
			Body: `{"object":"page","entry":[{"id":"P","messaging":[` + from(`"message":{"mid":"m1","text":"a"}`) + `]},{"id":"P","standby":[` + from(`"message":{"mid":"m2","text":"b"}`) + `]}]}`},
		{Name: "another page in a signed body", Body: strings.ReplaceAll(page(from(`"message":{"mid":"m","text":"x"}`)), `"id":"P"`, `"id":"Q"`), Bad: []string{channel.BadUnknownChannel}},
		{Name: "dashboard's test button", Body: `{"object":"page","entry":[{"id":"0","time":1,"changes":[{"field":"messages","value":{}}]}]}`, Ignored: 1},
		{Name: "sticker and its image twin", Body: page(from(`"message":{"mid":"m","attachments":[{"type":"image","payload":{"url":"https://x/a.png","sticker_id":369}},{"type":"sticker","payload":{"url":"https://x/a.png","sticker_id":"369"}}]}`)),
			Events: []string{"message_in/text from=C id=m [sticker url=https://x/a.png name=a.png]"}},
		{Name: "sticker in its old form alone", Body: page(from(`"message":{"mid":"m","attachments":[{"type":"image","payload":{"url":"https://x/a.png","sticker_id":369}}]}`)),
			Events: []string{"message_in/text from=C id=m [sticker url=https://x/a.png name=a.png]"}},
		{Name: "location at zero", Body: page(from(`"message":{"mid":"m","attachments":[{"type":"location","title":"Null","payload":{"coordinates":{"lat":0,"long":0}}}]}`)),
			Events: []string{"message_in/text from=C id=m [location at=0,0 title=Null]"}},
		{Name: "attachment without an address", Body: page(from(`"message":{"mid":"m","attachments":[{"type":"image","payload":{"url":null}}]}`)), Events: []string{"message_in/text from=C id=m [image]"}},
		{Name: "preview of a link in a text", Body: page(from(`"message":{"mid":"m","text":"see https://x","attachments":[{"type":"fallback","payload":{"url":"https://x"},"title":"X"}]}`)), Events: []string{`message_in/text from=C id=m text="see https://x"`}},
		{Name: "a shared reel is told, not fetched", Body: page(from(`"message":{"mid":"m","attachments":[{"type":"reel","payload":{"url":"https://x/r","title":"Cat"}}]}`)), Events: []string{`message_in/text from=C id=m [unsupported title="Cat https://x/r"]`}},
		{Name: "postback on standby has no payload", Body: `{"object":"page","entry":[{"id":"P","standby":[` + from(`"postback":{"mid":"m","title":"Start"}`) + `]}]}`, Events: []string{"postback standby from=C id=m text=Start"}},
		{Name: "old postback without mid, time in seconds", Body: page(`{"sender":{"id":"C"},"recipient":{"id":"P"},"timestamp":"1700000000","postback":{"title":"Start","payload":"GO","referral":{"source":"ADS","ad_id":6045}}}`), Events: []string{"postback from=C text=Start payload=GO ref=ADS,6045"}},
		{Name: "delivery with mids and watermark", Body: page(from(`"delivery":{"mids":["a","b"],"watermark":"1700000000000"}`)), Events: []string{"receipt from=C upto=1700000000000 state=delivered"}},
		{Name: "delivery with mids only", Body: page(from(`"delivery":{"mids":["a","b"]}`)), Events: []string{"receipt from=C target=a state=delivered", "receipt from=C target=b state=delivered"}},
		{Name: "unreact without emoji", Body: page(from(`"reaction":{"mid":"m","action":"unreact"}`)), Events: []string{"reaction from=C target=m"}},
		{Name: "deleted", Body: page(from(`"message":{"mid":"m","is_deleted":true}`)), Events: []string{"message_deleted from=C target=m"}},
		{Name: "our echo of the third part", Body: page(echo(`"app_id":77,"metadata":"01ABC~2"`)), Events: []string{"message_echo/text from=C id=m1 text=hi author=us app=77 our=01ABC part=2"}},
		{Name: "the bot's echo", Body: page(echo(`"app_id":"88","metadata":"x"`)), Events: []string{"message_echo/text from=C id=m1 text=hi author=bot app=88 meta=x"}},
		{Name: "the inbox's echo, its id printed a digit short", Body: page(echo(`"app_id":26390203743090`)), Events: []string{"message_echo/text from=C id=m1 text=hi author=inbox app=26390203743090"}},
		{Name: "an echo without app", Body: page(echo(`"x":1`)), Events: []string{"message_echo/text from=C id=m1 text=hi author=inbox"}},
		{Name: "echo of a template", Body: page(from(`"message":{"mid":"m1","is_echo":true,"app_id":88,"attachments":[{"type":"template","payload":{"template_type":"button"}}]}`)), Events: []string{"message_echo/text from=C id=m1 [template title=template] author=bot app=88"}},
		{Name: "null text", Body: page(from(`"message":{"mid":"m","text":null}`)), Bad: []string{channel.BadShape}},
		{Name: "null message", Body: page(from(`"message":null`)), Bad: []string{channel.BadShape}},
		{Name: "message is a string", Body: page(from(`"message":"hi"`)), Bad: []string{channel.BadShape}},
		{Name: "no customer", Body: page(`{"recipient":{"id":"P"},"message":{"mid":"m","text":"x"}}`), Bad: []string{channel.BadShape}},
		{Name: "a deep event beside a good one", Body: page(deep, from(`"message":{"mid":"m","text":"x"}`)), Bad: []string{channel.BadTooDeep}, Events: []string{"message_in/text from=C id=m text=x"}},
		{Name: "100 000 levels", Body: page(strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000), from(`"message":{"mid":"m","text":"x"}`)), Bad: []string{channel.BadTooDeep}, Events: []string{"message_in/text from=C id=m text=x"}},
		{Name: "a million keys", Body: page(from(`"message":{` + strings.Repeat(`"a":1,`, 1_000_000) + `"b":1}`)), Bad: []string{channel.BadTooComplex}},
		{Name: "events that are none", Body: page(`1`, `"x"`, `null`, `[]`, `{}`), Bad: []string{channel.BadShape, channel.BadShape, channel.BadShape, channel.BadShape}, Ignored: 1},
		{Name: "messaging is no list", Body: `{"object":"page","entry":[{"id":"P","messaging":{"a":1}}]}`, Bad: []string{channel.BadEnvelope}},
		{Name: "entry is no list", Body: `{"object":"page","entry":{}}`, Bad: []string{channel.BadEnvelope}},
		{Name: "another object", Body: `{"object":"instagram","entry":[]}`, Bad: []string{channel.BadEnvelope}},
		{Name: "broken JSON", Body: `{"object":"page","entry":[`, Bad: []string{channel.BadJSON}},
		{Name: "empty", Body: ``, Bad: []string{channel.BadJSON}},
	}
	for i := range cases {
		if cases[i].Account.PageID == "" {
			cases[i].Account = acc
		}
	}
	channeltest.RunIncoming(t, messenger.New(http.DefaultClient), cases)
}

func TestABodyOfTooManyEventsKeepsTheFirstThousandAndItself(t *testing.T) {
	t.Parallel()
	events := make([]string, 1500)
	for i := range events {
		events[i] = from(fmt.Sprintf(`"message":{"mid":"m%d","text":"x"}`, i))
	}
	got := messenger.New(http.DefaultClient).Parse(channel.Account{ID: "ch", PageID: "P"}, []byte(page(events...)), channeltest.ReceivedAt())
	if len(got.Events) != channel.MaxEvents || len(got.Bad) != 1 || got.Bad[0].Reason != channel.BadTooMany {
		t.Errorf("%d events, bad %d", len(got.Events), len(got.Bad))
	}
}

func FuzzParse(f *testing.F) {
	a, acc := messenger.New(http.DefaultClient), channel.Account{ID: "ch", PageID: "P", AppID: "77"}
	for _, s := range []string{`null`, from(`"message":{"mid":"m","text":"x"}`), from(`"delivery":{"mids":["a"]}`), from(`"reaction":{}`), echo(`"app_id":1`), page()} {
		f.Add(s)
	}
	good := func(i int) string { return from(fmt.Sprintf(`"message":{"mid":"good%d","text":"good %d"}`, i, i)) }
	f.Fuzz(func(t *testing.T, s string) {
		channeltest.Sane(t, a, acc, []byte(s), a.Parse(acc, []byte(s), channeltest.ReceivedAt()))
		if json.Valid([]byte(s)) && len(s) < 10_000 {
			channeltest.Neighbours(t, a, acc, func(e []string) string { return page(e...) }, good, s)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	a, acc := messenger.New(http.DefaultClient), channel.Account{ID: "ch", PageID: "P"}
	body := []byte(page(from(`"message":{"mid":"m_KXGKDUpO6xbVdAmZFBVpzU1AhKVJdAIUnUH4cwkvb_K3iZsWhowDRyJ_DcowEpJjncaBwdCIoRrixvCbbO1PcA","text":"Hello, where is my order?"}`)))
	b.ReportAllocs()
	for b.Loop() {
		if got := a.Parse(acc, body, channeltest.ReceivedAt()); len(got.Events) != 1 {
			b.Fatal(got)
		}
	}
}
