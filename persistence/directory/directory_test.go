package directory_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/persistence/directory"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is when every test happens.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, cfg directory.Config) *directory.Directory {
	t.Helper()
	if cfg.Path == "" {
		cfg.Path = filepath.Join(t.TempDir(), "directory.db")
	}
	d, err := directory.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func must[T any](t testing.TB) func(v T, err error) T {
	t.Helper()
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOpenCreatesAPrivateFileAndOpensItAgain(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "sub folder", "100% ?#.db")
	for range 2 {
		d, err := directory.Open(t.Context(), directory.Config{Path: path})
		ok(t, err)
		ok(t, d.Ping(t.Context()))
		ok(t, d.PutSetting(t.Context(), "k", "v"))
		ok(t, d.Close())
	}
	info, err := os.Stat(path)
	ok(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v", info.Mode())
	}
}

func TestANewerFormatIsRefusedUntouched(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "directory.db")
	d, err := directory.Open(t.Context(), directory.Config{Path: path})
	ok(t, err)
	ok(t, d.Close())
	raw := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path))
	_, err = raw.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`)
	ok(t, errors.Join(err, raw.Close()))
	before := must[[]byte](t)(os.ReadFile(path))

	if _, err := directory.Open(t.Context(), directory.Config{Path: path}); !errors.Is(err, directory.ErrNewerFormat) {
		t.Fatalf("got %v", err)
	}
	if after := must[[]byte](t)(os.ReadFile(path)); string(after) != string(before) {
		t.Fatal("the refused file was changed")
	}
}

func TestDurabilitySettingsAreInForceOnEveryConnection(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	for pragma, want := range map[string][2]string{
		"journal_mode": {"wal", "wal"}, "synchronous": {"2", "2"}, "foreign_keys": {"1", "1"}, "busy_timeout": {"5000", "5000"}, "query_only": {"0", "1"},
	} {
		write, read := directory.Pragma(t.Context(), d, pragma)
		if write != want[0] || read != want[1] {
			t.Errorf("%s: writer %q, reader %q, want %q", pragma, write, read, want)
		}
	}
}

func TestNotAnSQLiteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "directory.db")
	ok(t, os.WriteFile(path, []byte("this is a letter to grandmother, not a database, and it is long enough to be read as a header"), 0o600))
	if d, err := directory.Open(t.Context(), directory.Config{Path: path}); err == nil {
		t.Fatal("opened", d.Close())
	}
}

func TestWritesCutOffByTheirContextLeaveTheWriterUsable(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	cut := 0
	for i := range 60 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%20)*50*time.Microsecond)
		_, _, err := d.Identify(ctx, whatsapp(fmt.Sprint("c", i), "n1", bsuid(fmt.Sprint("US.", i)), phone(fmt.Sprint(79000000000+i))))
		cancel()
		if err != nil {
			cut++
		}
		// Whatever became of it, the same claim again gives one contact with both identities.
		c, _, err := d.Identify(t.Context(), whatsapp(fmt.Sprint("c", i), "n1", bsuid(fmt.Sprint("US.", i)), phone(fmt.Sprint(79000000000+i))))
		if err != nil || c.ID != fmt.Sprint("c", i) || len(c.Identities) != 2 {
			t.Fatalf("after %d cut writes: %+v, %v", cut, c, err)
		}
	}
	if cut == 0 {
		t.Fatal("no write was cut off; the test proves nothing")
	}
}
