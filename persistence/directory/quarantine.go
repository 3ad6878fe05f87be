package directory

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Item is signed input that could not be understood, kept for an administrator.
type Item struct {
	ID       int64 // rises; given by Quarantine
	Channel  string
	Provider string
	Reason   string
	At       time.Time
	Size     int64  // bytes received
	Body     []byte // in lists only the beginning; may be shorter than Size if the item alone exceeded the bound
}

// Held says how full the quarantine is.
type Held struct {
	Items, Bytes int64
	Dropped      int64 // since the file was created, to make room
}

const previewBytes = 4 << 10

// Quarantine keeps an item durably and drops the oldest ones beyond the bounds. It returns the item's id.
// What is kept already is not kept again: a provider repeats what it sends, and copies would push out the rest.
func (d *Directory) Quarantine(ctx context.Context, item Item) (id int64, err error) {
	body := item.Body
	if int64(len(body)) > d.cfg.QuarantineBytes {
		body = body[:d.cfg.QuarantineBytes]
	}
	if body == nil {
		body = []byte{}
	}
	err = d.inWrite(ctx, "quarantine", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `INSERT INTO quarantine (channel_id, provider, reason, at, size, body, digest) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING RETURNING id`,
			item.Channel, item.Provider, clip(item.Reason, 500), millis(item.At), len(item.Body), body, item.digest()).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return tx.QueryRowContext(ctx, `SELECT id FROM quarantine WHERE digest = ?`, item.digest()).Scan(&id)
		}
		if err != nil {
			return err
		}
		held, err := readHeld(ctx, tx)
		if err != nil {
			return err
		}
		held.Items, held.Bytes = held.Items+1, held.Bytes+int64(len(body))
		if held, err = d.makeRoom(ctx, tx, held); err != nil {
			return err
		}
		return writeHeld(ctx, tx, held)
	})
	return id, err
}

// digest is the same for the same input on the same channel, whenever it comes.
func (i Item) digest() []byte {
	h := sha256.New()
	for _, part := range []string{i.Channel, i.Provider, i.Reason} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	h.Write(i.Body)
	return h.Sum(nil)
}

// makeRoom drops the oldest items until the bounds hold; the newest one always
// fits. Unserved ones are never dropped: without room nothing is kept (ErrFull).
func (d *Directory) makeRoom(ctx context.Context, tx *sql.Tx, held Held) (Held, error) {
	for held.Items > d.cfg.QuarantineItems || held.Bytes > d.cfg.QuarantineBytes {
		var size int64
		err := tx.QueryRowContext(ctx, `DELETE FROM quarantine WHERE id = (SELECT min(id) FROM quarantine WHERE reason <> ?) RETURNING length(body)`, Unserved).Scan(&size)
		if errors.Is(err, sql.ErrNoRows) {
			return held, ErrFull
		}
		if err != nil {
			return held, err
		}
		held.Items, held.Bytes, held.Dropped = held.Items-1, held.Bytes-size, held.Dropped+1
	}
	return held, nil
}

// ListQuarantine gives items newest first with the first 4 KiB of their bodies: those with an id below before (0 = the newest), at
// most limit (1 to 200; 0 = 50).
func (d *Directory) ListQuarantine(ctx context.Context, before int64, limit int) ([]Item, error) {
	if limit == 0 {
		limit = defaultPage
	}
	if limit < 1 || limit > maxPage {
		return nil, fmt.Errorf("list quarantine: limit %d: want 1 to %d: %w", limit, maxPage, ErrInvalid)
	}
	var items []Item
	err := each(ctx, d.read, func(rows *sql.Rows) error {
		item, err := scanItem(rows)
		items = append(items, item)
		return err
	}, `SELECT id, channel_id, provider, reason, at, size, substr(body, 1, ?1) FROM quarantine WHERE id < ?2 OR ?2 = 0 ORDER BY id DESC LIMIT ?3`,
		previewBytes, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list quarantine: %w", err)
	}
	return items, nil
}

// QuarantineItem gives one item with its whole kept body. ErrNotFound.
func (d *Directory) QuarantineItem(ctx context.Context, id int64) (Item, error) {
	item, err := scanItem(d.read.QueryRowContext(ctx, `SELECT id, channel_id, provider, reason, at, size, body FROM quarantine WHERE id = ?`, id))
	if err != nil {
		return Item{}, fmt.Errorf("read quarantine: %w", clarify(err))
	}
	return item, nil
}

// QuarantineHeld says how much is kept and how much had to be dropped.
func (d *Directory) QuarantineHeld(ctx context.Context) (held Held, err error) {
	err = d.inRead(ctx, "read quarantine", func(tx *sql.Tx) error {
		held, err = readHeld(ctx, tx)
		return err
	})
	return held, err
}

func scanItem(row interface{ Scan(...any) error }) (Item, error) {
	var item Item
	var at int64
	err := row.Scan(&item.ID, &item.Channel, &item.Provider, &item.Reason, &at, &item.Size, &item.Body)
	item.At = fromMillis(at)
	return item, err
}

func readHeld(ctx context.Context, tx *sql.Tx) (h Held, err error) {
	err = tx.QueryRowContext(ctx, `SELECT
		(SELECT value FROM counters WHERE name = 'quarantine_items'),
		(SELECT value FROM counters WHERE name = 'quarantine_bytes'),
		(SELECT value FROM counters WHERE name = 'quarantine_dropped')`).Scan(&h.Items, &h.Bytes, &h.Dropped)
	return h, err
}

func writeHeld(ctx context.Context, tx *sql.Tx, h Held) error {
	_, err := tx.ExecContext(ctx, `UPDATE counters SET value = CASE name WHEN 'quarantine_items' THEN ?1 WHEN 'quarantine_bytes' THEN ?2 ELSE ?3 END
		WHERE name IN ('quarantine_items', 'quarantine_bytes', 'quarantine_dropped')`, h.Items, h.Bytes, h.Dropped)
	return err
}
