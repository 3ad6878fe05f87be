package loose

import (
	"bytes"
	"errors"
)

// Errors of Parse.
var (
	ErrSyntax  = errors.New("loose: not valid JSON")
	ErrComplex = errors.New("loose: too many values")
)

// MaxNodes bounds the values of one document (names of members count too): about 5 MB of index.
const MaxNodes = 1 << 18

type kind uint8

const (
	kindNull kind = iota
	kindFalse
	kindTrue
	kindNumber
	kindString  // start..end is what is between the quotes
	kindEscaped // a string with escapes or invalid UTF-8 in it
	kindObject
	kindArray
)

// node is one value. The members of an object are its name nodes, each followed by its value.
type node struct {
	start, end uint32 // in the source
	next       uint32 // index of the node after this one and all inside it
	height     uint32 // levels of containers in it, itself included; 0 for plain values
	kind       kind
}

type scanner struct {
	src   []byte
	pos   int
	nodes []node
	open  []uint32 // containers we are in
}

// Parse checks and indexes a document. The values it gives refer to src, which must not change while they are in use.
func Parse(src []byte) (Value, error) {
	s := scanner{src: src, nodes: make([]node, 0, min(len(src)/9+8, MaxNodes)), open: make([]uint32, 0, 16)}
	if err := s.run(); err != nil {
		return Value{}, err
	}
	return Value{&document{src: src, nodes: s.nodes}, 0}, nil
}

// run reads one value and everything in it, then expects the end.
func (s *scanner) run() error {
	for {
		opened, err := s.value()
		if err != nil {
			return err
		}
		if opened {
			closed, err := s.first()
			if err != nil {
				return err
			}
			if !closed {
				continue
			}
		}
		more, err := s.after()
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	s.space()
	if s.pos != len(s.src) {
		return ErrSyntax
	}
	return nil
}

// first looks behind an opening bracket: an empty container is closed at once, an object's first name is read.
func (s *scanner) first() (closed bool, err error) {
	top := s.nodes[s.open[len(s.open)-1]].kind
	if s.space() == closer(top) {
		s.pos++
		s.close()
		return true, nil
	}
	if top == kindObject {
		return false, s.name()
	}
	return false, nil
}

// after closes containers that end here and steps over the comma to the next value; false at the end of the document.
func (s *scanner) after() (more bool, err error) {
	for len(s.open) > 0 {
		top := s.nodes[s.open[len(s.open)-1]].kind
		switch s.space() {
		case closer(top):
			s.pos++
			s.close()
		case ',':
			s.pos++
			if top == kindObject {
				s.space()
				return true, s.name()
			}
			return true, nil
		default:
			return false, ErrSyntax
		}
	}
	return false, nil
}

func closer(k kind) byte {
	if k == kindObject {
		return '}'
	}
	return ']'
}

// close ends the innermost container and tells the one round it how high it is.
func (s *scanner) close() {
	i := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	n := &s.nodes[i]
	n.end, n.next, n.height = uint32(s.pos), uint32(len(s.nodes)), n.height+1
	if len(s.open) > 0 {
		up := &s.nodes[s.open[len(s.open)-1]]
		up.height = max(up.height, n.height)
	}
}

func (s *scanner) name() error {
	if s.pos >= len(s.src) || s.src[s.pos] != '"' {
		return ErrSyntax
	}
	if err := s.str(); err != nil {
		return err
	}
	if s.space() != ':' {
		return ErrSyntax
	}
	s.pos++
	return nil
}

// space skips white space and returns the byte it stands on, 0 at the end.
func (s *scanner) space() byte {
	for s.pos < len(s.src) {
		c := s.src[s.pos]
		if c > ' ' || (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
			return c
		}
		s.pos++
	}
	return 0
}

// value reads a plain value, or opens a container.
func (s *scanner) value() (opened bool, err error) {
	switch c := s.space(); {
	case c == '"':
		return false, s.str()
	case c == '{':
		return true, s.enter(kindObject)
	case c == '[':
		return true, s.enter(kindArray)
	case c == '-' || (c >= '0' && c <= '9'):
		return false, s.number()
	case c == 't':
		return false, s.word("true", kindTrue)
	case c == 'f':
		return false, s.word("false", kindFalse)
	case c == 'n':
		return false, s.word("null", kindNull)
	}
	return false, ErrSyntax
}

func (s *scanner) enter(k kind) error {
	s.open = append(s.open, uint32(len(s.nodes)))
	s.pos++
	return s.add(k, s.pos-1, 0)
}

func (s *scanner) add(k kind, start, end int) error {
	if len(s.nodes) >= MaxNodes {
		return ErrComplex
	}
	s.nodes = append(s.nodes, node{start: uint32(start), end: uint32(end), next: uint32(len(s.nodes) + 1), kind: k})
	return nil
}

func (s *scanner) word(w string, k kind) error {
	if !bytes.HasPrefix(s.src[s.pos:], []byte(w)) {
		return ErrSyntax
	}
	start := s.pos
	s.pos += len(w)
	return s.add(k, start, s.pos)
}

// str reads a string; what is between the quotes is noted, unescaping is left to whoever asks for the text.
func (s *scanner) str() error {
	s.pos++
	start, k := s.pos, kindString
	for s.pos < len(s.src) {
		switch c := s.src[s.pos]; {
		case c == '"':
			s.pos++
			return s.add(k, start, s.pos-1)
		case c < ' ':
			return ErrSyntax
		case c == '\\':
			k = kindEscaped
			if err := s.escape(); err != nil {
				return err
			}
		case c >= 0x80:
			k = kindEscaped // may be invalid UTF-8: looked at when read
			s.pos++
		default:
			s.pos++
		}
	}
	return ErrSyntax
}

func (s *scanner) escape() error {
	if s.pos+1 >= len(s.src) {
		return ErrSyntax
	}
	switch s.src[s.pos+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		s.pos += 2
		return nil
	case 'u':
		if _, ok := hex4(s.src, s.pos+2); ok {
			s.pos += 6
			return nil
		}
	}
	return ErrSyntax
}

// number reads -?int(.frac)?(e[+-]?exp)? and nothing looser.
func (s *scanner) number() error {
	start := s.pos
	if s.at('-') {
		s.pos++
	}
	if s.at('0') {
		s.pos++
	} else if s.digits() == 0 {
		return ErrSyntax
	}
	if s.at('.') {
		s.pos++
		if s.digits() == 0 {
			return ErrSyntax
		}
	}
	if s.at('e') || s.at('E') {
		s.pos++
		if s.at('+') || s.at('-') {
			s.pos++
		}
		if s.digits() == 0 {
			return ErrSyntax
		}
	}
	return s.add(kindNumber, start, s.pos)
}

func (s *scanner) at(c byte) bool { return s.pos < len(s.src) && s.src[s.pos] == c }

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.src) && s.src[s.pos] >= '0' && s.src[s.pos] <= '9' {
		s.pos++
	}
	return s.pos - start
}
