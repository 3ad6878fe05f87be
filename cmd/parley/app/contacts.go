package app

import (
	"context"
	"errors"
	"time"

	"parley/actors/chat"
	"parley/gateway"
	"parley/gateway/channel"
	"parley/gateway/outside"
	"parley/persistence/directory"
)

// contacts are the directory's, as the work on the outside and the gateway ask for them.
type contacts struct{ dir *directory.Directory }

// Identify finds or makes a contact.
func (c contacts) Identify(ctx context.Context, who outside.Claim) (chat.Contact, error) {
	claim := directory.Claim{
		Provider: who.Provider, Scope: who.Scope, Proposed: who.Proposed, At: time.Now(),
		Profile: directory.Profile{
			Name: who.Name, First: who.Profile.First, Last: who.Profile.Last, Username: who.Profile.Username, Language: who.Profile.Language,
		},
	}
	for _, id := range who.IDs {
		claim.IDs = append(claim.IDs, directory.Identity{Type: id.Type, Value: id.Value})
		if id.Type == directory.TypeWAPhone && claim.Profile.Phone == "" { // the number in use comes first
			claim.Profile.Phone = id.Value
		}
	}
	found, _, err := c.dir.Identify(ctx, claim)
	return contactOf(found), err
}

// Fill adds what a provider's profile says.
func (c contacts) Fill(ctx context.Context, contact string, p channel.Profile, photo string) (chat.Contact, error) {
	found, err := c.dir.UpdateProfile(ctx, contact, directory.Profile{
		Name: p.Name, First: p.First, Last: p.Last, Username: p.Username, Phone: p.Phone, PhotoFile: photo, Language: p.Language,
	}, time.Now())
	return contactOf(found), err
}

// Contact tells the gateway what is known of a customer; nothing of one who is not there (yet).
func (c contacts) Contact(ctx context.Context, id string) (gateway.Contact, error) {
	found, err := c.dir.Contact(ctx, id)
	if errors.Is(err, directory.ErrNotFound) {
		return gateway.Contact{}, nil
	}
	out := gateway.Contact{First: found.First, Last: found.Last, Username: found.Username, Phone: found.Phone, Language: found.Language}
	if found.NameSource != directory.NameFromID { // a number in its place is no name
		out.Name = found.Name
	}
	return out, err
}

func contactOf(c directory.Contact) chat.Contact {
	return chat.Contact{ID: c.ID, Name: c.Name, Photo: c.PhotoFile, Linked: true}
}
