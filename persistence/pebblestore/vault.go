package pebblestore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// ErrRunning says that a server has the store open.
var ErrRunning = errors.New("the store is open in another process: stop the server first")

// Vault is the store of a stopped server, opened to be looked at and mended.
type Vault struct {
	db         *pebble.DB
	journal    *journal
	opts       Options
	partitions int
	closed     bool
}

// OpenVault opens the folder of a store. With change nothing is refused but a
// damaged log, which must be cut first (CutLog); without, nothing is written.
func OpenVault(dir string, opts Options, change bool) (*Vault, error) {
	opts = opts.withDefaults()
	if err := checkNewestLog(opts.FS, dir); err != nil {
		return nil, fmt.Errorf("open store in %s: %w", dir, err)
	}
	j := newJournal(opts)
	v := &Vault{journal: j, opts: opts}
	err := j.guard(func() (err error) {
		p := opts.pebble(j)
		p.ReadOnly, p.ErrorIfNotExists = !change, true
		v.db, err = pebble.Open(dir, p)
		return err
	})
	if err != nil {
		if locked(err) {
			err = ErrRunning
		}
		return nil, fmt.Errorf("open store in %s: %w", dir, err)
	}
	v.partitions = opts.Partitions
	if n, err := v.counted(); err == nil {
		v.partitions = n
	}
	return v, nil
}

// locked says whether an error of opening comes from the folder's lock.
func locked(err error) bool {
	text := err.Error()
	return strings.Contains(text, "resource temporarily unavailable") || strings.Contains(text, "lock held by current process") ||
		strings.Contains(text, "is locked") || strings.Contains(text, "lock is already held")
}

// counted reads the number of partitions from the format record.
func (v *Vault) counted() (n int, err error) {
	err = v.value(keyFormat, func(_, payload []byte) error {
		d := decoder{rest: payload}
		d.uvarint()
		n = int(d.uvarint())
		return d.err("format")
	})
	return n, err
}

// Close closes the folder; it may be called twice.
func (v *Vault) Close() error {
	if v.closed {
		return nil
	}
	v.closed = true
	return v.journal.guard(v.db.Close)
}

// value hands a stored value and its payload to use; the payload is nil with
// commit.ErrCorrupt when it is damaged, and pebble.ErrNotFound when there is none.
func (v *Vault) value(k []byte, use func(value, payload []byte) error) error {
	value, closer, err := v.db.Get(k)
	if err != nil {
		return damage(err)
	}
	defer closer.Close() //nolint:errcheck // nothing to lose on a read
	payload, err := open(k, value)
	if err != nil {
		return errors.Join(err, use(value, nil))
	}
	return use(value, payload)
}

// Finding is one thing that is wrong in a store.
type Finding struct {
	Place   Place
	Key     []byte // as stored; of a gap, where it begins
	Until   []byte // of a gap, where it ends; nil for a value
	Err     error
	Mending string // "" = only from a copy; else what mend would do
}

// Survey is what a look at all of a store came to.
type Survey struct {
	Values   map[string]int // whole ones, by table
	Bytes    int64          // of all values
	Findings int
}

// Check reads every value and tells what is damaged.
func (v *Vault) Check(ctx context.Context, tell func(Finding)) (Survey, error) {
	s := Survey{Values: make(map[string]int)}
	found := func(f Finding) { s.Findings++; tell(f) }
	gaps, err := salvage(v.db, []byte{0}, []byte{0xff, 0xff, 0xff}, func(k, value []byte) (bool, error) {
		s.Bytes += int64(len(value))
		place, known := placeOf(k)
		if err := check(k, value, place, known); err != nil {
			found(Finding{Place: place, Key: bytes.Clone(k), Err: err, Mending: v.mending(k, value, place)})
		} else {
			s.Values[place.Table]++
		}
		return true, ctx.Err()
	})
	for _, g := range gaps {
		place, _ := placeOf(g.after)
		found(Finding{Place: place, Key: g.after, Until: g.before, Err: g.err})
	}
	return s, err
}

// check says what is wrong with a value, its payload's form included.
func check(k, value []byte, place Place, known bool) error {
	if !known {
		return fmt.Errorf("%w: a key of no known form", commit.ErrCorrupt)
	}
	payload, err := open(k, value)
	if err != nil {
		return err
	}
	switch place.Table {
	case "record":
		_, err = parseRecord(payload)
	case "outbox":
		_, err = parseEntry(payload)
	case "ledger":
		_, err = parseLedger(payload)
	}
	return err
}

// mending says what Mend would do about a damaged value.
func (v *Vault) mending(k, value []byte, place Place) string {
	if good, ok := mended(k, value); ok && check(k, good, place, true) == nil {
		return "one flipped bit is put right"
	}
	switch place.Table {
	case "due", "begun":
		return "it holds nothing but its key: it is written anew"
	case "key":
		return "it counts as seen; its note is emptied"
	case "format":
		return fmt.Sprintf("it is written anew, for %d partitions", v.partitions)
	case "ledger":
		return "it is rebuilt with numbers beyond all that were ever given out"
	}
	return ""
}

// Mend puts right what is certain, durably, and tells what it did (and, with an
// error in Err, what it could not do).
func (v *Vault) Mend(ctx context.Context, tell func(Finding)) (done, left int, err error) {
	var list []Finding
	if _, err := v.Check(ctx, func(f Finding) { list = append(list, f) }); err != nil {
		return 0, 0, err
	}
	for _, f := range list {
		good, how := v.cure(f)
		if how == "" {
			left++
			tell(f)
			continue
		}
		if err := v.db.Set(f.Key, good, pebble.Sync); err != nil {
			return done, left, fmt.Errorf("mend %s: %w", f.Place, err)
		}
		done++
		tell(Finding{Place: f.Place, Key: f.Key, Mending: how})
	}
	return done, left, nil
}

// cure gives the value that takes the place of a damaged one.
func (v *Vault) cure(f Finding) (good []byte, how string) {
	if f.Mending == "" || f.Until != nil {
		return nil, ""
	}
	_ = v.value(f.Key, func(value, _ []byte) error {
		if fixed, ok := mended(f.Key, value); ok && check(f.Key, fixed, f.Place, true) == nil {
			good = fixed
		}
		return nil
	})
	switch {
	case good != nil:
	case f.Place.Table == "format":
		good = seal(f.Key, format(v.partitions))
	case f.Place.Table == "ledger":
		good = seal(f.Key, appendLedger(begin(nil), rebuilt(v.db, f.Place.Partition, v.opts.now())))
	default:
		good = seal(f.Key, begin(nil))
	}
	return good, f.Mending
}

// CutLog cuts the newest log of a stopped store off where it is damaged, after
// the part behind that was saved beside it, and says what was done; "" when the
// log is whole.
func CutLog(dir string, opts Options) (string, error) {
	opts = opts.withDefaults()
	lock, err := opts.FS.Lock(opts.FS.PathJoin(dir, "LOCK"))
	if err != nil {
		return "", ErrRunning
	}
	defer lock.Close() //nolint:errcheck // it only lets go
	name, number, log, err := readNewestLog(opts.FS, dir)
	if err != nil || name == "" {
		return "", err
	}
	bad, synced := damageInLog(log, number)
	if synced == 0 {
		return "", nil
	}
	whole := opts.FS.PathJoin(dir, name)
	saved := fmt.Sprintf("%s.damaged-%d", whole, opts.now().Unix())
	if err := writeFile(opts.FS, dir, saved, log); err != nil {
		return "", fmt.Errorf("save the damaged log: %w", err)
	}
	if err := writeFile(opts.FS, dir, whole, log[:bad]); err != nil {
		return "", fmt.Errorf("cut the log (it is saved as %s): %w", saved, err)
	}
	records, synced := behind(log, number, int(bad))
	return fmt.Sprintf("log %s was cut at byte %d. The %d bytes behind it, at least %d of them synced (%d whole records, each of one or more commits), are gone from the store; the whole log is kept as %s",
		name, bad, len(log)-int(bad), synced-bad, records, saved), nil
}

// Raw is a stored value with its key, as export and import carry it.
type Raw struct {
	Place Place
	Key   []byte
	Value []byte // with its envelope
	Err   error  // why it cannot be trusted, nil = whole
}

// Entity hands over everything that is stored of an entity: record, items,
// idempotency keys, due time, and outbox entries it has written.
func (v *Vault) Entity(ctx context.Context, e commit.Entity, use func(Raw) error) error {
	n := e.Partition(v.partitions)
	_, err := salvage(v.db, appendTable(nil, n, 0), appendTable(nil, n, 0xff), func(k, value []byte) (bool, error) {
		place, known := placeOf(k)
		mine := place.Entity == e
		wrong := check(k, value, place, known)
		if place.Table == "outbox" && wrong == nil {
			payload, _ := open(k, value)
			entry, err := parseEntry(payload)
			mine = err == nil && entry.Source == e
			place.Entity = entry.Source
		}
		if !mine {
			return true, ctx.Err()
		}
		return true, errors.Join(ctx.Err(), use(Raw{Place: place, Key: bytes.Clone(k), Value: bytes.Clone(value), Err: wrong}))
	})
	return err
}

// Record reads an entity's record; Version 0 = none.
func (v *Vault) Record(e commit.Entity) (r commit.Record, err error) {
	err = v.value(appendRecordKey(nil, e.Partition(v.partitions), e), func(_, payload []byte) (err error) {
		if payload != nil {
			r, err = parseRecord(payload)
		}
		return err
	})
	if errors.Is(err, pebble.ErrNotFound) {
		return commit.Record{}, nil
	}
	return r, err
}

// Replace writes and removes an entity's values in one durable step: what is
// kept of drop goes, then put is written. Values that are not whole are refused.
func (v *Vault) Replace(e commit.Entity, drop [][]byte, put []Raw) error {
	w := v.db.NewBatch()
	defer w.Close() //nolint:errcheck // a batch has nothing to lose
	for _, k := range drop {
		if err := w.Delete(k, nil); err != nil {
			return err
		}
	}
	for _, r := range put {
		place, known := placeOf(r.Key)
		if err := check(r.Key, r.Value, place, known); err != nil {
			return fmt.Errorf("put %s back: %w", place, err)
		}
		if place.Partition != e.Partition(v.partitions) {
			return fmt.Errorf("put %s back: it belongs to another entity or to a store of another partition count", place)
		}
		if err := w.Set(r.Key, r.Value, nil); err != nil {
			return err
		}
	}
	return w.Commit(pebble.Sync)
}

// RawOf judges a key and value that were exported.
func RawOf(k, value []byte) Raw {
	place, known := placeOf(k)
	return Raw{Place: place, Key: k, Value: value, Err: check(k, value, place, known)}
}

// Item reads the collection and key of an item's place.
func (r Raw) Item() (collection byte, id string) {
	if r.Place.Table != "item" {
		return 0, ""
	}
	head := tableLength + 1 + 2
	n := int(binary.BigEndian.Uint16(r.Key[tableLength+1:]))
	return r.Key[head+n], string(r.Key[head+n+1:])
}
