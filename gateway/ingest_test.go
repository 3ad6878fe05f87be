package gateway

import (
	"bytes"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/actors/chat"
	"parley/gateway/channel"
)

var (
	when = time.Unix(1_760_000_000, 0).UTC()
	fb   = Channel{Account: channel.Account{ID: "acme-fb", Provider: "messenger", AppID: "ours", PageID: "page"}, Queue: "support"}
	psid = channel.ContactRef{IDs: []channel.ContactID{{Type: channel.PSID, Value: "c1"}}, Name: " Zoë ", First: "Zoë", Language: "de"}
)

func event(kind channel.Kind, change func(*channel.Event)) *channel.Event {
	e := &channel.Event{Kind: kind, Key: "k", At: when, AccountID: "page", Customer: "c1", Contact: psid}
	if change != nil {
		change(e)
	}
	return e
}

func TestEventsBecomeCommands(t *testing.T) {
	t.Parallel()
	sender := chat.Sender{
		Address: chat.Address{IDs: []chat.AddressID{{Type: "psid", Value: "c1"}}},
		Contact: contactID("messenger", "page", psid.IDs[0]), Name: "Zoë", Aliases: []string{"other"}, Profile: chat.Profile{First: "Zoë", Language: "de"},
	}
	ch := chat.Channel{ID: "acme-fb", Provider: "messenger", Queue: "support"}
	cases := map[string]struct {
		event *channel.Event
		want  chat.Command
	}{
		"text": {event(channel.MessageIn, func(e *channel.Event) {
			e.MessageID, e.Text, e.Sub, e.ReplyTo, e.Standby = "m1", "hi", channel.SubText, "m0", true
			e.Referral = &channel.ReferralInfo{Source: "ADS", Ref: "r", AdID: "7"}
		}), chat.Receive{Key: "k", Channel: ch, Sender: sender, Standby: true, Message: chat.Incoming{Provider: "m1", At: when, Text: "hi", ReplyTo: "m0", Source: "ADS r 7"}}},
		"postback": {event(channel.Postback, func(e *channel.Event) { e.Text, e.Payload = "Yes", "YES" }),
			chat.Receive{Key: "k", Channel: ch, Sender: sender, Message: chat.Incoming{At: when, Text: "Yes", Payload: "YES", Sub: "postback"}}},
		"echo of a bot": {event(channel.MessageEcho, func(e *channel.Event) { e.MessageID, e.Author, e.AppID = "m2", channel.AuthorBot, "botapp" }),
			chat.Echo{Key: "k", Channel: ch, Sender: sender, Author: chat.Author{Kind: chat.Robot, ID: "botapp", Name: "Bot"}, Message: chat.Incoming{Provider: "m2", At: when}}},
		"echo of ours": {event(channel.MessageEcho, func(e *channel.Event) { e.MessageID, e.Author, e.OurID = "m3", channel.AuthorUs, "conv.1.2" }),
			chat.Echo{Key: "k", Channel: ch, Sender: sender, OurID: "conv.1.2", Author: chat.Author{Kind: chat.Operator}, Message: chat.Incoming{Provider: "m3", At: when}}},
		"edit":     {event(channel.MessageEdited, func(e *channel.Event) { e.Target, e.Text = "m1", "new" }), chat.Edit{Key: "k", Target: "m1", Text: "new"}},
		"deletion": {event(channel.MessageDeleted, func(e *channel.Event) { e.Target = "m1" }), chat.Delete{Key: "k", Target: "m1"}},
		"reaction": {event(channel.Reaction, func(e *channel.Event) { e.Target, e.Emoji, e.Added = "m1", "👍", true }),
			chat.React{Key: "k", Target: "m1", Emoji: "👍", Added: true, Opens: true, At: when}},
		"reaction taken off": {event(channel.Reaction, func(e *channel.Event) { e.Target = "m1" }), chat.React{Key: "k", Target: "m1", At: when}},
		"read up to":         {event(channel.Receipt, func(e *channel.Event) { e.State, e.Watermark = channel.StateRead, when }), chat.Receipt{Key: "k", Watermark: when, State: chat.Read}},
		"failed": {event(channel.Receipt, func(e *channel.Event) {
			e.State, e.Target, e.OurID, e.Error = channel.StateFailed, "w", "conv.1.2", &channel.Reason{Class: "window_closed", Text: "late"}
		}), chat.Receipt{Key: "k", Target: "w", OurID: "conv.1.2", State: chat.Failed, Error: chat.Problem{Code: "window_closed", Text: "late"}}},
		"unknown receipt": {event(channel.Receipt, func(e *channel.Event) { e.State = "warped" }), nil},
		"referral":        {event(channel.Referral, func(e *channel.Event) { e.Referral = &channel.ReferralInfo{Ref: "spring"} }), chat.Refer{Key: "k", Source: "spring"}},
		"blocked":         {event(channel.Membership, func(e *channel.Event) { e.Blocked = true }), chat.Block{Key: "k", Blocked: true}},
		"passed to us":    {event(channel.ThreadControl, func(e *channel.Event) { e.Thread, e.ToApp = channel.ThreadPass, "ours" }), chat.Control{Key: "k"}},
		"passed to others": {event(channel.ThreadControl, func(e *channel.Event) { e.Thread, e.ToApp = channel.ThreadPass, "bot" }),
			chat.Control{Key: "k", Lost: true}},
		"taken from us": {event(channel.ThreadControl, func(e *channel.Event) { e.Thread = channel.ThreadTake }), chat.Control{Key: "k", Lost: true}},
		"requested":     {event(channel.ThreadControl, func(e *channel.Event) { e.Thread = channel.ThreadRequest }), nil},
		"notice":        {event(channel.Notice, nil), nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			if got := command(fb, c.event, "conv", []string{"other"}); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %#v\nwant %#v", got, c.want)
			}
		})
	}
}

func TestANumberThatChangedIsRebound(t *testing.T) {
	t.Parallel()
	phone := func(v string) channel.ContactID { return channel.ContactID{Type: channel.WAPhone, Value: v} }
	user := func(v string) channel.ContactID { return channel.ContactID{Type: channel.BSUID, Value: v} }
	cases := map[string]struct {
		changed   []channel.ContactID
		address   []chat.AddressID
		customers []string
	}{
		"number":  {[]channel.ContactID{phone("2")}, []chat.AddressID{{Type: "wa_phone", Value: "2"}, {Type: "bsuid", Value: "US.1"}}, []string{"1", "US.1", "2"}},
		"user id": {[]channel.ContactID{user("US.2")}, []chat.AddressID{{Type: "wa_phone", Value: "1"}, {Type: "bsuid", Value: "US.2"}}, []string{"1", "US.1", "US.2"}},
		"both":    {[]channel.ContactID{phone("2"), user("US.2")}, []chat.AddressID{{Type: "wa_phone", Value: "2"}, {Type: "bsuid", Value: "US.2"}}, []string{"1", "US.1", "2", "US.2"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			e := event(channel.Identity, func(e *channel.Event) {
				e.NewIDs, e.Customer = c.changed, "US.1"
				e.Contact = channel.ContactRef{IDs: []channel.ContactID{user("US.1"), phone("1")}}
			})
			want := chat.Rebind{Key: "k", Address: chat.Address{IDs: c.address}, Aliases: []string{"other"}}
			if got := command(fb, e, "conv", []string{"other"}); !reflect.DeepEqual(got, want) {
				t.Errorf("got %#v", got)
			}
			var ids []string
			for _, customer := range c.customers {
				ids = append(ids, conversationID("wa", customer))
			}
			if got := candidates("wa", e); !slices.Equal(got, ids) {
				t.Errorf("candidates %v", got)
			}
		})
	}
}

func TestAttachmentsOfAMessage(t *testing.T) {
	t.Parallel()
	e := event(channel.MessageIn, func(e *channel.Event) {
		e.MessageID = "m1"
		e.Attachments = []channel.Attachment{
			{Kind: channel.Image, URL: "https://x/y", Size: 9},
			{Kind: channel.Voice, MediaID: "m"},
			{Kind: channel.Image},
			{Kind: channel.Place, Lat: 1, Lon: 2, Title: "Home", Address: "Main st."},
			{Kind: channel.ContactCard, Card: &channel.Card{Name: "Bob"}},
			{Kind: channel.Template, Title: "receipt", URL: "https://x"},
		}
	})
	got := incoming(Channel{}, e, "conv").Attachments
	states := []chat.AttachmentState{chat.Pending, chat.Pending, chat.FetchFailed, chat.Stored, chat.Stored, chat.Stored}
	for i, a := range got {
		if a.State != states[i] || len(a.ID) != 32 {
			t.Errorf("%d: %+v", i, a)
		}
		for j := range i {
			if got[j].ID == a.ID {
				t.Errorf("%d and %d have one id", i, j)
			}
		}
	}
	if got[3].Name != "Home, Main st." || got[4].Card != `{"name":"Bob","phones":[],"emails":[]}` || got[5].Kind != "unsupported" || got[5].Source.URL != "" {
		t.Errorf("got %+v", got[3:])
	}
	again := incoming(Channel{}, e, "conv").Attachments
	if !reflect.DeepEqual(got, again) {
		t.Error("a redelivery gives other file ids")
	}
}

// Ids are stored: they must never change.
func TestIdsAreFixed(t *testing.T) {
	t.Parallel()
	if id := conversationID("acme-fb", "123"); id != "a272tz2ea5fueejj76l3owlc" || len(id) != 24 {
		t.Errorf("conversation %s", id)
	}
	tg, wa := channel.ContactID{Type: channel.TGUser, Value: "7"}, channel.ContactID{Type: channel.PSID, Value: "7"}
	if contactID("telegram", "bot1", tg) != contactID("telegram", "bot2", tg) {
		t.Error("a Telegram user is somebody else for every bot")
	}
	if contactID("messenger", "page1", wa) == contactID("messenger", "page2", wa) {
		t.Error("a page-scoped id is taken for another page's")
	}
}

// However a customer's identities come together, events that share one stay in one line and in order.
func TestLinesKeepOrderPerCustomer(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var events []channel.Event
		for i := range rapid.IntRange(1, 30).Draw(rt, "n") {
			c := rapid.IntRange(0, 4).Draw(rt, "customer")
			e := channel.Event{Kind: channel.MessageIn, Part: i, Customer: string(rune('a' + c))}
			user := channel.ContactID{Type: channel.BSUID, Value: string(rune('a' + c))}
			phone := channel.ContactID{Type: channel.WAPhone, Value: string(rune('1' + c))}
			e.Contact.IDs = [][]channel.ContactID{{user}, {phone}, {user, phone}}[rapid.IntRange(0, 2).Draw(rt, "told")]
			e.Customer = e.Contact.IDs[0].Value
			events = append(events, e)
		}
		total, home := 0, map[string]int{}
		for n, l := range inLines(fb, events) {
			last := -1
			for _, a := range *l {
				e := a.event
				if e.Part <= last {
					rt.Fatal("out of order")
				}
				last, total = e.Part, total+1
				for _, id := range a.ids {
					if at, ok := home[id]; ok && at != n {
						rt.Fatal("one customer in two lines")
					}
					home[id] = n
				}
			}
		}
		if total != len(events) {
			rt.Fatalf("%d of %d events", total, len(events))
		}
	})
}

// TestAnEventThatKnowsBothIdsJoinsTheirLines: what was told of the number and of
// the user id alone is of one customer as soon as one event names both.
func TestAnEventThatKnowsBothIdsJoinsTheirLines(t *testing.T) {
	t.Parallel()
	user, phone := channel.ContactID{Type: channel.BSUID, Value: "US.1"}, channel.ContactID{Type: channel.WAPhone, Value: "1"}
	stranger := channel.ContactID{Type: channel.WAPhone, Value: "9"}
	var events []channel.Event
	for i, ids := range [][]channel.ContactID{{phone}, {user}, {stranger}, {user, phone}, {phone}} {
		events = append(events, channel.Event{Kind: channel.MessageIn, Part: i, Customer: ids[0].Value, Contact: channel.ContactRef{IDs: ids}})
	}
	var got [][]int
	for _, l := range inLines(fb, events) {
		var parts []int
		for _, a := range *l {
			parts = append(parts, a.event.Part)
		}
		got = append(got, parts)
	}
	if want := [][]int{{0, 1, 3, 4}, {2}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzChallenge(f *testing.F) {
	f.Add("1158201444")
	f.Add("<script>")
	f.Fuzz(func(t *testing.T, s string) {
		if plainChallenge(s) && bytes.ContainsAny([]byte(s), "<>\"'&\r\n\x00 ") {
			t.Errorf("%q is let through", s)
		}
	})
}

func FuzzRange(f *testing.F) {
	f.Add("bytes=0-1", int64(10))
	f.Add("bytes=-5", int64(0))
	f.Add("bytes=9223372036854775807-", int64(3))
	f.Fuzz(func(t *testing.T, h string, size int64) {
		if size < 0 {
			return
		}
		from, n, state := byteRange(h, size)
		if from < 0 || n < 0 || from+n > size || (state == rangePart && n == 0) {
			t.Errorf("%q of %d: %d+%d", h, size, from, n)
		}
	})
}
