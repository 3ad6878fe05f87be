package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// ChatRow is a chat as the Chats section lists it. Version rises with every change of the chat.
type ChatRow struct {
	ID           string
	Conversation string
	ContactID    string
	ContactName  string // as read: the contact's present name if the contact is known, else as written
	ChannelID    string
	QueueID      string
	OperatorID   string
	State        string
	Reason       string
	Preview      string
	Parent       string
	CreatedAt    time.Time
	AcceptedAt   time.Time // zero: not yet
	CompletedAt  time.Time // zero: not yet
	Version      int64
}

// PutChats writes rows in one durable transaction. A row with an older version than the stored one is ignored, so rows may come
// late, twice and out of order.
func (d *Directory) PutChats(ctx context.Context, rows []ChatRow) error {
	if len(rows) == 0 {
		return nil
	}
	return d.inWrite(ctx, "put chats", func(tx *sql.Tx) error {
		put, err := tx.PrepareContext(ctx, `INSERT INTO chats (id, conversation, contact_id, contact_name, channel_id, queue_id, operator_id, state,
			reason, preview, parent_id, created_at, accepted_at, completed_at, version, folded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET conversation = excluded.conversation, contact_id = excluded.contact_id, contact_name = excluded.contact_name,
			channel_id = excluded.channel_id, queue_id = excluded.queue_id, operator_id = excluded.operator_id, state = excluded.state,
			reason = excluded.reason, preview = excluded.preview, parent_id = excluded.parent_id, created_at = excluded.created_at,
			accepted_at = excluded.accepted_at, completed_at = excluded.completed_at, version = excluded.version, folded = excluded.folded
			WHERE excluded.version > chats.version`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, r := range rows {
			if _, err := put.ExecContext(ctx, r.ID, r.Conversation, r.ContactID, r.ContactName, r.ChannelID, r.QueueID, r.OperatorID, r.State,
				r.Reason, r.Preview, r.Parent, millis(r.CreatedAt), millis(r.AcceptedAt), millis(r.CompletedAt), r.Version,
				fold(r.ContactName+"\n"+r.Preview)); err != nil {
				return fmt.Errorf("chat %s: %w", r.ID, err)
			}
		}
		return nil
	})
}

const selectChat = `SELECT c.id, c.conversation, c.contact_id, coalesce(p.name, c.contact_name), c.channel_id, c.queue_id, c.operator_id, c.state,
	c.reason, c.preview, c.parent_id, c.created_at, c.accepted_at, c.completed_at, c.version
	FROM chats c LEFT JOIN contacts p ON p.id = c.contact_id`

// Chat gives one row. ErrNotFound.
func (d *Directory) Chat(ctx context.Context, id string) (r ChatRow, err error) {
	err = d.inRead(ctx, "read chat", func(tx *sql.Tx) error {
		r, err = scanChat(tx.QueryRowContext(ctx, selectChat+` WHERE c.id = ?`, id))
		return err
	})
	return r, err
}

func scanChat(row interface{ Scan(...any) error }) (r ChatRow, err error) {
	var created, accepted, completed int64
	err = row.Scan(&r.ID, &r.Conversation, &r.ContactID, &r.ContactName, &r.ChannelID, &r.QueueID, &r.OperatorID, &r.State,
		&r.Reason, &r.Preview, &r.Parent, &created, &accepted, &completed, &r.Version)
	if errors.Is(err, sql.ErrNoRows) {
		return ChatRow{}, ErrNotFound
	}
	r.CreatedAt, r.AcceptedAt, r.CompletedAt = fromMillis(created), fromMillis(accepted), fromMillis(completed)
	return r, err
}
