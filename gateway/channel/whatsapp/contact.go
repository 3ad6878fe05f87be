package whatsapp

import (
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// customer gathers the identities of a message's other side: number is from, to or recipient_id (which may hold a BSUID
// as well), user the BSUID beside it; the contacts list may know the missing one.
func (p *parser) customer(e *channel.Event, number, user string) bool {
	card := p.contact(number, user)
	ids := make([]channel.ContactID, 0, 2)
	ids = add(ids, channel.BSUID, user)
	if isBSUID(number) {
		ids = add(ids, channel.BSUID, number)
	}
	ids = add(ids, channel.BSUID, card.Get("user_id").ID())
	phone := ""
	if !isBSUID(number) {
		phone = digits(number)
	}
	waID := card.Get("wa_id").ID()
	if isBSUID(waID) {
		ids, waID = add(ids, channel.BSUID, waID), ""
	}
	ids = add(ids, channel.WAPhone, phone)
	ids = add(ids, channel.WAPhone, digits(waID))
	e.Contact = channel.ContactRef{
		IDs:      ids,
		Name:     card.Get("profile", "name").Text(),
		Username: card.Get("profile", "username").Text(),
	}
	e.Contact.Phone = e.Contact.ID(channel.WAPhone)
	e.Customer = e.Contact.Primary().Value
	return e.Customer != ""
}

// contact finds the card of a message's customer. With a single card and an event that names nobody it is that card's.
func (p *parser) contact(number, user string) loose.Value {
	var only loose.Value
	n := 0
	for c := range p.contacts.Items() {
		waID, userID := c.Get("wa_id").ID(), c.Get("user_id").ID()
		if match(waID, number) || match(userID, user) || match(userID, number) {
			return c
		}
		only = c
		n++
	}
	if n == 1 && number == "" && user == "" {
		return only
	}
	return loose.Value{}
}

func match(a, b string) bool {
	return a != "" && (a == b || (digits(a) != "" && digits(a) == digits(b) && !isBSUID(a)))
}

func add(ids []channel.ContactID, t channel.IDType, value string) []channel.ContactID {
	if value == "" {
		return ids
	}
	id := channel.ContactID{Type: t, Value: value}
	for _, have := range ids {
		if have == id {
			return ids
		}
	}
	return append(ids, id)
}

// isBSUID recognises a business-scoped user id: two capital letters, a dot, then letters and digits (a parent's has
// "ENT." before them).
func isBSUID(s string) bool {
	if len(s) < 4 || s[2] != '.' || !upper(s[0]) || !upper(s[1]) {
		return false
	}
	rest := strings.TrimPrefix(s[3:], "ENT.")
	if rest == "" || len(rest) > 128 {
		return false
	}
	for _, c := range []byte(rest) {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z') {
			return false
		}
	}
	return true
}

func upper(c byte) bool { return c >= 'A' && c <= 'Z' }

// digits takes the formatting out of a number; what is no number stays as it is.
func digits(s string) string {
	plain := true
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case strings.IndexByte("+-() .", c) >= 0:
			plain = false
		default:
			return s
		}
	}
	if plain {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
