package directory

import (
	"context"
	"database/sql"
)

// Pragma asks a writing and a reading connection.
func Pragma(ctx context.Context, d *Directory, name string) (write, read string) {
	ask := func(db *sql.DB) (v string) {
		if err := db.QueryRowContext(ctx, "PRAGMA "+name).Scan(&v); err != nil {
			return err.Error()
		}
		return v
	}
	return ask(d.write), ask(d.read)
}

// TakeHashSlot occupies one place of the hasher until release is called.
func TakeHashSlot(d *Directory) (release func()) {
	d.hasher.slots <- struct{}{}
	return func() { <-d.hasher.slots }
}

// DecodeHash lets the fuzz test reach the parser.
func DecodeHash(s string) {
	p, err := decodeHash(s)
	if err == nil && (p.passes == 0 || p.lanes == 0 || p.memory > maxArgonMemoryKiB) {
		panic("argon2 would not survive this")
	}
}
