package chat

import (
	"cmp"
	"slices"
)

// introduce takes in what the provider says of the customer: the address, a
// name while the directory has none, and other ids that must lead here.
func (t *turn) introduce(sender Sender) {
	t.meet(sender.Address)
	if !t.Contact.Linked {
		name := cmp.Or(sender.Name, t.Contact.Name, shownAddress(t.Address))
		t.moved = t.moved || (t.Chat.Open() && name != t.Contact.Name)
		t.Contact.Name = name
		t.Contact.ID = cmp.Or(t.Contact.ID, sender.Contact)
	}
	t.alias(sender.Aliases)
}

// alias makes other conversation ids forward here.
func (t *turn) alias(ids []string) {
	for _, id := range ids {
		if id == "" || id == t.ID || slices.Contains(t.Aliases, id) {
			continue
		}
		t.Aliases = append(slices.Clone(t.Aliases), id)
		t.effect(Alias{Conversation: id})
	}
}

// shownAddress is the name of somebody who has none (S6).
func shownAddress(a Address) string {
	if len(a.IDs) == 0 {
		return ""
	}
	return a.IDs[0].Value
}

// meet brings the address up to date: a new id of a type takes the old one's
// place, types the provider left out this time are kept.
func (t *turn) meet(address Address) {
	for _, id := range address.IDs {
		i := slices.IndexFunc(t.Address.IDs, func(old AddressID) bool { return old.Type == id.Type })
		switch {
		case id.Value == "":
		case i < 0:
			t.Address.IDs = append(slices.Clone(t.Address.IDs), id)
		case t.Address.IDs[i] != id:
			t.Address.IDs = slices.Clone(t.Address.IDs)
			t.Address.IDs[i] = id
		}
	}
}

// rebind follows the customer to another number or user id: answers go there,
// what comes from there lands here, and the directory is asked once more, by the
// old ids too, so that the contact stays one.
func (t *turn) rebind(c Rebind) {
	before := t.Address.IDs
	t.meet(c.Address)
	t.alias(c.Aliases)
	if t.Opened == 0 || slices.Equal(before, t.Address.IDs) {
		return
	}
	known := Address{IDs: slices.Clone(t.Address.IDs)} // the new ids first: they are the ones in use
	for _, id := range before {
		if !slices.Contains(known.IDs, id) {
			known.IDs = append(known.IDs, id)
		}
	}
	t.effect(Identify{Contact: t.Contact.ID, Address: known})
}

// link joins the conversation to a contact of the directory (S5), or brings
// its new name and photo (S6, S62).
func (t *turn) link(c Link) {
	contact := c.Contact
	contact.Linked = true
	contact.Name = cmp.Or(contact.Name, t.Contact.Name)
	if contact == t.Contact {
		return
	}
	t.Contact = contact
	if t.Chat.Phase != None {
		t.moved, t.index = true, true
	}
}

// forwardTo makes this conversation another name of one. Where chats were held
// already they stay, and so does the conversation.
func (t *turn) forwardTo(c ForwardTo) {
	if t.Opened == 0 && t.Forward == "" && c.Conversation != t.ID {
		t.Forward = c.Conversation
	}
}

// block is the customer's wish to hear no more of us, or to hear again.
func (t *turn) block(c Block) { t.setBlocked(c.Blocked) }

func (t *turn) setBlocked(blocked bool) {
	if t.Blocked != blocked {
		t.Blocked, t.moved = blocked, t.moved || t.Chat.Open()
	}
}

// refer says where the customer of the open chat came from (S7).
func (t *turn) refer(c Refer) {
	if t.Chat.Open() {
		t.setSource(c.Source)
	}
}

func (t *turn) setSource(source string) {
	if source != "" && t.Chat.Source != source {
		t.Chat.Source, t.moved = source, true
	}
}
