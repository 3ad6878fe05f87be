package files

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// Errors of the store; everything else is a fault of the disk, to be retried or reported.
var (
	ErrNotFound = errors.New("files: no such file")
	ErrBadID    = errors.New("files: malformed file id")
	ErrTooBig   = errors.New("files: content exceeds the limit")
	ErrDamaged  = errors.New("files: stored file is damaged")
)

// tempFolder holds what is being written; it lies on the same disk as the files so that a rename is atomic.
const tempFolder = "tmp"

// Meta is what the sender says about a file; none of it is trusted.
type Meta struct {
	Name string // as the customer or operator called it; sanitised before it is kept
	Mime string // declared media type; may be empty or wrong
	By   string // the operator who uploaded it; empty for a customer's
	Of   string // the chat it came in; empty for an upload and for a photo
}

// File describes a stored file.
type File struct {
	ID      string `json:"id"`
	Name    string `json:"name"`    // safe to show and to offer as a download name
	Mime    string `json:"mime"`    // declared type if it is well formed, else the sniffed one
	Sniffed string `json:"sniffed"` // type found in the content; decide by this one whether a browser may render it
	Size    int64  `json:"size"`    // bytes
	SHA256  string `json:"sha256"`  // lower-case hex
	// By is the operator who uploaded it, Of the chats it stands in: from them
	// follows who may read it. A contact's photo has neither.
	By string   `json:"by,omitempty"`
	Of []string `json:"of,omitempty"`
}

// Store is a folder of files. It is safe for concurrent use and starts no goroutine.
type Store struct {
	root  *os.Root
	chats sync.Mutex // held while a file's list of chats is changed
}

// New opens the folder dir, creating it if it is missing, readable by this user only.
func New(dir string) (*Store, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("create file folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open file folder: %w", err)
	}
	if err := root.MkdirAll(tempFolder, 0o700); err != nil {
		return nil, errors.Join(fmt.Errorf("create temporary folder: %w", err), root.Close())
	}
	return &Store{root: root}, nil
}

// Close releases the folder; open files stay readable until they are closed.
func (s *Store) Close() error { return s.root.Close() }

// NewID gives a fresh file id: a ULID whose 80 random bits come from the system's source.
func NewID() string { return ulid.MustNew(ulid.Now(), rand.Reader).String() }

// Put stores r under a new random id. Content beyond maxBytes gives ErrTooBig and leaves nothing behind.
func (s *Store) Put(ctx context.Context, r io.Reader, meta Meta, maxBytes int64) (File, error) {
	return s.write(ctx, NewID(), r, meta, maxBytes)
}

// PutNamed stores r under an id the caller derived, so that a fetch repeated after a crash changes nothing: if the id is already
// stored, that file is returned and r is not read. ErrBadID refuses an id of the wrong form.
func (s *Store) PutNamed(ctx context.Context, id string, r io.Reader, meta Meta, maxBytes int64) (File, error) {
	known, err := s.Stat(ctx, id)
	if err == nil || !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrDamaged) {
		return known, err
	}
	return s.write(ctx, id, r, meta, maxBytes)
}

// Open gives the content and the description of a file; the caller closes it. ErrNotFound, ErrBadID or ErrDamaged.
func (s *Store) Open(ctx context.Context, id string) (io.ReadSeekCloser, File, error) {
	if !validID(id) {
		return nil, File{}, ErrBadID
	}
	if err := ctx.Err(); err != nil {
		return nil, File{}, err
	}
	f, err := s.root.Open(pathOf(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, File{}, ErrNotFound
	}
	if err != nil {
		return nil, File{}, fmt.Errorf("open file %s: %w", id, err)
	}
	file, err := readTrailer(f)
	if err == nil && file.ID != id {
		err = ErrDamaged
	}
	if err != nil {
		return nil, File{}, errors.Join(fmt.Errorf("read file %s: %w", id, err), f.Close())
	}
	if file.Of, err = s.chatsOf(file); err != nil {
		return nil, File{}, errors.Join(err, f.Close())
	}
	return content{SectionReader: io.NewSectionReader(f, 0, file.Size), Closer: f}, file, nil
}

// Stat describes a file without giving its content. ErrNotFound, ErrBadID or ErrDamaged.
func (s *Store) Stat(ctx context.Context, id string) (File, error) {
	c, file, err := s.Open(ctx, id)
	if err != nil {
		return File{}, err
	}
	return file, c.Close()
}

// Delete removes a file for good; deleting a missing one is no error.
func (s *Store) Delete(ctx context.Context, id string) error {
	if !validID(id) {
		return ErrBadID
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := s.root.Remove(pathOf(id))
	err = errors.Join(ignoreMissing(err), ignoreMissing(s.root.Remove(listOf(id))))
	if err != nil {
		return fmt.Errorf("delete file %s: %w", id, err)
	}
	return ignoreMissing(s.syncFolder(folderOf(id)))
}

// Sweep removes temporary files last written before the given time, left by a crash, and returns how many.
func (s *Store) Sweep(ctx context.Context, before time.Time) (int, error) {
	entries, err := fs.ReadDir(s.root.FS(), tempFolder)
	if err != nil {
		return 0, fmt.Errorf("list temporary files: %w", err)
	}
	removed := 0
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return removed, err
		}
		info, err := e.Info()
		if err != nil || !info.ModTime().Before(before) {
			continue // gone meanwhile, or still being written
		}
		if err := s.root.Remove(tempFolder + "/" + e.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, fmt.Errorf("remove temporary file: %w", err)
		}
		removed++
	}
	return removed, nil
}

// content is the readable part of a stored file, without its trailer.
type content struct {
	*io.SectionReader
	io.Closer
}

// validID accepts letters, digits, '-' and '_', 10 to 80 of them: enough for a ULID or a hash, and never a path.
func validID(id string) bool {
	if len(id) < 10 || len(id) > 80 {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}

// folderOf spreads files over 256 folders by a hash, because the start of a ULID is the time and would fill one at a time.
func folderOf(id string) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:1])
}

func pathOf(id string) string { return folderOf(id) + "/" + id }
