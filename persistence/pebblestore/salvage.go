package pebblestore

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/cockroachdb/pebble/v2"

	"parley/actors/commit"
)

// gap is a stretch of keys that cannot be read because a block of a table file
// is damaged: what stood between its ends, both exclusive, is not known.
type gap struct {
	after, before []byte
	err           error
}

// salvage hands keys and values in [lower, upper) to use, ascending, until it
// says stop, and leaves out what stands in damaged blocks. Where several
// damaged blocks follow each other, what is whole between them may be left out
// too: a gap is never shorter than the damage.
func salvage(db pebble.Reader, lower, upper []byte, use func(key, value []byte) (more bool, err error)) (gaps []gap, err error) {
	at := bytes.Clone(lower)
	for bytes.Compare(at, upper) < 0 {
		last, stopped, err := walk(db, at, upper, use)
		if stopped || err == nil {
			return gaps, nil
		}
		if !errors.Is(err, commit.ErrCorrupt) {
			return gaps, err
		}
		from := at
		if last != nil {
			from = append(last, 0)
		}
		at = healthy(db, from, upper)
		gaps = append(gaps, gap{after: from, before: at, err: err})
	}
	return gaps, nil
}

// walk reads until damage, the end, or until use says stop; it gives the last
// key that was handed over. An error of use is given as it is.
func walk(db pebble.Reader, lower, upper []byte, use func(key, value []byte) (bool, error)) (last []byte, stopped bool, err error) {
	iter, err := db.NewIter(&pebble.IterOptions{LowerBound: lower, UpperBound: upper})
	if err != nil {
		return nil, false, damage(err)
	}
	defer func() { err = errors.Join(err, damage(iter.Close())) }()
	for ok := iter.First(); ok; ok = iter.Next() {
		value, err := iter.ValueAndErr()
		if err != nil {
			return last, false, damage(err)
		}
		last = append(last[:0], iter.Key()...)
		more, err := use(last, value)
		if err != nil || !more {
			return last, err == nil, err
		}
	}
	return last, false, damage(iter.Error())
}

// healthy gives the least key found, by halving, from which reading succeeds.
func healthy(db pebble.Reader, from, upper []byte) []byte {
	width := max(len(from), len(upper)) + 1
	low, high := number(from, width), number(upper, width)
	one := big.NewInt(1)
	for new(big.Int).Sub(high, low).Cmp(one) > 0 {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if readable(db, key(middle, width), upper) {
			high = middle
		} else {
			low = middle
		}
	}
	return key(high, width)
}

func readable(db pebble.Reader, from, upper []byte) bool {
	iter, err := db.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: upper})
	if err != nil {
		return false
	}
	ok := iter.First()
	if ok {
		_, err = iter.ValueAndErr()
	}
	return errors.Join(err, iter.Error(), iter.Close()) == nil
}

// number reads a key as a number of so many bytes, key spells it again.
func number(k []byte, width int) *big.Int {
	return new(big.Int).SetBytes(append(bytes.Clone(k), make([]byte, width-len(k))...))
}

func key(n *big.Int, width int) []byte { return n.FillBytes(make([]byte, width)) }
