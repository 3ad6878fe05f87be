package app_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"parley/gateway/channel/simulator"
)

// owned is a chat on one channel in the hands of one operator.
type owned struct {
	channel  string
	customer *simulator.Customer
	operator *client
	id       string
	first    simulator.EventRef
}

// onEveryChannel runs a story on each of the three channels, on one server.
func onEveryChannel(t *testing.T, story func(t *testing.T, s *stage, o owned)) {
	t.Parallel()
	s := newStage(t)
	anna, clara := s.operator("anna"), s.operator("clara")
	for _, channel := range []string{"demo-fb", "demo-wa", "demo-tg"} {
		o := owned{channel: channel, customer: s.customer(channel, 7), operator: anna}
		if channel == "demo-tg" {
			o.operator = clara
		}
		o.first = sent(t)(o.customer.Text(deadline(t), "first on "+channel))
		o.id = o.operator.take("first on " + channel)
		s.t = t
		story(t, s, o)
	}
}

// said waits for the push of a message that fits.
func (o owned) said(fits func(m any) bool) object {
	o.operator.t.Helper()
	d := o.operator.push("chat.message", of(o.id), func(d object) bool { return fits(d["message"]) })
	return isMessage(o.operator.t, d["message"])
}

// changed waits until a message is updated so that it fits.
func (o owned) changed(id string, fits func(m any) bool) object {
	o.operator.t.Helper()
	d := o.operator.push("chat.message_updated", of(o.id), about(id), func(d object) bool { return fits(d["message"]) })
	return isMessage(o.operator.t, d["message"])
}

// TestCustomersContent: every kind a customer can send arrives, files as stored
// files that can be downloaded, and nothing opens a second chat (S4, S8).
func TestCustomersContent(t *testing.T) {
	onEveryChannel(t, func(t *testing.T, s *stage, o owned) {
		ctx, c := deadline(t), o.customer
		files := []struct {
			kinds string
			send  func() (simulator.EventRef, error)
		}{
			{"image", func() (simulator.EventRef, error) { return c.Image(ctx, "a picture") }},
			{"audio", func() (simulator.EventRef, error) { return c.Audio(ctx) }},
			{"voice audio", func() (simulator.EventRef, error) { return c.Voice(ctx) }},
			{"video", func() (simulator.EventRef, error) { return c.Video(ctx, "a film") }},
			{"file", func() (simulator.EventRef, error) { return c.File(ctx, "a paper") }},
			{"sticker image", func() (simulator.EventRef, error) { return c.Sticker(ctx) }},
		}
		for i, f := range files {
			sent(t)(f.send())
			m := o.said(func(m any) bool { return number(m, "position") == i+2 })
			a := part(m, "attachments", 0)
			if !strings.Contains(f.kinds, text(a, "kind")) || (text(a, "state") != "pending" && text(a, "state") != "stored") {
				t.Errorf("%s: %s came as %s", o.channel, f.kinds, spelled(a))
			}
			if text(a, "state") == "pending" {
				a = part(o.changed(text(m, "id"), func(m any) bool { return text(m, "attachments", 0, "state") == "stored" }), "attachments", 0)
			}
			r := s.get(o.operator.token, "/api/v1/files/"+text(a, "id"))
			r.is(200)
			if len(r.raw) == 0 || len(r.raw) != number(a, "size") || text(a, "mime") == "" {
				t.Errorf("%s: %s is %d bytes, said %s", o.channel, f.kinds, len(r.raw), spelled(a))
			}
		}
		sent(t)(c.Location(ctx, 59.9386, 30.3141, "Hermitage"))
		place := part(o.said(func(m any) bool { return text(m, "attachments", 0, "kind") == "location" }), "attachments", 0)
		if dig(place, "lat") != 59.9386 || dig(place, "lon") != 30.3141 || text(place, "state") != "stored" {
			t.Errorf("%s: %s", o.channel, spelled(place))
		}
		if _, err := c.Contact(ctx, simulator.Card{First: "Ada", Last: "Lovelace", Phone: "+441234567890"}); !errors.Is(err, simulator.ErrUnavailable) {
			card := part(o.said(func(m any) bool { return text(m, "attachments", 0, "kind") == "contact" }), "attachments", 0)
			if !strings.Contains(spelled(card["card"]), "Lovelace") || !strings.Contains(spelled(card["card"]), "441234567890") {
				t.Errorf("%s: card %s", o.channel, spelled(card))
			}
		}
		sent(t)(c.Unsupported(ctx))
		o.said(func(m any) bool {
			return text(m, "attachments", 0, "kind") == "unsupported" || text(m, "kind") == "unsupported"
		})
		sent(t)(c.Postback(ctx, "", "Pressed", "PAYLOAD"))
		o.said(func(m any) bool { return text(m, "kind") == "postback" || text(m, "text") == "Pressed" })
		sent(t)(c.QuickReply(ctx, "Yes please", "YES"))
		o.said(func(m any) bool { return text(m, "text") == "Yes please" })
		if items := list(s.get(o.operator.token, "/api/v1/chats?channel="+o.channel).is(200), "items"); len(items) != 1 {
			t.Errorf("%s: %d chats of one customer", o.channel, len(items))
		}
	})
}

// TestCustomersSecondThoughts: replies, edits, deletions and reactions update
// what they refer to, and never open a chat (S7).
func TestCustomersSecondThoughts(t *testing.T) {
	onEveryChannel(t, func(t *testing.T, s *stage, o owned) {
		ctx, c := deadline(t), o.customer
		first := text(o.operator.ask("chat.history", object{"chat": o.id}), "messages", 0, "id")
		answer := text(o.operator.ask("chat.send", object{"chat": o.id, "client_id": "1", "text": "our answer"}), "message", "id")
		answers, err := c.WaitAnswers(ctx, 1)
		if err != nil {
			t.Fatal(err)
		}
		o.changed(answer, func(m any) bool { return text(m, "state") != "queued" })
		sent(t)(c.Reply(ctx, answers[0].ID, "to yours"))
		if m := o.said(func(m any) bool { return text(m, "text") == "to yours" }); text(m, "reply_to") != answer {
			t.Errorf("%s: a reply to our answer names %v, want %s", o.channel, m["reply_to"], answer)
		}
		sent(t)(c.Reply(ctx, o.first.ID, "to mine"))
		if m := o.said(func(m any) bool { return text(m, "text") == "to mine" }); text(m, "reply_to") != first {
			t.Errorf("%s: a reply to the own message names %v", o.channel, m["reply_to"])
		}
		thinking := sent(t)(c.Text(ctx, "teh typo"))
		typo := text(o.said(func(m any) bool { return text(m, "text") == "teh typo" }), "id")
		if _, err := c.Edit(ctx, thinking, "the typo"); err == nil {
			m := o.changed(typo, func(m any) bool { return truth(m, "edited") })
			if text(m, "text") != "the typo" {
				t.Errorf("%s: edited to %s", o.channel, spelled(m))
			}
		} else if !errors.Is(err, simulator.ErrUnavailable) {
			t.Fatal(err)
		}
		for id, ours := range map[string]string{thinking.ID: typo, answers[0].ID: answer} {
			sent(t)(c.React(ctx, id, "👍"))
			m := o.changed(ours, func(m any) bool { return len(list(m, "reactions")) == 1 })
			if text(m, "reactions", 0, "emoji") != "👍" || text(m, "reactions", 0, "by") != "customer" {
				t.Errorf("%s: reaction %s", o.channel, spelled(m))
			}
			sent(t)(c.React(ctx, id, ""))
			o.changed(ours, func(m any) bool { return len(list(m, "reactions")) == 0 })
		}
		if _, err := c.Delete(ctx, thinking); err == nil {
			o.changed(typo, func(m any) bool { return truth(m, "deleted") })
		} else if !errors.Is(err, simulator.ErrUnavailable) {
			t.Fatal(err)
		}
		o.operator.ask("chat.finish", object{"chat": o.id})
		o.operator.push("chat.completed", of(o.id))
		sent(t)(c.React(ctx, answers[0].ID, "❤"))
		if o.channel == "demo-fb" {
			sent(t)(c.Referral(ctx, "spring"))
		}
		if items := list(s.get(o.operator.token, "/api/v1/chats?state=waiting,in_progress,bot&channel="+o.channel).is(200), "items"); len(items) != 0 {
			t.Errorf("%s: a reaction or a referral opened a chat: %s", o.channel, spelled(items))
		}
		sent(t)(c.Text(ctx, "again on "+o.channel))
		if next := o.operator.take("again on " + o.channel); next == o.id {
			t.Errorf("%s: a completed chat goes on (S3)", o.channel)
		}
	})
}

// TestReceiptsMoveForward: states move forward only, whatever order receipts come in (S38).
func TestReceiptsMoveForward(t *testing.T) {
	onEveryChannel(t, func(t *testing.T, s *stage, o owned) {
		final := map[string]string{"demo-fb": "read", "demo-wa": "read", "demo-tg": "sent"}[o.channel]
		rank := map[string]int{"queued": 1, "sent": 2, "delivered": 3, "read": 4}
		out := text(o.operator.ask("chat.send", object{"chat": o.id, "client_id": "1", "text": "how far?"}), "message", "id")
		at := 1
		for at != rank[final] {
			m := o.changed(out, func(any) bool { return true })
			if now := rank[text(m, "state")]; now <= at || m["error"] != nil {
				t.Errorf("%s: from %d to %s", o.channel, at, spelled(m))
			} else {
				at = now
			}
		}
		if err := s.world.Drained(deadline(t)); err != nil {
			t.Fatal(err)
		}
		page := list(o.operator.ask("chat.history", object{"chat": o.id}), "messages")
		if got := text(page[len(page)-1], "state"); got != final {
			t.Errorf("%s: in the end it is %s", o.channel, got)
		}
	})
}

// TestAnswersWithFiles: an operator's picture, paper and sound reach the customer,
// with the text, once (S8).
func TestAnswersWithFiles(t *testing.T) {
	onEveryChannel(t, func(t *testing.T, s *stage, o owned) {
		ogg := append([]byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"), make([]byte, 64)...)
		uploads := []struct {
			name, mime, kind string
			content          []byte
		}{
			{"one.png", "image/png", "image", onePixel}, {"bill.pdf", "application/pdf", "file", []byte("%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF")},
			{"note.ogg", "audio/ogg", "audio", ogg},
		}
		got := 0
		for i, u := range uploads {
			file := text(s.upload(o.operator.token, u.name, u.mime, u.content).is(200), "id")
			sent := isMessage(t, o.operator.ask("chat.send", object{"chat": o.id, "client_id": fmt.Sprint("f", i), "attachments": []string{file}})["message"])
			if a := part(sent, "attachments", 0); text(a, "id") != file || text(a, "kind") != u.kind || text(a, "state") != "stored" || number(a, "size") != len(u.content) {
				t.Errorf("%s: sent %s", o.channel, spelled(sent))
			}
			answers, err := o.customer.WaitAnswers(deadline(t), got+1)
			if err != nil {
				t.Fatalf("%s: %s: %v", o.channel, u.name, err)
			}
			a := answers[got]
			got++
			if len(a.Attachments) != 1 || a.Attachments[0].Size != int64(len(u.content)) {
				t.Errorf("%s: the customer got %+v of %s", o.channel, a, u.name)
			}
			o.changed(text(sent, "id"), func(m any) bool { return text(m, "state") == "sent" || text(m, "state") == "read" })
		}
		file := text(s.upload(o.operator.token, "two.png", "image/png", onePixel).is(200), "id")
		both := text(o.operator.ask("chat.send", object{"chat": o.id, "client_id": "both", "text": "see here", "attachments": []string{file, file}}), "message", "id")
		m := o.changed(both, func(m any) bool { return text(m, "state") != "queued" })
		if text(m, "state") == "failed" {
			t.Errorf("%s: text and files: %s", o.channel, spelled(m))
		}
		if err := s.world.Drained(deadline(t)); err != nil {
			t.Fatal(err)
		}
		pictures, words := 0, ""
		for _, a := range o.customer.Answers()[got:] {
			pictures += len(a.Attachments)
			words += a.Text
		}
		if pictures != 2 || words != "see here" {
			t.Errorf("%s: the customer got %d pictures and %q", o.channel, pictures, words)
		}
		first, so := o.customer.Answers()[0].ID, len(o.customer.Answers())
		original := text(o.operator.ask("chat.history", object{"chat": o.id}), "messages", 1, "id")
		o.operator.ask("chat.send", object{"chat": o.id, "client_id": "quote", "text": "about this one", "reply_to": original})
		answers, err := o.customer.WaitAnswers(deadline(t), so+1)
		if err != nil || (o.channel != "demo-fb" && answers[so].ReplyTo != first) {
			t.Errorf("%s: a quote of %s came as %+v", o.channel, first, answers[len(answers)-1])
		}
	})
}

// TestProfiles: name and photo come from the provider, off the message's path (S5, S6).
func TestProfiles(t *testing.T) {
	onEveryChannel(t, func(t *testing.T, s *stage, o owned) {
		s.profiled(o.operator.token, o.id, o.customer)
		contact := part(s.get(o.operator.token, "/api/v1/chats/"+o.id).is(200), "contact")
		photo := text(contact, "photo")
		if o.channel == "demo-wa" {
			if photo != "" {
				t.Errorf("WhatsApp gives no photo: %s", spelled(contact))
			}
			return
		}
		if r := s.get(o.operator.token, "/api/v1/files/"+photo); r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), "image/") {
			t.Errorf("%s: the photo is %d %s", o.channel, r.status, r.header.Get("Content-Type"))
		}
	})
}

// TestContactsStay: who comes again is the same contact in the same conversation (S3, S5).
func TestContactsStay(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	clara := s.operator("clara")
	customer := s.customer("demo-tg", 9)
	var contacts, chats []string
	for i := range 3 {
		sent(t)(customer.Text(deadline(t), fmt.Sprint("visit ", i)))
		id := clara.take(fmt.Sprint("visit ", i))
		clara.ask("chat.finish", object{"chat": id})
		clara.push("chat.completed", of(id))
		c := s.get(clara.token, "/api/v1/chats/"+id).is(200)
		contacts, chats = append(contacts, text(c, "contact", "id")), append(chats, text(c, "conversation"))
	}
	if contacts[0] == "" || contacts[0] != contacts[1] || contacts[1] != contacts[2] || chats[0] != chats[2] {
		t.Errorf("contacts %v in conversations %v", contacts, chats)
	}
}

// TestBlockedCustomer: who blocks the bot is not lost: the answer fails with a reason (S7, S38).
func TestBlockedCustomer(t *testing.T) {
	onEveryChannel(t, func(t *testing.T, s *stage, o owned) {
		s.profiled(o.operator.token, o.id, o.customer)
		if err := o.customer.Block(deadline(t)); err != nil {
			t.Fatal(err)
		}
		out := text(o.operator.ask("chat.send", object{"chat": o.id, "client_id": "1", "text": "are you there?"}), "message", "id")
		m := o.changed(out, func(m any) bool { return text(m, "state") == "failed" })
		if text(m, "error", "code") == "" || text(m, "error", "text") == "" {
			t.Errorf("%s: %s", o.channel, spelled(m))
		}
	})
}
