package directory

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors callers compare with; everything else is a fault of the database or the end of the context.
var (
	ErrNotFound      = errors.New("directory: not found")
	ErrInvalid       = errors.New("directory: invalid value")     // the text says which
	ErrInUse         = errors.New("directory: still in use")      // deactivate instead of deleting
	ErrUnknownMember = errors.New("directory: unknown reference") // a queue, group or operator that does not exist
	ErrNewerFormat   = errors.New("directory: written by a newer version of the program")
	ErrNoSession     = errors.New("directory: no such session") // unknown, expired, or its operator is disabled
	ErrCredentials   = errors.New("directory: wrong login or password")
	ErrPassword      = errors.New("directory: password must have 12 to 128 characters")
	ErrBadCursor     = errors.New("directory: cursor does not belong to this list")
)

// queryTimeout ends a search that costs too much (R16).
const queryTimeout = 5 * time.Second

// Config of a Directory; only Path is required.
type Config struct {
	Path            string // the SQLite file; its folder is created if missing
	Readers         int    // read connections; default 4
	PasswordHashers int    // password hashes computed at once, 19 MiB each; default half the processors
	QuarantineItems int64  // kept at most; default 10,000
	QuarantineBytes int64  // kept at most; default 64 MiB
}

func (c Config) withDefaults() Config {
	if c.Readers <= 0 {
		c.Readers = 4
	}
	if c.PasswordHashers <= 0 {
		c.PasswordHashers = max(1, runtime.GOMAXPROCS(0)/2)
	}
	if c.QuarantineItems <= 0 {
		c.QuarantineItems = 10_000
	}
	if c.QuarantineBytes <= 0 {
		c.QuarantineBytes = 64 << 20
	}
	return c
}

// Directory is an open directory file. One process at a time should write to it; others wait up to five seconds for the lock.
type Directory struct {
	cfg    Config
	write  *sql.DB // exactly one connection, transactions begin with the write lock
	read   *sql.DB
	hasher hasher
}

// Open opens or creates the file and brings its format up to date. ErrNewerFormat refuses a file of a later program untouched.
func Open(ctx context.Context, cfg Config) (*Directory, error) {
	cfg = cfg.withDefaults()
	path, err := createFile(cfg.Path)
	if err != nil {
		return nil, fmt.Errorf("open directory: %w", err)
	}
	d := &Directory{cfg: cfg, hasher: newHasher(cfg.PasswordHashers)}
	if d.write, err = pool(path, "_txlock=immediate&_pragma=journal_size_limit(67108864)", 1); err != nil {
		return nil, fmt.Errorf("open directory: %w", err)
	}
	if d.read, err = pool(path, "_pragma=query_only(1)", cfg.Readers); err != nil {
		return nil, errors.Join(fmt.Errorf("open directory: %w", err), d.write.Close())
	}
	if err := migrate(ctx, d.write); err != nil {
		return nil, errors.Join(fmt.Errorf("open directory: %w", err), d.Close())
	}
	return d, nil
}

// Close ends both pools, the readers first, so that the last connection folds the write-ahead log into the file.
func (d *Directory) Close() error { return errors.Join(d.read.Close(), d.write.Close()) }

// Ping proves that the file can be read, for readiness.
func (d *Directory) Ping(ctx context.Context) error {
	var n int
	if err := d.read.QueryRowContext(ctx, "SELECT count(*) FROM counters").Scan(&n); err != nil {
		return fmt.Errorf("ping directory: %w", err)
	}
	return nil
}

// createFile makes folder and file readable by this user only: they hold secrets and personal data.
func createFile(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(abs), 0o700); err != nil {
		return "", err
	}
	f, err := os.OpenFile(abs, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return "", err
	}
	return abs, f.Close()
}

func pool(path, extra string, size int) (*sql.DB, error) {
	name := "file:" + (&url.URL{Path: path}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&" + extra
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// inWrite runs f in one durable write transaction; what names it in errors.
func (d *Directory) inWrite(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	return inTx(ctx, d.write, what, nil, f)
}

// inRead runs f on one consistent state of the file.
func (d *Directory) inRead(ctx context.Context, what string, f func(tx *sql.Tx) error) error {
	return inTx(ctx, d.read, what, &sql.TxOptions{ReadOnly: true}, f)
}

func inTx(ctx context.Context, db *sql.DB, what string, opts *sql.TxOptions, f func(tx *sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, opts)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // the first error is the one that matters
		return fmt.Errorf("%s: %w", what, clarify(err))
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// clarify names the two outcomes of SQL that callers act upon.
func clarify(err error) error {
	var e *sqlite.Error
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return ErrUnknownMember
	}
	return err
}

// millis is how times are stored; the zero time is 0.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
