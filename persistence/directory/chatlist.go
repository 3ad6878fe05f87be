package directory

import (
	"context"
	"database/sql"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Filter of ListChats; an empty field does not restrict, several values of one field are alternatives.
type Filter struct {
	State, Channel, Queue, Operator, Contact []string
	From, To                                 time.Time // of creation, From included, To not
	Query                                    string    // in contact name or preview, any case
	Sort                                     string    // created_at, accepted_at, completed_at, with "-" downwards; default -created_at
	Cursor                                   string    // from the page before
	Limit                                    int       // 1 to 200; default 50
}

const (
	defaultPage = 50
	maxPage     = 200
	maxChoices  = 50
	maxQuery    = 200 // bytes
)

// ListChats gives one page and the cursor of the next, "" at the end. A row that changes its place between two pages may be missed or
// seen twice; rows that stay are neither. ErrInvalid names what is wrong with the filter, ErrBadCursor refuses a foreign cursor.
func (d *Directory) ListChats(ctx context.Context, f Filter) (rows []ChatRow, next string, err error) {
	q, err := f.query()
	if err != nil {
		return nil, "", fmt.Errorf("list chats: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, queryTimeout)
	defer cancel()
	err = d.inRead(ctx, "list chats", func(tx *sql.Tx) error {
		return each(ctx, tx, func(r *sql.Rows) error {
			row, err := scanChat(r)
			rows = append(rows, row)
			return err
		}, q.sql.String(), q.args...)
	})
	if err != nil {
		return nil, "", err
	}
	if len(rows) > q.limit { // one more was asked for, to know whether there is a next page
		rows = rows[:q.limit]
		next = q.order.cursorAt(rows[q.limit-1])
	}
	return rows, next, nil
}

// query is a statement under construction; values only ever enter through args.
type query struct {
	sql   strings.Builder
	args  []any
	limit int
	order order
}

func (f Filter) query() (*query, error) {
	o, ok := parseOrder(or(f.Sort, "-created_at"))
	if !ok {
		return nil, fmt.Errorf("sort %q: %w", clip(f.Sort, 40), ErrInvalid)
	}
	q := &query{limit: f.Limit, order: o}
	if q.limit == 0 {
		q.limit = defaultPage
	}
	if q.limit < 1 || q.limit > maxPage {
		return nil, fmt.Errorf("limit %d: want 1 to %d: %w", f.Limit, maxPage, ErrInvalid)
	}
	q.sql.WriteString(selectChat + ` WHERE 1`)
	for column, choices := range f.choices() {
		if len(choices) > maxChoices {
			return nil, fmt.Errorf("more than %d values for one field: %w", maxChoices, ErrInvalid)
		}
		q.among(column, choices)
	}
	q.between(f.From, f.To)
	if len(f.Query) > maxQuery {
		return nil, fmt.Errorf("q is longer than %d bytes: %w", maxQuery, ErrInvalid)
	}
	q.containing(f.Query)
	return q, q.page(f.Cursor)
}

// choices yields column and values, in a fixed order so that equal filters give equal statements.
func (f Filter) choices() func(yield func(string, []string) bool) {
	columns := []string{"c.state", "c.channel_id", "c.queue_id", "c.operator_id", "c.contact_id"}
	values := [][]string{f.State, f.Channel, f.Queue, f.Operator, f.Contact}
	return func(yield func(string, []string) bool) {
		for i, column := range columns {
			if len(values[i]) > 0 && !yield(column, values[i]) {
				return
			}
		}
	}
}

func (q *query) add(clause string, args ...any) {
	q.sql.WriteString(clause)
	q.args = append(q.args, args...)
}

func (q *query) among(column string, choices []string) {
	q.add(" AND " + column + " IN (?" + strings.Repeat(", ?", len(choices)-1) + ")")
	for _, c := range choices {
		q.args = append(q.args, c)
	}
}

func (q *query) between(from, to time.Time) {
	if !from.IsZero() {
		q.add(" AND c.created_at >= ?", millis(from))
	}
	if !to.IsZero() {
		q.add(" AND c.created_at < ?", millis(to))
	}
}

// containing searches what a list shows: the name the row was written with, the present one and the preview.
func (q *query) containing(text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	pattern := "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(fold(text)) + "%"
	q.add(` AND (c.folded LIKE ? ESCAPE '\' OR p.folded_name LIKE ? ESCAPE '\')`, pattern, pattern)
}

func (q *query) page(cursor string) error {
	if cursor != "" {
		at, id, err := q.order.parseCursor(cursor)
		if err != nil {
			return err
		}
		q.add(" AND (c."+q.order.column+", c.id) "+q.order.after+" (?, ?)", at, id)
	}
	q.add(" ORDER BY c."+q.order.column+q.order.direction+", c.id"+q.order.direction+" LIMIT ?", q.limit+1)
	return nil
}

// order is one allowed way to sort; column, direction and comparison are constants, never what a client sent.
type order struct {
	name, column, direction, after string
	at                             func(ChatRow) time.Time
}

func parseOrder(sort string) (order, bool) {
	o := order{name: sort, direction: " ASC", after: ">"}
	if strings.HasPrefix(sort, "-") {
		o.direction, o.after = " DESC", "<"
	}
	switch strings.TrimPrefix(sort, "-") {
	case "created_at":
		o.column, o.at = "created_at", func(r ChatRow) time.Time { return r.CreatedAt }
	case "accepted_at":
		o.column, o.at = "accepted_at", func(r ChatRow) time.Time { return r.AcceptedAt }
	case "completed_at":
		o.column, o.at = "completed_at", func(r ChatRow) time.Time { return r.CompletedAt }
	default:
		return order{}, false
	}
	return o, true
}

// cursorAt names the place after a row: sort, its value and the row's id.
func (o order) cursorAt(r ChatRow) string {
	return base64.RawURLEncoding.EncodeToString([]byte(o.name + "|" + strconv.FormatInt(millis(o.at(r)), 10) + "|" + r.ID))
}

func (o order) parseCursor(cursor string) (at int64, id string, err error) {
	b, errCode := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.SplitN(string(b), "|", 3)
	if errCode != nil || len(parts) != 3 || parts[0] != o.name {
		return 0, "", ErrBadCursor
	}
	at, errNumber := strconv.ParseInt(parts[1], 10, 64)
	if errNumber != nil {
		return 0, "", ErrBadCursor
	}
	return at, parts[2], nil
}
