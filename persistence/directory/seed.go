package directory

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Seed is the catalogue as the configuration has it.
type Seed struct {
	Operators []OperatorSeed
	Groups    []Group
	Queues    []Queue
	Channels  []Channel
	Templates []Template
	Settings  map[string]string
}

// OperatorSeed is an operator with the configured password, in clear or as an argon2id hash in PHC form; "" leaves it alone.
type OperatorSeed struct {
	Operator
	Password string
}

// seedRow is one object of a seed, ready to be applied.
type seedRow struct {
	kind, id string
	hash     []byte // of the configured value, without a password
	password string // operators: hash of the configured password
	renewed  bool   // operators: the configured password is another one than last time
	put      func(ctx context.Context, tx *sql.Tx) error
}

// Seed takes the configuration over: an object is written when the configuration says something else than it did when it was last
// taken over, or has it for the first time. So what an administrator changed or deleted since stays, until the configuration itself
// changes. A template that it has no more goes. It returns how many objects were written or taken away. ErrInvalid, ErrPassword and
// ErrUnknownMember name the object.
func (d *Directory) Seed(ctx context.Context, seed Seed) (written int, err error) {
	rows, err := d.prepareSeed(ctx, seed)
	if err != nil {
		return 0, fmt.Errorf("seed: %w", err)
	}
	err = d.inWrite(ctx, "seed", func(tx *sql.Tx) error {
		for _, r := range rows {
			changed, err := r.apply(ctx, tx)
			if err != nil {
				return fmt.Errorf("%s %q: %w", r.kind, r.id, err)
			}
			if changed {
				written++
			}
		}
		gone, err := withdrawTemplates(ctx, tx, seed.Templates)
		written += gone
		if err != nil || written == 0 {
			return err
		}
		return raiseVersion(ctx, tx)
	})
	return written, err
}

// withdrawTemplates takes away the templates that the configuration had and has no more: what was withdrawn must not be sent.
// Nothing refers to a template, so unlike the other kinds it can go at once; what an administrator added stays.
func withdrawTemplates(ctx context.Context, tx *sql.Tx, kept []Template) (gone int, err error) {
	var ids []string
	err = each(ctx, tx, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		if !slices.ContainsFunc(kept, func(t Template) bool { return t.ID == id }) {
			ids = append(ids, id)
		}
		return err
	}, `SELECT id FROM seeds WHERE kind = 'template'`)
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		for _, query := range []string{`DELETE FROM templates WHERE id = ?`, `DELETE FROM seeds WHERE kind = 'template' AND id = ?`} {
			if _, err := tx.ExecContext(ctx, query, id); err != nil {
				return gone, fmt.Errorf("template %q: %w", id, err)
			}
		}
		gone++
	}
	return gone, nil
}

// prepareSeed does everything slow (password hashes) before the write lock is taken, in the order in which objects refer to each other.
func (d *Directory) prepareSeed(ctx context.Context, seed Seed) ([]seedRow, error) {
	var rows []seedRow
	add := func(kind, id string, value any, invalid error, put func(ctx context.Context, tx *sql.Tx) error) error {
		body, err := json.Marshal(value)
		sum := sha256.Sum256(body)
		rows = append(rows, seedRow{kind: kind, id: id, hash: sum[:], put: put})
		return errors.Join(invalid, err)
	}
	for _, o := range seed.Operators {
		op := o.Operator
		op.Roles = sortedSet(op.Roles)
		err := add("operator", op.ID, op, op.validate(), func(ctx context.Context, tx *sql.Tx) error { return putOperator(ctx, tx, op) })
		if err != nil {
			return nil, err
		}
		if err := d.preparePassword(ctx, &rows[len(rows)-1], o.Password); err != nil {
			return nil, fmt.Errorf("operator %q: %w", op.ID, err)
		}
	}
	var problems []error
	for _, g := range seed.Groups {
		g.Members = sortedSet(g.Members)
		problems = append(problems, add("group", g.ID, g, validate("group", g.ID, g.Name),
			func(ctx context.Context, tx *sql.Tx) error { return putGroup(ctx, tx, g, skipUnknownOp) }))
	}
	for _, q := range seed.Queues {
		q.Operators, q.Groups = sortedSet(q.Operators), sortedSet(q.Groups)
		problems = append(problems, add("queue", q.ID, q, q.validate(),
			func(ctx context.Context, tx *sql.Tx) error { return putQueue(ctx, tx, q, skipUnknownOp) }))
	}
	for _, c := range seed.Channels {
		problems = append(problems, add("channel", c.ID, c, c.validate(),
			func(ctx context.Context, tx *sql.Tx) error { return putChannel(ctx, tx, c) }))
	}
	for _, t := range seed.Templates {
		problems = append(problems, add("template", t.ID, t, t.validate(),
			func(ctx context.Context, tx *sql.Tx) error { return putTemplate(ctx, tx, t) }))
	}
	for key, value := range seed.Settings {
		problems = append(problems, add("setting", key, value, nil,
			func(ctx context.Context, tx *sql.Tx) error { return putSetting(ctx, tx, key, value) }))
	}
	return rows, errors.Join(problems...)
}

// preparePassword compares the configured password with the one of last time by its slow hash: a fast one on disk would be a gift.
func (d *Directory) preparePassword(ctx context.Context, r *seedRow, password string) error {
	var last string
	err := d.read.QueryRowContext(ctx, `SELECT password FROM seeds WHERE kind = 'operator' AND id = ?`, r.id).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	r.password = last
	switch {
	case password == "", password == last:
		return nil
	case isHash(password):
		_, err := decodeHash(password)
		r.password, r.renewed = password, true
		return err
	case last != "":
		same, err := d.VerifyPassword(ctx, last, password)
		if err != nil || same {
			return err
		}
	}
	r.password, err = d.HashPassword(ctx, password)
	r.renewed = true
	return err
}

// apply writes the object if the configuration's word on it is new, and remembers that word.
func (r seedRow) apply(ctx context.Context, tx *sql.Tx) (changed bool, err error) {
	var last []byte
	err = tx.QueryRowContext(ctx, `SELECT hash FROM seeds WHERE kind = ? AND id = ?`, r.kind, r.id).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, err
	}
	anew := !slices.Equal(last, r.hash)
	if !anew && !r.renewed {
		return false, nil
	}
	var existed bool // asked for operators only, others have no password
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM operators WHERE id = ?)`, r.id).Scan(&existed); err != nil {
		return false, err
	}
	if anew {
		if err := r.put(ctx, tx); err != nil {
			return false, err
		}
	}
	if r.password != "" && (r.renewed || !existed) {
		if err := r.applyPassword(ctx, tx); err != nil {
			return false, err
		}
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO seeds (kind, id, hash, password) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, id) DO UPDATE SET hash = excluded.hash, password = excluded.password`, r.kind, r.id, r.hash, r.password)
	return true, err
}

// applyPassword sets the configured password. An operator deleted by an administrator stays deleted when only the password changes.
func (r seedRow) applyPassword(ctx context.Context, tx *sql.Tx) error {
	if err := setPassword(ctx, tx, r.id, r.password); !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}
