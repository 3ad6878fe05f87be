package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"

	"github.com/gabriel-vasile/mimetype"
)

// sniffBytes is how much of the beginning is looked at to find the type.
const sniffBytes = 3072

// write puts the content and its trailer under a temporary name and commits it with a rename.
func (s *Store) write(ctx context.Context, id string, r io.Reader, meta Meta, maxBytes int64) (_ File, err error) {
	temp := tempFolder + "/" + NewID()
	f, err := s.root.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return File{}, fmt.Errorf("create temporary file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, ignoreMissing(s.root.Remove(temp)))
		}
	}()
	file, err := fill(ctx, f, id, r, meta, maxBytes)
	if err = errors.Join(err, f.Close()); err != nil {
		return File{}, err
	}
	if err = s.commit(temp, id); err != nil {
		return File{}, fmt.Errorf("commit file %s: %w", id, err)
	}
	return file, nil
}

// fill copies the content, appends the trailer and syncs.
func fill(ctx context.Context, f *os.File, id string, r io.Reader, meta Meta, maxBytes int64) (File, error) {
	hash, head := sha256.New(), &prefix{limit: sniffBytes}
	limited := io.LimitReader(&ctxReader{ctx: ctx, r: r}, maxBytes+1)
	size, err := io.Copy(io.MultiWriter(f, hash, head), limited)
	if err != nil {
		return File{}, fmt.Errorf("write file content: %w", err)
	}
	if size > maxBytes {
		return File{}, ErrTooBig
	}
	sniffed := mimetype.Detect(head.bytes).String()
	file := File{
		ID: id, Name: SanitizeName(meta.Name), Mime: declaredType(meta.Mime, sniffed), Sniffed: sniffed,
		Size: size, SHA256: hex.EncodeToString(hash.Sum(nil)), By: meta.By,
	}
	if meta.Of != "" {
		file.Of = []string{meta.Of}
	}
	if err := writeTrailer(f, file); err != nil {
		return File{}, err
	}
	if err := f.Sync(); err != nil {
		return File{}, fmt.Errorf("sync file: %w", err)
	}
	return file, nil
}

// commit renames the temporary file into its place and syncs the folders the names live in.
func (s *Store) commit(temp, id string) error {
	folder := folderOf(id)
	err := s.root.Mkdir(folder, 0o700)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err == nil { // a new folder is itself a name that a power cut may lose
		if err := s.syncFolder("."); err != nil {
			return err
		}
	}
	if err := s.root.Rename(temp, pathOf(id)); err != nil {
		return err
	}
	return s.syncFolder(folder)
}

func (s *Store) syncFolder(name string) error {
	d, err := s.root.Open(name)
	if err != nil {
		return fmt.Errorf("open folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// declaredType keeps a well-formed declared type in its canonical form, else falls back to what was found.
func declaredType(declared, sniffed string) string {
	t, params, err := mime.ParseMediaType(declared)
	if err != nil || len(declared) > 255 {
		return sniffed
	}
	if full := mime.FormatMediaType(t, params); full != "" {
		return full
	}
	return sniffed
}

// prefix keeps the first bytes written to it.
type prefix struct {
	bytes []byte
	limit int
}

// Write never fails.
func (p *prefix) Write(b []byte) (int, error) {
	p.bytes = append(p.bytes, b[:min(len(b), p.limit-len(p.bytes))]...)
	return len(b), nil
}

// ctxReader ends a copy when its context ends; a reader blocked in Read is the caller's to unblock.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

// Read returns the context's error once it has ended.
func (c *ctxReader) Read(b []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(b)
}
