package queue

import (
	"slices"
	"strings"
)

// waiting is an entry with what a queue knows of it besides.
type waiting struct {
	Entry
	gone    bool // has left in this Step
	touched bool // changed in this Step
}

// before orders entries: oldest first, then by chat, so that the order never
// depends on how they came.
func before(a, b *waiting) int {
	if c := a.Since.Compare(b.Since); c != 0 {
		return c
	}
	return strings.Compare(a.Chat, b.Chat)
}

// line is an ordered set of entries, in pieces: adding and removing anywhere
// moves one piece at most, whatever waits.
type line struct {
	pieces [][]*waiting // none is empty
	n      int
}

const pieceLen = 256 // pointers: half is moved on average, about a kilobyte

// place finds where an entry is, or belongs.
func (l *line) place(w *waiting) (piece, i int, found bool) {
	piece, _ = slices.BinarySearchFunc(l.pieces, w, func(p []*waiting, w *waiting) int {
		return before(p[len(p)-1], w)
	})
	if piece == len(l.pieces) {
		if piece == 0 {
			return 0, 0, false
		}
		piece--
	}
	i, found = slices.BinarySearchFunc(l.pieces[piece], w, before)
	return piece, i, found
}

func (l *line) add(w *waiting) {
	p, i, found := l.place(w)
	if found {
		return
	}
	l.n++
	if len(l.pieces) == 0 {
		l.pieces = append(l.pieces, append(make([]*waiting, 0, pieceLen), w))
		return
	}
	piece := slices.Insert(l.pieces[p], i, w)
	if len(piece) < pieceLen {
		l.pieces[p] = piece
		return
	}
	half := len(piece) / 2
	if i == len(piece)-1 { // arrivals come at the end: leave what is before full
		half = len(piece) - 1
	}
	rest := append(make([]*waiting, 0, pieceLen), piece[half:]...)
	clear(piece[half:])
	l.pieces[p] = piece[:half]
	l.pieces = slices.Insert(l.pieces, p+1, rest)
}

func (l *line) remove(w *waiting) {
	p, i, found := l.place(w)
	if !found {
		return
	}
	l.n--
	l.pieces[p] = slices.Delete(l.pieces[p], i, i+1)
	if len(l.pieces[p]) == 0 {
		l.pieces = slices.Delete(l.pieces, p, p+1)
	}
}

func (l *line) first() *waiting {
	if len(l.pieces) == 0 {
		return nil
	}
	return l.pieces[0][0]
}

// after gives the next entry behind one that may itself have been removed.
func (l *line) after(w *waiting) *waiting {
	p, i, found := l.place(w)
	if found {
		i++
	}
	if p < len(l.pieces) && i == len(l.pieces[p]) {
		p, i = p+1, 0
	}
	if p >= len(l.pieces) {
		return nil
	}
	return l.pieces[p][i]
}

// rank counts the entries before one.
func (l *line) rank(w *waiting) int {
	p, i, _ := l.place(w)
	for _, piece := range l.pieces[:min(p, len(l.pieces))] {
		i += len(piece)
	}
	return i
}

// oldest gives the first n entries at most.
func (l *line) oldest(n int) []Entry {
	out := make([]Entry, 0, min(n, l.n))
	for _, piece := range l.pieces {
		for _, w := range piece {
			if len(out) == n {
				return out
			}
			out = append(out, w.Entry)
		}
	}
	return out
}
