package whatsapp

import (
	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// status reads a delivery report. The mark we sent along leads to the message even when no answer of the send arrived.
func (p *parser) status(s loose.Value) bool {
	word := s.Get("status").Text()
	state, known := states(word)
	if word == "" {
		return false
	}
	if !known {
		p.Ignore(1)
		return true
	}
	e := p.frame(s, channel.Receipt)
	e.State, e.Target = state, s.Get("id").ID()
	e.OurID, e.Part = channel.ParseMark(s.Get("biz_opaque_callback_data").Text())
	named := p.customer(&e, s.Get("recipient_id").ID(), s.Get("recipient_user_id").ID())
	if e.Target == "" || (!named && e.OurID == "") {
		return false
	}
	if err := s.Get("errors").Index(0); err.IsObject() {
		e.Error = reason(err)
	} else if state == channel.StateFailed {
		e.Error = &channel.Reason{Class: channel.ClassRequest, Text: "the provider gave no reason"}
	}
	e.Key = key(e.Kind, p.number, word, e.Target)
	p.Add(e)
	return true
}

// states maps the words; a voice note that was played has been read.
func states(word string) (state channel.State, known bool) {
	switch word {
	case "sent":
		return channel.StateSent, true
	case "delivered":
		return channel.StateDelivered, true
	case "read", "played":
		return channel.StateRead, true
	case "failed":
		return channel.StateFailed, true
	}
	return "", false
}
