package files_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"parley/persistence/files"
)

type bundle struct {
	store *files.Store
	dir   string
}

func setup(t *testing.T) bundle {
	t.Helper()
	dir := t.TempDir()
	s, err := files.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return bundle{store: s, dir: dir}
}

// onDisk lists every file below the folder.
func (b bundle) onDisk(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(b.dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestPutThenOpenGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	png := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), bytes.Repeat([]byte{7}, 100_000)...)

	put, err := b.store.Put(t.Context(), bytes.NewReader(png), files.Meta{Name: "a.png", Mime: "Image/PNG"}, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	r, got, err := b.store.Open(t.Context(), put.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil || !bytes.Equal(body, png) {
		t.Fatalf("content differs: %d bytes, %v", len(body), err)
	}
	sum := sha256.Sum256(png)
	want := files.File{ID: put.ID, Name: "a.png", Mime: "image/png", Sniffed: "image/png", Size: int64(len(png)), SHA256: hex.EncodeToString(sum[:])}
	if !reflect.DeepEqual(got, want) || !reflect.DeepEqual(put, want) {
		t.Fatalf("got %+v\nput %+v\nwant %+v", got, put, want)
	}
	if _, err := r.Seek(-1, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if rest, _ := io.ReadAll(r); !bytes.Equal(rest, []byte{7}) {
		t.Fatalf("a range read reaches into the trailer: %q", rest)
	}
}

func TestDeclaredTypeIsKeptBesideTheSniffedOne(t *testing.T) {
	t.Parallel()
	b := setup(t)
	svg := `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`
	for declared, want := range map[string]string{"image/png": "image/png", "": "image/svg+xml", "no/such thing;;": "image/svg+xml"} {
		got, err := b.store.Put(t.Context(), strings.NewReader(svg), files.Meta{Mime: declared}, 1<<10)
		if err != nil {
			t.Fatal(err)
		}
		if got.Mime != want || got.Sniffed != "image/svg+xml" || got.Name != "" {
			t.Fatalf("declared %q gave %+v", declared, got)
		}
	}
}

func TestTooBigOrBrokenContentLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	broken := errors.New("connection reset")
	cases := map[string]struct {
		r    io.Reader
		want error
	}{
		"one byte over the limit": {strings.NewReader(strings.Repeat("x", 11)), files.ErrTooBig},
		"endless stream":          {endless{}, files.ErrTooBig},
		"source breaks off":       {io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken)), broken},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			if _, err := b.store.Put(t.Context(), c.r, files.Meta{}, 10); !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if left := b.onDisk(t); len(left) != 0 {
				t.Fatalf("left behind: %v", left)
			}
		})
	}
	t.Run("exactly the limit is fine", func(t *testing.T) {
		b := setup(t)
		if f, err := b.store.Put(t.Context(), strings.NewReader("0123456789"), files.Meta{}, 10); err != nil || f.Size != 10 {
			t.Fatal(f, err)
		}
	})
	t.Run("ended context", func(t *testing.T) {
		b := setup(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.store.Put(ctx, strings.NewReader("abc"), files.Meta{}, 10); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if left := b.onDisk(t); len(left) != 0 {
			t.Fatalf("left behind: %v", left)
		}
	})
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestNamedPutIsIdempotent(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const id = "fetch-0123456789abcdef"
	first, err := b.store.PutNamed(t.Context(), id, strings.NewReader("hello"), files.Meta{Name: "a.txt"}, 10)
	if err != nil || first.ID != id {
		t.Fatal(first, err)
	}
	again, err := b.store.PutNamed(t.Context(), id, iotest.ErrReader(errors.New("must not be read")), files.Meta{Name: "b.txt"}, 10)
	if err != nil || !reflect.DeepEqual(again, first) {
		t.Fatalf("repeated fetch gave %+v, %v", again, err)
	}

	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := b.store.PutNamed(t.Context(), "same-id-at-once", strings.NewReader("hello"), files.Meta{}, 10); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := len(b.onDisk(t)); n != 2 {
		t.Fatalf("%d files on disk, want 2", n)
	}
}

func TestMalformedIDsNeverReachTheDisk(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, id := range []string{"", "short", "../../../../etc/passwd", "..............", "aaaaaaaaaa/b", `aaaaaaaaaa\b`, "aaaaaaaaaa\x00", strings.Repeat("a", 81), "файлфайлфайл"} {
		if _, _, err := b.store.Open(t.Context(), id); !errors.Is(err, files.ErrBadID) {
			t.Errorf("Open(%q): %v", id, err)
		}
		if _, err := b.store.PutNamed(t.Context(), id, strings.NewReader("x"), files.Meta{}, 10); !errors.Is(err, files.ErrBadID) {
			t.Errorf("PutNamed(%q): %v", id, err)
		}
		if err := b.store.Delete(t.Context(), id); !errors.Is(err, files.ErrBadID) {
			t.Errorf("Delete(%q): %v", id, err)
		}
	}
	if _, err := b.store.Stat(t.Context(), files.NewID()); !errors.Is(err, files.ErrNotFound) {
		t.Errorf("unknown id: %v", err)
	}
}

func TestDamageIsDetectedAndRepairedByFetchingAgain(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const id = "fetch-0123456789abcdef"
	if _, err := b.store.PutNamed(t.Context(), id, strings.NewReader("hello, world"), files.Meta{}, 100); err != nil {
		t.Fatal(err)
	}
	path := b.onDisk(t)[0]
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for cut := range len(whole) {
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := b.store.Stat(t.Context(), id); !errors.Is(err, files.ErrDamaged) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
	if f, err := b.store.PutNamed(t.Context(), id, strings.NewReader("hello, world"), files.Meta{}, 100); err != nil || f.Size != 12 {
		t.Fatal(f, err)
	}
}

func TestDeleteAndSweep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	f, err := b.store.Put(t.Context(), strings.NewReader("x"), files.Meta{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.store.Delete(t.Context(), f.ID); err != nil {
			t.Fatal(err)
		}
	}
	leftover := filepath.Join(b.dir, "tmp", "crashed")
	if err := os.WriteFile(leftover, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := b.store.Sweep(t.Context(), time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Fatalf("a young temporary file was swept: %d, %v", n, err)
	}
	if n, err := b.store.Sweep(t.Context(), time.Now().Add(time.Hour)); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if left := b.onDisk(t); len(left) != 0 {
		t.Fatalf("left: %v", left)
	}
}
