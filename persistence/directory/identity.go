package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Types of identities; others are kept too and taken to be scoped.
const (
	TypePSID    = "psid"     // Facebook, a person as one page sees them
	TypeBSUID   = "bsuid"    // WhatsApp, a person as one business sees them
	TypeWAPhone = "wa_phone" // WhatsApp, a phone number
	TypeTGUser  = "tg_user"  // Telegram, a user as every bot sees them
)

const maxIdentity = 256 // bytes

// Identity is one name a provider gives to a person.
type Identity struct {
	Type  string
	Value string
}

// Key is an identity with where it is valid. Scope is the page, business or number it was seen on; it is ignored for types that mean
// the same person everywhere (wa_phone, tg_user).
type Key struct {
	Provider string
	Scope    string
	Identity
}

// normal gives the form that is compared and stored; false if it can be no identity. A phone keeps its digits only, and a value
// with letters is no phone: WhatsApp puts business-scoped ids into the same field.
func (k Key) normal() (Key, bool) {
	k.Value = strings.TrimSpace(k.Value)
	switch k.Type {
	case TypeWAPhone:
		k.Value, k.Scope = phoneDigits(k.Value), ""
	case TypeTGUser:
		k.Scope = ""
	}
	ok := k.Provider != "" && k.Type != "" && k.Value != "" && len(k.Value) <= maxIdentity && len(k.Scope) <= maxIdentity
	return k, ok
}

// phoneDigits strips "+", spaces, dots, dashes and brackets; "" if anything else is in it or its length is no phone's.
func phoneDigits(s string) string {
	digits := strings.NewReplacer("+", "", " ", "", "-", "", ".", "", "(", "", ")", "").Replace(s)
	if len(digits) < 5 || len(digits) > 20 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return digits
}

// Claim is what one message says about who sent it.
type Claim struct {
	Provider string
	Scope    string
	IDs      []Identity
	Profile         // what the message itself tells; blanks of a known contact are filled from it, nothing is replaced
	Proposed string // id for the contact if it has to be created
	At       time.Time
}

// keys gives the claim's usable identities without repetitions, phones first: where two of them belong to different contacts, the
// phone decides.
func (c Claim) keys() []Key {
	var keys []Key
	for _, id := range c.IDs {
		k, ok := Key{Provider: c.Provider, Scope: c.Scope, Identity: id}.normal()
		if ok && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	slices.SortStableFunc(keys, func(a, b Key) int { return phoneRank(a) - phoneRank(b) })
	return keys
}

// known is the claim's profile, with the phone number taken from the identities if it is not told otherwise.
func (c Claim) known(keys []Key) Profile {
	p := c.Profile.trimmed()
	if keys[0].Type == TypeWAPhone {
		p.Phone = or(p.Phone, keys[0].Value)
	}
	return p
}

func phoneRank(k Key) int {
	if k.Type == TypeWAPhone {
		return 0
	}
	return 1
}

// Identify finds the contact that carries any of the claimed identities, adds the others to it, or creates the contact under the
// proposed id (created is then true). Concurrent claims for one person give one contact. If identities belong to different
// contacts the phone's contact wins, each identity stays where it is, and the pair is kept for Conflicts. ErrInvalid: no usable identity.
func (d *Directory) Identify(ctx context.Context, claim Claim) (c Contact, created bool, err error) {
	keys := claim.keys()
	if len(keys) == 0 {
		return Contact{}, false, fmt.Errorf("identify: no usable identity: %w", ErrInvalid)
	}
	if c, ok, err := d.recognise(ctx, keys, claim); err != nil || ok {
		return c, false, err
	}
	err = d.inWrite(ctx, "identify contact", func(tx *sql.Tx) error {
		c, created, err = identify(ctx, tx, keys, claim)
		return err
	})
	return c, created, err
}

// recognise answers the common case without the write lock: all identities known, one contact, nothing to fill in.
func (d *Directory) recognise(ctx context.Context, keys []Key, claim Claim) (c Contact, ok bool, err error) {
	err = d.inRead(ctx, "recognise contact", func(tx *sql.Tx) error {
		owners, err := ownersOf(ctx, tx, keys)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(owners, func(o string) bool { return o == "" || o != owners[0] }) {
			return nil
		}
		c, err = contactByID(ctx, tx, owners[0])
		if err == nil {
			p, source := c.told(claim.known(keys))
			ok = p == c.Profile && source == c.NameSource
		}
		return err
	})
	return c, ok, err
}

func identify(ctx context.Context, tx *sql.Tx, keys []Key, claim Claim) (c Contact, created bool, err error) {
	owners, err := ownersOf(ctx, tx, keys)
	if err != nil {
		return Contact{}, false, err
	}
	i := slices.IndexFunc(owners, func(o string) bool { return o != "" })
	if i < 0 {
		created = true
		c, err = createContact(ctx, tx, keys[0], claim.Proposed, claim.known(keys), claim.At)
	} else if c, err = contactByID(ctx, tx, owners[i]); err == nil {
		c, err = fillBlanks(ctx, tx, c, claim.known(keys), claim.At)
	}
	if err != nil {
		return Contact{}, false, err
	}
	for i, k := range keys {
		switch owners[i] {
		case "":
			err = addIdentity(ctx, tx, k, c.ID, claim.At)
			c.Identities = append(c.Identities, k)
		case c.ID:
		default:
			err = addConflict(ctx, tx, c.ID, owners[i], claim.At)
		}
		if err != nil {
			return Contact{}, false, err
		}
	}
	slices.SortFunc(c.Identities, compareKeys)
	return c, created, nil
}

// Conflicts lists contacts that turned out to share an identity with this one and were not merged.
func (d *Directory) Conflicts(ctx context.Context, contactID string) ([]string, error) {
	ids, err := texts(ctx, d.read, `SELECT other_id FROM contact_conflicts WHERE contact_id = ?1
		UNION SELECT contact_id FROM contact_conflicts WHERE other_id = ?1 ORDER BY 1`, contactID)
	if err != nil {
		return nil, fmt.Errorf("list conflicts: %w", err)
	}
	return ids, nil
}

// ownersOf gives, key by key, the id of the contact that carries it, or "".
func ownersOf(ctx context.Context, tx *sql.Tx, keys []Key) ([]string, error) {
	owners := make([]string, len(keys))
	for i, k := range keys {
		err := tx.QueryRowContext(ctx, `SELECT contact_id FROM identities WHERE provider = ? AND scope = ? AND type = ? AND value = ?`,
			k.Provider, k.Scope, k.Type, k.Value).Scan(&owners[i])
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	return owners, nil
}

func addIdentity(ctx context.Context, tx *sql.Tx, k Key, contactID string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO identities (provider, scope, type, value, contact_id, created_at) VALUES (?, ?, ?, ?, ?, ?)`,
		k.Provider, k.Scope, k.Type, k.Value, contactID, millis(at))
	return err
}

func addConflict(ctx context.Context, tx *sql.Tx, a, b string, at time.Time) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO contact_conflicts (contact_id, other_id, found_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		min(a, b), max(a, b), millis(at))
	return err
}

func compareKeys(a, b Key) int {
	return strings.Compare(a.Provider+"\x00"+a.Scope+"\x00"+a.Type+"\x00"+a.Value, b.Provider+"\x00"+b.Scope+"\x00"+b.Type+"\x00"+b.Value)
}
