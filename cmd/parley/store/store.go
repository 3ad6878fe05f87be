// Package store is `parley store`: looking into the live store of a stopped
// server, and putting right what is damaged.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"parley/actors/commit"
	"parley/persistence/pebblestore"
)

// ErrDamaged says that something was found that is not whole.
var ErrDamaged = errors.New("the store is damaged")

// Tool works on the store in one data folder and tells what it does on Out.
type Tool struct {
	Data string // the server's data folder
	Out  io.Writer
}

func (t Tool) live() string { return filepath.Join(t.Data, "live") }

func (t Tool) say(format string, args ...any) { fmt.Fprintf(t.Out, format+"\n", args...) }

// stamp tells one change from the next.
func (t Tool) stamp() string { return time.Now().UTC().Format("20060102T150405.000000") }

func (t Tool) open(change bool, use func(*pebblestore.Vault) error) error {
	v, err := pebblestore.OpenVault(t.live(), pebblestore.Options{}, change)
	if err != nil {
		return err
	}
	return errors.Join(use(v), v.Close())
}

// Check reads everything and lists what is damaged; ErrDamaged if anything is.
func (t Tool) Check(ctx context.Context) error {
	return t.open(false, func(v *pebblestore.Vault) error {
		s, err := v.Check(ctx, t.finding)
		if err != nil {
			return err
		}
		for _, table := range slices.Sorted(maps.Keys(s.Values)) {
			t.say("%-8s %d whole values", table, s.Values[table])
		}
		if s.Findings > 0 {
			t.say("%d damaged. `parley store mend` puts right what is certain; see docs/operations.md for the rest.", s.Findings)
			return ErrDamaged
		}
		t.say("Everything is whole: %d bytes.", s.Bytes)
		return nil
	})
}

func (t Tool) finding(f pebblestore.Finding) {
	switch {
	case f.Until != nil:
		t.say("GAP      a damaged file: nothing can be read from %s on, up to the next whole block; `parley store salvage` carries the rest over (%v)", f.Place, f.Err)
	case f.Err == nil:
		t.say("mended   %s: %s", f.Place, f.Mending)
	case f.Mending != "":
		t.say("damaged  %s: %v; mend: %s", f.Place, f.Err, f.Mending)
	default:
		t.say("damaged  %s: %v; it needs a copy (restore) or must be dropped", f.Place, f.Err)
	}
}

// Mend puts right what is certain; ErrDamaged if something is left.
func (t Tool) Mend(ctx context.Context) error {
	return t.open(true, func(v *pebblestore.Vault) error {
		done, left, err := v.Mend(ctx, t.finding)
		if err != nil {
			return err
		}
		t.say("%d mended, %d left.", done, left)
		if left > 0 {
			return ErrDamaged
		}
		return nil
	})
}

// Salvage carries everything readable over into whole files.
func (t Tool) Salvage(ctx context.Context) error {
	kept, carried, lost, err := pebblestore.Salvage(ctx, t.live(), pebblestore.Options{})
	if err != nil {
		return err
	}
	for _, f := range lost {
		t.say("lost     what stood in a damaged block behind %s", f.Place)
	}
	t.say("%d values carried over, %d stretches lost. The damaged files are kept in %s: restore what is missing from a copy.", carried, len(lost), kept)
	return nil
}

// CutLog cuts a damaged log off after keeping it, and says what is gone.
func (t Tool) CutLog(context.Context) error {
	said, err := pebblestore.CutLog(t.live(), pebblestore.Options{})
	if err != nil {
		return err
	}
	if said == "" {
		said = "The newest log is whole; nothing was cut."
	}
	t.say("%s", said)
	return nil
}

// ParseEntity reads kind/id.
func ParseEntity(s string) (commit.Entity, error) {
	kind, id, ok := strings.Cut(s, "/")
	kinds := map[string]commit.Kind{"conversation": commit.Conversation, "operator": commit.Operator, "queue": commit.Queue}
	if k, known := kinds[kind]; ok && known && id != "" {
		return commit.Entity{Kind: k, ID: id}, nil
	}
	return commit.Entity{}, fmt.Errorf("%q names no entity: write conversation/ID, operator/ID or queue/ID", s)
}

// line is one exported value.
type line struct {
	Place string `json:"place"`
	Key   []byte `json:"key"`
	Value []byte `json:"value"` // as stored, with its checksum
	Error string `json:"error,omitempty"`
}

// Export writes everything stored of an entity to a new file, a JSON object per
// line, damaged values included.
func (t Tool) Export(ctx context.Context, e commit.Entity, file string) error {
	return t.open(false, func(v *pebblestore.Vault) error {
		n, err := export(ctx, v, e, file)
		if err == nil {
			t.say("%d values of %s are in %s.", n, e, file)
		}
		return err
	})
}

func export(ctx context.Context, v *pebblestore.Vault, e commit.Entity, file string) (n int, err error) {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return 0, err
	}
	out := json.NewEncoder(f)
	err = v.Entity(ctx, e, func(r pebblestore.Raw) error {
		n++
		l := line{Place: r.Place.String(), Key: r.Key, Value: r.Value}
		if r.Err != nil {
			l.Error = r.Err.Error()
		}
		return out.Encode(l)
	})
	return n, errors.Join(err, f.Sync(), f.Close())
}
