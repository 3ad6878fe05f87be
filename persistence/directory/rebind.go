package directory

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Rebind follows a provider's notice that a person's identity changed: their contact gets the new one and loses the old one, which
// may belong to somebody else tomorrow. If the new one already has a contact it keeps it and the pair is kept for Conflicts.
// Repeating it changes nothing. ErrNotFound: neither identity is known.
func (d *Directory) Rebind(ctx context.Context, old, now Key, at time.Time) (c Contact, err error) {
	old, okOld := old.normal()
	now, okNow := now.normal()
	if !okOld || !okNow {
		return Contact{}, fmt.Errorf("rebind: unusable identity: %w", ErrInvalid)
	}
	err = d.inWrite(ctx, "rebind identity", func(tx *sql.Tx) error {
		owners, err := ownersOf(ctx, tx, []Key{old, now})
		if err != nil {
			return err
		}
		id, err := rebind(ctx, tx, old, now, owners[0], owners[1], at)
		if err != nil {
			return err
		}
		c, err = contactByID(ctx, tx, id)
		return err
	})
	return c, err
}

// rebind returns the contact that the notice was about.
func rebind(ctx context.Context, tx *sql.Tx, old, now Key, oldOwner, nowOwner string, at time.Time) (string, error) {
	switch {
	case oldOwner == "" && nowOwner == "":
		return "", ErrNotFound
	case oldOwner == "": // done before, or a person we only know by the new identity
		return nowOwner, nil
	case old == now:
		return oldOwner, nil
	}
	_, err := tx.ExecContext(ctx, `DELETE FROM identities WHERE provider = ? AND scope = ? AND type = ? AND value = ?`,
		old.Provider, old.Scope, old.Type, old.Value)
	if err != nil {
		return "", err
	}
	if old.Type == TypeWAPhone && now.Type == TypeWAPhone {
		if err := replacePhone(ctx, tx, oldOwner, old.Value, now.Value, at); err != nil {
			return "", err
		}
	}
	switch nowOwner {
	case "":
		return oldOwner, addIdentity(ctx, tx, now, oldOwner, at)
	case oldOwner:
		return oldOwner, nil
	}
	return oldOwner, addConflict(ctx, tx, oldOwner, nowOwner, at)
}

// replacePhone shows the new number where the old one was shown, as the number or as the stand-in for a name.
func replacePhone(ctx context.Context, tx *sql.Tx, contactID, old, now string, at time.Time) error {
	c, err := contactByID(ctx, tx, contactID)
	if err != nil {
		return err
	}
	p := c.Profile
	if digits := phoneDigits(p.Phone); digits == "" || digits == old {
		p.Phone = now
	}
	if c.NameSource == NameFromID {
		p.Name = now
	}
	_, err = saveProfile(ctx, tx, c, p, c.NameSource, at)
	return err
}
