package gateway

import (
	"cmp"
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strconv"
	"strings"

	"parley/actors/chat"
	"parley/gateway/channel"
)

// idLetters spell ids: lower case, no padding, fit for addresses and file names.
var idLetters = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// digest hashes parts with a separator that no part holds, so that "a1"+"2" and "a"+"12" stay two things.
func digest(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:]
}

// conversationID is where a customer of a channel talks to us, for ever. It must
// never change: stored conversations are found by it.
func conversationID(channelID, customer string) string {
	return idLetters.EncodeToString(digest(channelID, customer)[:15])
}

// contactID proposes an id for the person behind an identity: the same wherever
// the same identity shows up, so that a first burst on two channels proposes one contact.
func contactID(provider, account string, id channel.ContactID) string {
	return idLetters.EncodeToString(digest("contact", provider, scope(account, id.Type), string(id.Type), id.Value)[:15])
}

// scope is where an identity is unique: Telegram users and phone numbers
// everywhere, page- and business-scoped ids within the account that told them.
func scope(account string, t channel.IDType) string {
	if t == channel.TGUser || t == channel.WAPhone {
		return ""
	}
	return account
}

// fileID is the id of an incoming attachment: the same on every redelivery, so a
// file is fetched once. The channel's secrets go into it, so that it cannot be
// computed from what rows and messages show.
func fileID(acc channel.Account, conversation, message string, index int) string {
	secret := strings.Join(acc.AppSecrets[:min(len(acc.AppSecrets), 1)], "") + acc.SecretToken
	return idLetters.EncodeToString(digest("file", secret, conversation, message, strconv.Itoa(index))[:20])
}

// leading orders a customer's identities: a phone number leads, because where
// two known conversations differ it is the number that decides (channel.ContactRef).
func leading(ids []channel.ContactID) []channel.ContactID {
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b channel.ContactID) int { return cmp.Compare(rank(a), rank(b)) })
	return ids
}

func rank(id channel.ContactID) int {
	if id.Type == channel.WAPhone {
		return 0
	}
	return 1
}

// candidates are the conversation ids a customer may be known under, the leading one first.
func candidates(channelID string, e *channel.Event) []string {
	var out []string
	add := func(customer string) {
		if id := conversationID(channelID, customer); customer != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	for _, id := range leading(e.Contact.IDs) {
		add(id.Value)
	}
	add(e.Customer)
	for _, id := range e.NewIDs { // last: the conversation goes on where it was held
		add(id.Value)
	}
	return out
}

// addressOf is where the customer is reached.
func addressOf(ids []channel.ContactID) chat.Address {
	out := chat.Address{IDs: make([]chat.AddressID, 0, len(ids))}
	for _, id := range ids {
		if id.Value != "" {
			out.IDs = append(out.IDs, chat.AddressID{Type: string(id.Type), Value: id.Value})
		}
	}
	return out
}
