package whatsapp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/gateway/channel"
	"parley/gateway/channel/channeltest"
	"parley/gateway/channel/whatsapp"
)

func adapter(c *http.Client) channel.Adapter { return whatsapp.New(c) }

// who is the customer of most samples: a BSUID in the contacts list, the number in the message.
const who = `from=US.13491208655302741918 also=972987654321 name="Test Name"`

// want says what each sample becomes; an empty list means it is ignored.
var want = map[string][]string{
	"text":                            {"message_in/text " + who + ` id=wamid.xyzxyz text="Body Text"`},
	"image_no_caption":                {`message_in/text from=1111111111111 name="Mauricio Binda" id=wamid.HBgODE0NDQwANNTTBGRjkUyNzkzNhUCABIYFDNF5NzAzMDkQjBEQ3NjdBA== [image id=8472976218001204 mime=image/jpeg]`},
	"image_with_direct_url":           {"message_in/text " + who + ` id=wamid.xyzxyz [image id=65463453 url=https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=65463453&source=webhook&ext=487r9re&hash=heiwchueowbcew-dnedcw mime=image/jpeg]`},
	"video_forwarded_caption":         {"message_in/text " + who + ` id=wamid.xyzxyz text=caption forwarded [video id=765756756 mime=video/mp4]`},
	"document":                        {"message_in/text " + who + ` id=wamid.xyzxyz text=caption forwarded [file id=1234567890987654321 mime=application/pdf name=filename.pdf]`},
	"audio_voice":                     {`message_in/text from=1111111111111 name="Mauricio Binda" id=wamid.HBzk5zNkE1NNzAzgNNTUyNMDkzIYFDNFNhjMyNjcUCABQjA1NzcDY0M0AA== [voice id=827776106019109 mime="audio/ogg; codecs=opus"]`},
	"sticker_static":                  {"message_in/text " + who + ` id=wamid.xyzxyz [sticker id=1234567890987654321 mime=image/webp]`},
	"location_current":                {"message_in/text " + who + ` id=wamid.xyzxyz forwarded [location at=12.25089,43.90539]`},
	"location_named":                  {"message_in/text " + who + ` id=wamid.xyzxyz forwarded [location at=37.4611978,-122.2164385 title="Facebook HQ" address="1 Hacker Way, Menlo Park, CA 94025"]`},
	"contacts_three":                  {"message_in/text " + who + ` id=wamid.xyzxyz [contact title="Chandler Bing" phones="+1 555-555-5555"] [contact title=Monica phones="+1 666-666-6666"] [contact title="Rachel Green" phones="+1 777-777-7777"]`},
	"reply_context":                   {"message_in/text " + who + ` id=wamid.xyzxyz text="replied text" reply=wamid.xyzxyz==`},
	"reaction_add":                    {"reaction " + who + " target=wamid.yzxyzx= emoji=😮 added"},
	"reaction_remove_empty":           {"reaction " + who + " target=wamid.yzxyzx="},
	"reaction_remove_no_emoji_key":    {"reaction " + who + " target=wamid.yzxyzx="},
	"referral_ctwa":                   {"message_in/text " + who + ` id=wamid.ID text=BODY ref="ad or post,ADID"`},
	"interactive_button_reply":        {"postback " + who + " id=wamid.xyzxyz text=title payload=callback_data reply=wamid.xyzxyz"},
	"interactive_list_reply":          {"postback " + who + ` id=wamid.zyzxyz text="title\ndescription" payload=callback_data reply=wamid.xyzxyz`},
	"template_quick_reply_button":     {`postback from=1111111111111 name="Mauricio Binda" id=wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA== text=SIM payload=SIM reply=wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA==`},
	"unsupported_131051":              {`message_in/unsupported from=1111111111111 name="Mauricio Binda" id=wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA== [unsupported] error=request/131051`},
	"system_number_changed":           {"identity from=972987654321 id=wamid.xyzxyz== new=972912345678"},
	"status_sent":                     {"receipt from=1111111111111 target=wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA== state=sent"},
	"status_delivered":                {"receipt " + who + " target=wamid.xyzxyz state=delivered"},
	"status_read_no_pricing":          {"receipt from=1111111111111 target=wamid.nBgN6TUyN2k5NzAzM5kzNhUCABI8FDNFQjAxQkE5REI4NEUzQ5Y5QTNgAA== state=read"},
	"status_failed_131047":            {"receipt from=5511111111111 target=wamid.HBgNN5NzAzMDkTUyNzkzNhUEjA1MjUwNCAUIyNEYUQ0OTVGNTY0MwA= state=failed error=window_closed/131047"},
	"status_failed_131053":            {"receipt from=1111111111111 target=wamid.HBgNNTUyNzk5NzAUZBQTI3MzRGRDA3MjgzMDkzNhUCABEYEjNCR2OQA= state=failed error=media/131053"},
	"status_failed_130472":            {"receipt " + who + " target=wamid.xyzxyz state=failed error=request/130472"},
	"status_with_callback_data":       {"receipt " + who + ` target=wamid.xyzxyz state=sent our="some data"`},
	"revoked_message":                 {"message_deleted from=<WHATSAPP_USER_PHONE_NUMBER> target=<ORIGINAL_WHATSAPP_MESSAGE_ID>"},
	"coexistence_echo_text":           {`message_echo/text from=<BSUID> also=<WHATSAPP_USER_PHONE_NUMBER> id=<WHATSAPP_MESSAGE_ID> text="Test message" author=phone_app`},
	"user_preferences":                {},
	"call_connect":                    {},
	"template_status_no_object_order": {},
}

func TestSamples(t *testing.T) {
	t.Parallel()
	var cases []channeltest.Incoming
	for name, body := range channeltest.Payloads(t, "whatsapp") {
		if strings.HasPrefix(name, "api_") || name == "order" || name == "flow_reply" {
			continue
		}
		events, known := want[name]
		if !known {
			t.Errorf("sample %s is in no table", name)
		}
		c := channeltest.Incoming{Name: name, Body: string(body), Events: events, Account: channel.Account{PhoneNumberID: numberOf(t, body)}}
		if len(events) == 0 {
			c.Ignored = 1
		}
		cases = append(cases, c)
	}
	channeltest.RunIncoming(t, whatsapp.New(http.DefaultClient), cases)
}

func numberOf(t *testing.T, body []byte) string {
	t.Helper()
	var b struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Metadata struct {
						ID string `json:"phone_number_id"`
					}
				}
			}
		}
	}
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatal(err)
	}
	return b.Entry[0].Changes[0].Value.Metadata.ID
}

func TestSampleOrderAndForm(t *testing.T) {
	t.Parallel()
	all := channeltest.Payloads(t, "whatsapp")
	parse := func(name string) channel.Event {
		got := whatsapp.New(http.DefaultClient).Parse(channel.Account{ID: "ch", PhoneNumberID: numberOf(t, all[name])}, all[name], channeltest.ReceivedAt())
		if len(got.Events) != 1 || len(got.Bad) != 0 {
			t.Fatalf("%s: %+v", name, got)
		}
		return got.Events[0]
	}
	order := parse("order")
	if order.Sub != channel.SubOrder || order.Text != "3 × HAMBURGER 30 ILS\n2 × FRENCH_FRIES 35 ILS\n2 × SODA 10 ILS" || !json.Valid([]byte(order.Payload)) {
		t.Errorf("order: %s", channeltest.Describe(order))
	}
	form := parse("flow_reply")
	if form.Sub != channel.SubForm || form.Text != "Sent" || !strings.Contains(form.Payload, `"comment_text":"Comment Text"`) || form.ReplyTo != "wamid.gvwegfretge==" {
		t.Errorf("form: %s", channeltest.Describe(form))
	}
}

const header = `"messaging_product":"whatsapp","metadata":{"phone_number_id":"N"}`

func value(rest string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"W","changes":[{"field":"messages","value":{` + header + `,` + rest + `}}]}]}`
}

func messages(list ...string) string { return value(`"messages":[` + strings.Join(list, ",") + `]`) }

func msg(rest string) string {
	return `{"from":"4912345","id":"w1","timestamp":"1700000000",` + rest + `}`
}

func TestOddBodies(t *testing.T) {
	t.Parallel()
	acc := channel.Account{PhoneNumberID: "N"}
	text := `"type":"text","text":{"body":"x"}`
	cases := []channeltest.Incoming{
		{Name: "BSUID only, no number anywhere", Body: value(`"contacts":[{"profile":{"name":"Jo","username":"jo1"},"user_id":"US.1349"}],"messages":[{"id":"w1","from_user_id":"US.1349",` + text + `}]`),
			Events: []string{"message_in/text from=US.1349 name=Jo id=w1 text=x"}},
		{Name: "BSUID in from", Body: messages(`{"from":"US.1349","id":"w1",` + text + `}`), Events: []string{"message_in/text from=US.1349 id=w1 text=x"}},
		{Name: "number only", Body: messages(msg(text)), Events: []string{"message_in/text from=4912345 id=w1 text=x"}},
		{Name: "number as a number, formatted contact", Body: value(`"contacts":[{"wa_id":"+49 123-45","profile":{"name":"Jo"}}],"messages":[{"from":4912345,"id":"w1",` + text + `}]`), Events: []string{"message_in/text from=4912345 name=Jo id=w1 text=x"}},
		{Name: "batch of two customers keeps their names apart", Body: value(`"contacts":[{"wa_id":"1","profile":{"name":"A"}},{"wa_id":"2","profile":{"name":"B"}}],"messages":[{"from":"2","id":"w2",` + text + `},{"from":"1","id":"w1",` + text + `}]`),
			Events: []string{"message_in/text from=2 name=B id=w2 text=x", "message_in/text from=1 name=A id=w1 text=x"}},
		{Name: "another number in a signed body", Body: strings.Replace(messages(msg(text)), `"N"`, `"M"`, 1), Bad: []string{channel.BadUnknownChannel}},
		{Name: "group", Body: messages(`{"group_id":"g","from":"1","id":"w",` + text + `}`), Ignored: 1},
		{Name: "edit", Body: messages(msg(`"type":"edit","edit":{"original_message_id":"w0","message":{"type":"text","text":{"body":"new"}}}`)), Events: []string{"message_edited from=4912345 text=new target=w0"}},
		{Name: "interactive without body, reason in the change", Body: value(`"errors":[{"code":131051,"title":"t"}],"messages":[` + msg(`"type":"interactive"`) + `]`), Events: []string{"message_in/unsupported from=4912345 id=w1 [unsupported] error=request/131051"}},
		{Name: "errors of the account", Body: value(`"errors":[{"code":131031,"title":"locked"}]`), Events: []string{"notice error=channel_fault/131031"}},
		{Name: "type yet to come", Body: messages(msg(`"type":"hologram","hologram":{}`)), Events: []string{"message_in/unsupported from=4912345 id=w1 [unsupported title=hologram]"}},
		{Name: "unsupported with its type", Body: messages(msg(`"type":"unsupported","unsupported":{"type":"poll"},"errors":[{"code":131051}]`)), Events: []string{"message_in/unsupported from=4912345 id=w1 [unsupported title=poll] error=request/131051"}},
		{Name: "location at zero", Body: messages(msg(`"type":"location","location":{"latitude":0,"longitude":0}`)), Events: []string{"message_in/text from=4912345 id=w1 [location at=0,0]"}},
		{Name: "file name with a path", Body: messages(msg(`"type":"document","document":{"id":"1","filename":"..\\..\/etc\/pass\u0000wd"}`)), Events: []string{"message_in/text from=4912345 id=w1 [file id=1 name=passwd]"}},
		{Name: "status to a BSUID with our mark", Body: value(`"statuses":[{"id":"w","status":"read","recipient_user_id":"US.1","biz_opaque_callback_data":"01A~1"}]`), Events: []string{"receipt from=US.1 target=w state=read our=01A part=1"}},
		{Name: "played voice note", Body: value(`"statuses":[{"id":"w","status":"played","recipient_id":"1"}]`), Events: []string{"receipt from=1 target=w state=read"}},
		{Name: "status yet to come", Body: value(`"statuses":[{"id":"w","status":"teleported","recipient_id":"1"}]`), Ignored: 1},
		{Name: "failed without a reason", Body: value(`"statuses":[{"id":"w","status":"failed","recipient_id":"1"}]`), Events: []string{"receipt from=1 target=w state=failed error=request/0"}},
		{Name: "status without id or word", Body: value(`"statuses":[{"status":"sent","recipient_id":"1"},{"id":"w","recipient_id":"1"}]`), Bad: []string{channel.BadShape, channel.BadShape}},
		{Name: "user id changed", Body: messages(`{"from":"1","from_user_id":"US.1","id":"w","type":"system","system":{"type":"user_changed_user_id","user_id":"US.2"}}`), Events: []string{"identity from=US.1 also=1 id=w new=US.2"}},
		{Name: "number and user id changed", Body: messages(`{"from":"1","from_user_id":"US.1","id":"w","type":"system","system":{"type":"user_changed_number","wa_id":"+2","user_id":"US.2"}}`), Events: []string{"identity from=US.1 also=1 id=w new=2 new=US.2"}},
		{Name: "a user id where the new number goes", Body: messages(`{"from":"1","id":"w","type":"system","system":{"type":"user_changed_number","wa_id":"US.2"}}`), Events: []string{"identity from=1 id=w new=US.2"}},
		{Name: "nothing changed", Body: messages(`{"from":"1","from_user_id":"US.1","id":"w","type":"system","system":{"type":"user_changed_number","wa_id":"1","user_id":"US.1"}}`), Ignored: 1},
		{Name: "new device", Body: messages(msg(`"type":"system","system":{"type":"customer_identity_changed"}`)), Ignored: 1},
		{Name: "null text", Body: messages(msg(`"type":"text","text":{"body":null}`)), Bad: []string{channel.BadShape}},
		{Name: "text is a list", Body: messages(msg(`"type":"text","text":[1]`)), Bad: []string{channel.BadShape}},
		{Name: "no type", Body: messages(msg(`"text":{"body":"x"}`)), Bad: []string{channel.BadShape}},
		{Name: "nobody", Body: messages(`{"id":"w",` + text + `}`), Bad: []string{channel.BadShape}},
		{Name: "a bad one between good ones", Body: messages(msg(text), `7`, msg(text)), Bad: []string{channel.BadShape}, Events: []string{"message_in/text from=4912345 id=w1 text=x", "message_in/text from=4912345 id=w1 text=x"}},
		{Name: "messages is no list", Body: value(`"messages":{"a":1}`), Bad: []string{channel.BadEnvelope}},
		{Name: "no number named", Body: `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{}}]}]}`, Bad: []string{channel.BadEnvelope}},
		{Name: "no changes", Body: `{"object":"whatsapp_business_account","entry":[{"id":"W"},3]}`, Bad: []string{channel.BadEnvelope, channel.BadEnvelope}},
		{Name: "a page's webhook", Body: `{"object":"page","entry":[]}`, Bad: []string{channel.BadEnvelope}},
	}
	for i := range cases {
		cases[i].Account = acc
	}
	channeltest.RunIncoming(t, whatsapp.New(http.DefaultClient), cases)
}

func TestKindIsInTheKey(t *testing.T) {
	t.Parallel()
	body := value(`"messages":[` + msg(`"type":"text","text":{"body":"x"}`) + `,` + msg(`"type":"reaction","reaction":{"message_id":"w1","emoji":"👍"}`) + `],
		"statuses":[{"id":"w1","status":"sent","recipient_id":"1"},{"id":"w1","status":"read","recipient_id":"1"},{"id":"w1","status":"played","recipient_id":"1"}]`)
	got := whatsapp.New(http.DefaultClient).Parse(channel.Account{ID: "ch", PhoneNumberID: "N"}, []byte(body), channeltest.ReceivedAt())
	seen := map[string]bool{}
	for _, e := range got.Events {
		seen[e.Key] = true
	}
	if len(seen) != 5 {
		t.Errorf("keys %v", seen)
	}
}

func FuzzParse(f *testing.F) {
	a, acc := whatsapp.New(http.DefaultClient), channel.Account{ID: "ch", PhoneNumberID: "N"}
	for _, s := range []string{`null`, msg(`"type":"text","text":{"body":"x"}`), msg(`"type":"contacts","contacts":[{}]`), msg(`"type":"system","system":{"wa_id":"2"}`), messages()} {
		f.Add(s)
	}
	good := func(i int) string {
		return fmt.Sprintf(`{"from":"1","id":"good%d","timestamp":"1700000000","type":"text","text":{"body":"good %d"}}`, i, i)
	}
	f.Fuzz(func(t *testing.T, s string) {
		channeltest.Sane(t, a, acc, []byte(s), a.Parse(acc, []byte(s), channeltest.ReceivedAt()))
		if json.Valid([]byte(s)) && len(s) < 10_000 {
			channeltest.Neighbours(t, a, acc, func(e []string) string { return messages(e...) }, good, s)
			status := value(`"contacts":[` + s + `],"statuses":[` + s + `]`)
			channeltest.Sane(t, a, acc, []byte(status), a.Parse(acc, []byte(status), channeltest.ReceivedAt()))
		}
	})
}

func BenchmarkParse(b *testing.B) {
	a, acc := whatsapp.New(http.DefaultClient), channel.Account{ID: "ch", PhoneNumberID: "N"}
	body := []byte(value(`"contacts":[{"profile":{"name":"Test Name"},"wa_id":"4912345","user_id":"US.13491208655302741918"}],"messages":[` + msg(`"type":"text","text":{"body":"Hello, where is my order?"}`) + `]`))
	b.ReportAllocs()
	for b.Loop() {
		if got := a.Parse(acc, body, channeltest.ReceivedAt()); len(got.Events) != 1 {
			b.Fatal(got)
		}
	}
}
