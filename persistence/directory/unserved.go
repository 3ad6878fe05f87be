package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Unserved is the reason of items that were understood and acknowledged, but
// whose conversation could not take them because what is stored of it is
// damaged. They are told again once it is mended, and never dropped.
const Unserved = "damaged"

// ErrFull says that the quarantine holds nothing that may be dropped.
var ErrFull = errors.New("directory: the quarantine is full of items that wait for damaged conversations")

// UnservedItems gives items of reason Unserved with their whole bodies, oldest
// first: those with an id above after, at most limit.
func (d *Directory) UnservedItems(ctx context.Context, after int64, limit int) ([]Item, error) {
	var items []Item
	err := each(ctx, d.read, func(rows *sql.Rows) error {
		item, err := scanItem(rows)
		items = append(items, item)
		return err
	}, `SELECT id, channel_id, provider, reason, at, size, body FROM quarantine WHERE id > ? AND reason = ? ORDER BY id LIMIT ?`, after, Unserved, limit)
	if err != nil {
		return nil, fmt.Errorf("list unserved items: %w", err)
	}
	return items, nil
}

// Served removes an item that has reached its conversation; removing a missing
// one is no error.
func (d *Directory) Served(ctx context.Context, id int64) error {
	return d.inWrite(ctx, "remove a served item", func(tx *sql.Tx) error {
		var size int64
		err := tx.QueryRowContext(ctx, `DELETE FROM quarantine WHERE id = ? AND reason = ? RETURNING length(body)`, id, Unserved).Scan(&size)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		held, err := readHeld(ctx, tx)
		if err != nil {
			return err
		}
		held.Items, held.Bytes = held.Items-1, held.Bytes-size
		return writeHeld(ctx, tx, held)
	})
}
