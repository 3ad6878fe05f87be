package directory

import (
	"context"
	"database/sql"
	"strings"
	"unicode/utf8"
)

// queryer is a pool or a transaction.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// texts reads one column of text.
func texts(ctx context.Context, q queryer, query string, args ...any) ([]string, error) {
	var list []string
	err := each(ctx, q, func(rows *sql.Rows) error {
		var s string
		err := rows.Scan(&s)
		list = append(list, s)
		return err
	}, query, args...)
	return list, err
}

// each calls f for every row of a query.
func each(ctx context.Context, q queryer, f func(rows *sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// expectRow turns an update that met no row into ErrNotFound.
func expectRow(res sql.Result, err error) error {
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n > 0 {
		return err
	}
	return ErrNotFound
}

// fold is the form that searches compare: SQLite's LIKE knows case only for ASCII, so it is done here, for stored and asked alike.
func fold(s string) string { return strings.ToLower(s) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// clip cuts s to at most n bytes at a character boundary.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
