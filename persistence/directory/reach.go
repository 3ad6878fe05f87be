package directory

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// MarkUnreachable notes that an identity cannot be written to (blocked, deactivated) and why, until MarkReachable.
func (d *Directory) MarkUnreachable(ctx context.Context, key Key, reason string, at time.Time) error {
	return d.setReach(ctx, key, reason, at)
}

// MarkReachable withdraws MarkUnreachable, for example because the person wrote again.
func (d *Directory) MarkReachable(ctx context.Context, key Key) error {
	return d.setReach(ctx, key, "", time.Time{})
}

func (d *Directory) setReach(ctx context.Context, key Key, reason string, at time.Time) error {
	key, ok := key.normal()
	if !ok {
		return fmt.Errorf("mark reach: unusable identity: %w", ErrInvalid)
	}
	return d.inWrite(ctx, "mark reach", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE identities SET unreachable_at = ?, unreachable_reason = ?
			WHERE provider = ? AND scope = ? AND type = ? AND value = ?`,
			millis(at), reason, key.Provider, key.Scope, key.Type, key.Value)
		return expectRow(res, err)
	})
}

// Unreachable says since when and why an identity cannot be written to; the zero time means it can.
func (d *Directory) Unreachable(ctx context.Context, key Key) (since time.Time, reason string, err error) {
	key, ok := key.normal()
	if !ok {
		return time.Time{}, "", fmt.Errorf("unreachable: unusable identity: %w", ErrInvalid)
	}
	var ms int64
	err = d.read.QueryRowContext(ctx, `SELECT unreachable_at, unreachable_reason FROM identities
		WHERE provider = ? AND scope = ? AND type = ? AND value = ?`, key.Provider, key.Scope, key.Type, key.Value).Scan(&ms, &reason)
	if err != nil {
		return time.Time{}, "", fmt.Errorf("unreachable: %w", clarify(err))
	}
	return fromMillis(ms), reason, nil
}
