package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"parley/actors"
	"parley/gateway"
	"parley/gateway/outside"
	"parley/persistence/files"
)

// served is the file store as the gateway serves it.
type served struct {
	folder   *files.Store
	writable func() error // why nothing should be written now, nil = it may
}

// Put stores an upload.
func (s served) Put(ctx context.Context, by string, r io.Reader, name, mime string, maxBytes int64) (gateway.File, error) {
	if err := s.writable(); err != nil {
		return gateway.File{}, fmt.Errorf("%w: %w", actors.ErrUnavailable, err)
	}
	f, err := s.folder.Put(ctx, r, files.Meta{Name: name, Mime: mime, By: by}, maxBytes)
	return servedFile(f), servedError(err)
}

// Attach notes that a file stands in a chat.
func (s served) Attach(ctx context.Context, id, chat string) error {
	return servedError(s.folder.Attach(ctx, id, chat))
}

// Open gives a file's content.
func (s served) Open(ctx context.Context, id string) (io.ReadSeekCloser, gateway.File, error) {
	r, f, err := s.folder.Open(ctx, id)
	return r, servedFile(f), servedError(err)
}

// Stat describes a file.
func (s served) Stat(ctx context.Context, id string) (gateway.File, error) {
	f, err := s.folder.Stat(ctx, id)
	return servedFile(f), servedError(err)
}

func servedFile(f files.File) gateway.File {
	return gateway.File{ID: f.ID, Name: f.Name, Mime: f.Mime, Sniffed: f.Sniffed, Size: f.Size, By: f.By, Of: f.Of}
}

func servedError(err error) error {
	switch {
	case errors.Is(err, files.ErrNotFound), errors.Is(err, files.ErrBadID):
		return gateway.ErrNoFile
	case errors.Is(err, files.ErrTooBig):
		return gateway.ErrFileTooBig
	}
	return err
}

// fetched is the file store as the work on the outside fills it.
type fetched struct {
	folder   *files.Store
	writable func() error
}

// Stat describes a file.
func (s fetched) Stat(ctx context.Context, id string) (outside.File, error) {
	f, err := s.folder.Stat(ctx, id)
	return fetchedFile(f), fetchedError(err)
}

// Open gives a file's content.
func (s fetched) Open(ctx context.Context, id string) (io.ReadCloser, error) {
	r, _, err := s.folder.Open(ctx, id)
	return r, fetchedError(err)
}

// Put stores content under an id.
func (s fetched) Put(ctx context.Context, id, of string, r io.Reader, name, mime string, maxBytes int64) (outside.File, error) {
	if err := s.writable(); err != nil {
		return outside.File{}, err
	}
	f, err := s.folder.PutNamed(ctx, id, r, files.Meta{Name: name, Mime: mime, Of: of}, maxBytes)
	return fetchedFile(f), fetchedError(err)
}

func fetchedFile(f files.File) outside.File {
	return outside.File{ID: f.ID, Name: f.Name, Mime: f.Mime, Size: f.Size}
}

func fetchedError(err error) error {
	switch {
	case errors.Is(err, files.ErrNotFound), errors.Is(err, files.ErrBadID):
		return outside.ErrNoFile
	case errors.Is(err, files.ErrTooBig):
		return outside.ErrTooBig
	}
	return err
}
