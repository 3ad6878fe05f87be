package directory

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"
)

// The JSON form of these types is what a seed's hash is computed from: every field is left out when zero, so that a field added
// later does not make all seeds look changed.

// Operator is somebody who can sign in. The password hash is not part of it, so that it cannot leak with it.
type Operator struct {
	ID       string   `json:"id,omitzero"`
	Name     string   `json:"name,omitzero"`
	Roles    []string `json:"roles,omitempty"`
	Language string   `json:"language,omitzero"`
	Disabled bool     `json:"disabled,omitzero"`
}

// Group is a named set of operators.
type Group struct {
	ID      string   `json:"id,omitzero"`
	Name    string   `json:"name,omitzero"`
	Members []string `json:"members,omitempty"` // operator ids
}

// Queue says who gets which chats. A nil override means: as the installation's settings say.
type Queue struct {
	ID                string         `json:"id,omitzero"`
	Name              string         `json:"name,omitzero"`
	Rule              string         `json:"rule,omitzero"`
	Operators         []string       `json:"operators,omitempty"` // members named directly
	Groups            []string       `json:"groups,omitempty"`    // members by group
	CompletionTimeout *time.Duration `json:"completion_timeout,omitzero"`
	AcceptTimeout     *time.Duration `json:"accept_timeout,omitzero"`
	SimultaneousChats *int           `json:"simultaneous_chats,omitzero"`
}

// Channel is one account at a provider. Settings is a JSON object and holds its secrets.
type Channel struct {
	ID       string          `json:"id,omitzero"`
	Name     string          `json:"name,omitzero"`
	Provider string          `json:"provider,omitzero"`
	Queue    string          `json:"queue,omitzero"`
	Language string          `json:"language,omitzero"`
	Active   bool            `json:"active,omitzero"`
	Settings json.RawMessage `json:"settings,omitempty"`
}

// LogValue keeps the secrets out of logs.
func (c Channel) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID), slog.String("provider", c.Provider), slog.Bool("active", c.Active))
}

// Template is a prepared reply (S37). Texts are by language, as codes such as en or pt-BR.
type Template struct {
	ID    string            `json:"id,omitzero"`
	Name  string            `json:"name,omitzero"`
	Texts map[string]string `json:"texts,omitempty"`
}

// Catalogue is one consistent state of everything administered. Treat it as read-only; changes come as a new one.
type Catalogue struct {
	Version   int64 // rises with every change
	Operators map[string]Operator
	Groups    map[string]Group
	Queues    map[string]Queue
	Channels  map[string]Channel
	Templates map[string]Template
	Settings  map[string]string

	members map[string][]string // by queue, resolved
}

// Members gives the operators of a queue, named directly or by group, each once, sorted, without disabled ones.
func (c Catalogue) Members(queue string) []string { return slices.Clone(c.members[queue]) }

// QueuesOf gives the queues an enabled operator is a member of, sorted.
func (c Catalogue) QueuesOf(operator string) []string {
	var queues []string
	for q, members := range c.members {
		if _, ok := slices.BinarySearch(members, operator); ok {
			queues = append(queues, q)
		}
	}
	slices.Sort(queues)
	return queues
}

// Catalogue reads the present state.
func (d *Directory) Catalogue(ctx context.Context) (Catalogue, error) {
	c := Catalogue{
		Operators: make(map[string]Operator), Groups: make(map[string]Group), Queues: make(map[string]Queue),
		Channels: make(map[string]Channel), Templates: make(map[string]Template), Settings: make(map[string]string),
	}
	err := d.inRead(ctx, "read catalogue", func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT value FROM counters WHERE name = 'catalogue_version'`).Scan(&c.Version); err != nil {
			return err
		}
		for _, read := range []func(context.Context, *sql.Tx) error{
			c.readOperators, c.readGroups, c.readQueues, c.readChannels, c.readTemplates, c.readSettings,
		} {
			if err := read(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Catalogue{}, err
	}
	c.members = c.resolve()
	return c, nil
}

// CatalogueVersion is cheap to ask often.
func (d *Directory) CatalogueVersion(ctx context.Context) (version int64, err error) {
	err = d.inRead(ctx, "read catalogue version", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, `SELECT value FROM counters WHERE name = 'catalogue_version'`).Scan(&version)
	})
	return version, err
}

func (c Catalogue) resolve() map[string][]string {
	resolved := make(map[string][]string, len(c.Queues))
	for id, q := range c.Queues {
		all := slices.Clone(q.Operators)
		for _, g := range q.Groups {
			all = append(all, c.Groups[g].Members...)
		}
		all = slices.DeleteFunc(all, func(op string) bool { return c.Operators[op].Disabled })
		slices.Sort(all)
		resolved[id] = slices.Compact(all)
	}
	return resolved
}

func (c Catalogue) readOperators(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		op, _, err := scanOperator(rows)
		c.Operators[op.ID] = op
		return err
	}, `SELECT id, name, roles, language, disabled, password_hash FROM operators`)
}

func (c Catalogue) readGroups(ctx context.Context, tx *sql.Tx) error {
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var g Group
		err := rows.Scan(&g.ID, &g.Name)
		c.Groups[g.ID] = g
		return err
	}, `SELECT id, name FROM operator_groups`)
	if err != nil {
		return err
	}
	return eachPair(ctx, tx, `SELECT group_id, operator_id FROM group_members ORDER BY 1, 2`, func(group, operator string) {
		g := c.Groups[group]
		g.Members = append(g.Members, operator)
		c.Groups[group] = g
	})
}

func (c Catalogue) readQueues(ctx context.Context, tx *sql.Tx) error {
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var q Queue
		var completion, accept, chats sql.NullInt64
		err := rows.Scan(&q.ID, &q.Name, &q.Rule, &completion, &accept, &chats)
		q.CompletionTimeout, q.AcceptTimeout = duration(completion), duration(accept)
		if chats.Valid {
			q.SimultaneousChats = new(int(chats.Int64))
		}
		c.Queues[q.ID] = q
		return err
	}, `SELECT id, name, rule, completion_timeout_ms, accept_timeout_ms, simultaneous_chats FROM queues`)
	if err != nil {
		return err
	}
	err = eachPair(ctx, tx, `SELECT queue_id, operator_id FROM queue_operators ORDER BY 1, 2`, func(queue, operator string) {
		q := c.Queues[queue]
		q.Operators = append(q.Operators, operator)
		c.Queues[queue] = q
	})
	if err != nil {
		return err
	}
	return eachPair(ctx, tx, `SELECT queue_id, group_id FROM queue_groups ORDER BY 1, 2`, func(queue, group string) {
		q := c.Queues[queue]
		q.Groups = append(q.Groups, group)
		c.Queues[queue] = q
	})
}

func (c Catalogue) readChannels(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		var ch Channel
		var settings string
		err := rows.Scan(&ch.ID, &ch.Name, &ch.Provider, &ch.Queue, &ch.Language, &ch.Active, &settings)
		ch.Settings = json.RawMessage(settings)
		c.Channels[ch.ID] = ch
		return err
	}, `SELECT id, name, provider, queue_id, language, active, settings FROM channels`)
}

func (c Catalogue) readTemplates(ctx context.Context, tx *sql.Tx) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		var t Template
		var texts string
		if err := rows.Scan(&t.ID, &t.Name, &texts); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(texts), &t.Texts); err != nil {
			return fmt.Errorf("texts of template %q: %w", t.ID, err)
		}
		c.Templates[t.ID] = t
		return nil
	}, `SELECT id, name, texts FROM templates`)
}

func (c Catalogue) readSettings(ctx context.Context, tx *sql.Tx) error {
	return eachPair(ctx, tx, `SELECT key, value FROM settings`, func(key, value string) { c.Settings[key] = value })
}

// operatorWithHash gives one operator and the password hash. ErrNotFound.
func (d *Directory) operatorWithHash(ctx context.Context, id string) (op Operator, hash string, err error) {
	err = d.inRead(ctx, "read operator", func(tx *sql.Tx) error {
		op, hash, err = scanOperator(tx.QueryRowContext(ctx,
			`SELECT id, name, roles, language, disabled, password_hash FROM operators WHERE id = ?`, id))
		return err
	})
	return op, hash, err
}

func scanOperator(row interface{ Scan(...any) error }) (op Operator, hash string, err error) {
	var roles string
	if err := row.Scan(&op.ID, &op.Name, &roles, &op.Language, &op.Disabled, &hash); err != nil {
		return Operator{}, "", err
	}
	return op, hash, json.Unmarshal([]byte(roles), &op.Roles)
}

func eachPair(ctx context.Context, tx *sql.Tx, query string, f func(a, b string)) error {
	return each(ctx, tx, func(rows *sql.Rows) error {
		var a, b string
		err := rows.Scan(&a, &b)
		f(a, b)
		return err
	}, query)
}

func duration(ms sql.NullInt64) *time.Duration {
	if !ms.Valid {
		return nil
	}
	return new(time.Duration(ms.Int64) * time.Millisecond)
}
