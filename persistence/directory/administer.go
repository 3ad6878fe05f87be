package directory

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// PutOperator creates or replaces an operator, without touching the password. Disabling one ends all of their sessions. ErrInvalid.
func (d *Directory) PutOperator(ctx context.Context, op Operator) error {
	if err := op.validate(); err != nil {
		return err
	}
	return d.change(ctx, "put operator", func(tx *sql.Tx) error { return putOperator(ctx, tx, op) })
}

// SetPassword gives an operator a password by its hash from HashPassword and ends all of their sessions. "" means: cannot sign in.
// ErrNotFound, ErrInvalid.
func (d *Directory) SetPassword(ctx context.Context, operatorID, hash string) error {
	if _, err := decodeHash(hash); hash != "" && err != nil {
		return fmt.Errorf("set password: %w: %w", ErrInvalid, err)
	}
	return d.inWrite(ctx, "set password", func(tx *sql.Tx) error { return setPassword(ctx, tx, operatorID, hash) })
}

// PutGroup creates or replaces a group. ErrInvalid, ErrUnknownMember.
func (d *Directory) PutGroup(ctx context.Context, g Group) error {
	if err := validate("group", g.ID, g.Name); err != nil {
		return err
	}
	return d.change(ctx, "put group", func(tx *sql.Tx) error { return putGroup(ctx, tx, g, mustExist) })
}

// PutQueue creates or replaces a queue. ErrInvalid, ErrUnknownMember.
func (d *Directory) PutQueue(ctx context.Context, q Queue) error {
	if err := q.validate(); err != nil {
		return err
	}
	return d.change(ctx, "put queue", func(tx *sql.Tx) error { return putQueue(ctx, tx, q, mustExist) })
}

// PutChannel creates or replaces a channel. ErrInvalid, ErrUnknownMember.
func (d *Directory) PutChannel(ctx context.Context, c Channel) error {
	if err := c.validate(); err != nil {
		return err
	}
	return d.change(ctx, "put channel", func(tx *sql.Tx) error { return putChannel(ctx, tx, c) })
}

// PutTemplate creates or replaces a quick reply. ErrInvalid.
func (d *Directory) PutTemplate(ctx context.Context, t Template) error {
	if err := t.validate(); err != nil {
		return err
	}
	return d.change(ctx, "put template", func(tx *sql.Tx) error { return putTemplate(ctx, tx, t) })
}

// PutSetting sets one setting of the installation.
func (d *Directory) PutSetting(ctx context.Context, key, value string) error {
	if key == "" {
		return fmt.Errorf("put setting: empty key: %w", ErrInvalid)
	}
	return d.change(ctx, "put setting", func(tx *sql.Tx) error { return putSetting(ctx, tx, key, value) })
}

// DeleteOperator removes an operator with sessions and memberships. ErrInUse if chats name them: disable instead. ErrNotFound.
func (d *Directory) DeleteOperator(ctx context.Context, id string) error {
	return d.remove(ctx, "operators", id, `SELECT EXISTS (SELECT 1 FROM chats WHERE operator_id = ?1)`)
}

// DeleteGroup removes a group; its operators stay. ErrNotFound.
func (d *Directory) DeleteGroup(ctx context.Context, id string) error {
	return d.remove(ctx, "operator_groups", id, `SELECT ?1 IS NULL`)
}

// DeleteQueue removes a queue. ErrInUse while a channel points at it or an open chat is in it. ErrNotFound.
func (d *Directory) DeleteQueue(ctx context.Context, id string) error {
	return d.remove(ctx, "queues", id, `SELECT EXISTS (SELECT 1 FROM channels WHERE queue_id = ?1)
		OR EXISTS (SELECT 1 FROM chats WHERE queue_id = ?1 AND state <> 'completed')`)
}

// DeleteChannel removes a channel. ErrInUse if it has chats: deactivate instead (S1). ErrNotFound.
func (d *Directory) DeleteChannel(ctx context.Context, id string) error {
	return d.remove(ctx, "channels", id, `SELECT EXISTS (SELECT 1 FROM chats WHERE channel_id = ?1)`)
}

// DeleteTemplate removes a quick reply. What was written with it is text and stays. ErrNotFound.
func (d *Directory) DeleteTemplate(ctx context.Context, id string) error {
	return d.remove(ctx, "templates", id, `SELECT ?1 IS NULL`)
}

// change runs f and raises the catalogue's version with it.
func (d *Directory) change(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	return d.inWrite(ctx, what, func(tx *sql.Tx) error {
		if err := f(tx); err != nil {
			return err
		}
		return raiseVersion(ctx, tx)
	})
}

// remove deletes a row unless the query, given the id, says that it is in use. Table and query are constants of this file.
func (d *Directory) remove(ctx context.Context, table, id, inUse string) error {
	return d.change(ctx, "delete from "+table, func(tx *sql.Tx) error {
		var used bool
		if err := tx.QueryRowContext(ctx, inUse, id).Scan(&used); err != nil {
			return err
		}
		if used {
			return ErrInUse
		}
		return expectRow(tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE id = ?`, id))
	})
}

func raiseVersion(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, `UPDATE counters SET value = value + 1 WHERE name = 'catalogue_version'`)
	return err
}

func putOperator(ctx context.Context, tx *sql.Tx, op Operator) error {
	roles, err := json.Marshal(append([]string{}, op.Roles...))
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO operators (id, name, roles, language, disabled) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, roles = excluded.roles, language = excluded.language, disabled = excluded.disabled`,
		op.ID, op.Name, string(roles), op.Language, op.Disabled)
	if err == nil && op.Disabled {
		_, err = deleteSessionsOf(ctx, tx, op.ID)
	}
	return err
}

func setPassword(ctx context.Context, tx *sql.Tx, operatorID, hash string) error {
	if err := expectRow(tx.ExecContext(ctx, `UPDATE operators SET password_hash = ? WHERE id = ?`, hash, operatorID)); err != nil {
		return err
	}
	_, err := deleteSessionsOf(ctx, tx, operatorID)
	return err
}

// How a membership of something that does not exist is taken: an administrator is told, a configuration that still names an
// operator deleted since does not stop the server from starting.
const (
	mustExist     = `VALUES (?, ?)`
	skipUnknownOp = `SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM operators WHERE id = ?2)`
	skipUnknownGr = `SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM operator_groups WHERE id = ?2)`
)

func putGroup(ctx context.Context, tx *sql.Tx, g Group, member string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO operator_groups (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name`, g.ID, g.Name)
	if err != nil {
		return err
	}
	return putMembers(ctx, tx, "group_members", "group_id", g.ID, g.Members, member)
}

func putQueue(ctx context.Context, tx *sql.Tx, q Queue, member string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO queues (id, name, rule, completion_timeout_ms, accept_timeout_ms, simultaneous_chats)
		VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name, rule = excluded.rule,
		completion_timeout_ms = excluded.completion_timeout_ms, accept_timeout_ms = excluded.accept_timeout_ms, simultaneous_chats = excluded.simultaneous_chats`,
		q.ID, q.Name, q.Rule, millisOrNull(q.CompletionTimeout), millisOrNull(q.AcceptTimeout), q.SimultaneousChats)
	if err != nil {
		return err
	}
	groups := member
	if member == skipUnknownOp {
		groups = skipUnknownGr
	}
	if err := putMembers(ctx, tx, "queue_operators", "queue_id", q.ID, q.Operators, member); err != nil {
		return err
	}
	return putMembers(ctx, tx, "queue_groups", "queue_id", q.ID, q.Groups, groups)
}

// putMembers replaces all rows of one owner. Table, column and member clause are constants of this file.
func putMembers(ctx context.Context, tx *sql.Tx, table, column, owner string, members []string, clause string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE `+column+` = ?`, owner); err != nil {
		return err
	}
	for _, m := range sortedSet(members) {
		if _, err := tx.ExecContext(ctx, `INSERT INTO `+table+` `+clause, owner, m); err != nil {
			return fmt.Errorf("member %q: %w", m, clarify(err))
		}
	}
	return nil
}

func putChannel(ctx context.Context, tx *sql.Tx, c Channel) error {
	settings := "{}"
	if len(c.Settings) > 0 {
		settings = string(c.Settings)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO channels (id, name, provider, queue_id, language, active, settings) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, provider = excluded.provider, queue_id = excluded.queue_id,
		language = excluded.language, active = excluded.active, settings = excluded.settings`,
		c.ID, c.Name, c.Provider, c.Queue, c.Language, c.Active, settings)
	if err != nil {
		return fmt.Errorf("channel %q in queue %q: %w", c.ID, c.Queue, clarify(err))
	}
	return nil
}

func putTemplate(ctx context.Context, tx *sql.Tx, t Template) error {
	texts, err := json.Marshal(t.Texts)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO templates (id, name, texts) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, texts = excluded.texts`, t.ID, t.Name, string(texts))
	return err
}

func putSetting(ctx context.Context, tx *sql.Tx, key, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}

func (op Operator) validate() error { return validate("operator", op.ID, op.Name) }

func (q Queue) validate() error {
	negative := func(d *time.Duration) bool { return d != nil && *d < 0 }
	if q.Rule == "" || negative(q.CompletionTimeout) || negative(q.AcceptTimeout) {
		return fmt.Errorf("queue %q: rule missing or a timeout negative: %w", q.ID, ErrInvalid)
	}
	return validate("queue", q.ID, q.Name)
}

func (c Channel) validate() error {
	var object map[string]json.RawMessage
	if len(c.Settings) > 0 && json.Unmarshal(c.Settings, &object) != nil {
		return fmt.Errorf("channel %q: settings are not a JSON object: %w", c.ID, ErrInvalid)
	}
	if c.Provider == "" {
		return fmt.Errorf("channel %q: provider missing: %w", c.ID, ErrInvalid)
	}
	return validate("channel", c.ID, c.Name)
}

func (t Template) validate() error {
	if len(t.Texts) == 0 {
		return fmt.Errorf("template %q: no text in any language: %w", t.ID, ErrInvalid)
	}
	for language, text := range t.Texts {
		if strings.TrimSpace(language) == "" || strings.TrimSpace(text) == "" {
			return fmt.Errorf("template %q: a text or its language is blank: %w", t.ID, ErrInvalid)
		}
	}
	return validate("template", t.ID, t.Name)
}

// validate checks what all catalogue objects share: ids appear in addresses and logs, so they are short and plain.
func validate(kind, id, name string) error {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	if id == "" || id[0] == '.' || len(id) > 64 || strings.Trim(id, plain) != "" {
		return fmt.Errorf("%s id %q: want 1 to 64 letters, digits, '-', '_' or '.': %w", kind, id, ErrInvalid)
	}
	if strings.TrimSpace(name) == "" || len(name) > 200 {
		return fmt.Errorf("%s %q: name empty or longer than 200 bytes: %w", kind, id, ErrInvalid)
	}
	return nil
}

func sortedSet(list []string) []string {
	set := slices.Clone(list)
	slices.Sort(set)
	return slices.Compact(set)
}

func millisOrNull(d *time.Duration) any {
	if d == nil {
		return nil
	}
	return d.Milliseconds()
}
