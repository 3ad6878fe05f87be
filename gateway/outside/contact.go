package outside

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/gateway/channel"
)

// profileTimeout bounds one look-up of a profile, its photo included.
const profileTimeout = 30 * time.Second

// Identify finds or makes the contact of a new conversation (S5).
func (o *Outside) Identify(ctx context.Context, i actors.Identify) (chat.Contact, error) {
	acc, _, ok := o.deps.Channels.Account(i.Channel)
	if !ok {
		return chat.Contact{}, errors.New("outside: the channel no longer exists")
	}
	return o.deps.Contacts.Identify(ctx, Claim{
		Provider: acc.Provider, Scope: scope(acc), IDs: i.Address.IDs, Name: i.Name, Profile: i.Profile, Proposed: i.Contact,
	})
}

// scope is the account that scoped identities belong to.
func scope(a channel.Account) string {
	switch {
	case a.PageID != "":
		return a.PageID
	case a.PhoneNumberID != "":
		return a.PhoneNumberID
	default:
		return a.BotID
	}
}

// Profile asks the provider who the customer is (S6). Nothing to learn is not
// an error; an error is worth another attempt.
func (o *Outside) Profile(ctx context.Context, i actors.Identify) (chat.Contact, bool, error) {
	acc, adapter, ok := o.deps.Channels.Account(i.Channel)
	profiler, able := adapter.(channel.Profiler)
	if !ok || !able {
		return chat.Contact{}, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, profileTimeout)
	defer cancel()
	p, err := profiler.Profile(ctx, acc, known(i))
	if err != nil {
		if e := channel.AsSendError(err); e.Retry() || e.Unknown() {
			return chat.Contact{}, false, err
		}
		return chat.Contact{}, false, nil // no consent, nobody there: the name stays the number or id
	}
	photo := ""
	if p.Photo != nil {
		file, err := o.bring(ctx, i.Channel, photoID(i.Contact), "", *p.Photo)
		if err != nil {
			o.deps.Log.Info("a profile photo was not fetched", "contact", i.Contact, "err", err)
		} else {
			photo = file.ID
		}
	}
	contact, err := o.deps.Contacts.Fill(ctx, i.Contact, p, photo)
	return contact, err == nil, err
}

// known is what the customer's first message told: of some providers nothing more is to be had on request.
func known(i actors.Identify) channel.ContactRef {
	ref := recipient(i.Address)
	ref.Name, ref.First, ref.Last = i.Name, i.Profile.First, i.Profile.Last
	ref.Username, ref.Language = i.Profile.Username, i.Profile.Language
	return ref
}

// photoID is the same for the same contact, so that a repeated look-up replaces
// the photo instead of piling up copies.
func photoID(contact string) string {
	sum := sha256.Sum256([]byte("photo\x00" + contact))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}
