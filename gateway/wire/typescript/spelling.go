package typescript

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// spelling collects the declarations of all types that were mentioned, each once.
type spelling struct {
	renamed  map[reflect.Type]string // types that are not called as in Go
	types    map[string]reflect.Type // which type a name belongs to
	declared map[string]string       // declaration by name
	faults   []error                 // what has no spelling
}

func newSpelling(renamed map[reflect.Type]string) *spelling {
	return &spelling{renamed: renamed, types: map[string]reflect.Type{}, declared: map[string]string{}}
}

// of spells a type where it is used; words narrows the strings in it.
func (s *spelling) of(t reflect.Type, words []string) string {
	if t == reflect.TypeFor[json.RawMessage]() {
		return "unknown"
	}
	if spellsItself(t) {
		return s.fault("%s spells itself in JSON: what it gives is not known here", t)
	}
	switch t.Kind() {
	case reflect.Pointer:
		return s.of(t.Elem(), words) + " | null"
	case reflect.Slice:
		return listOf(s.of(t.Elem(), words))
	case reflect.Map:
		return "Readonly<Record<string, " + s.of(t.Elem(), words) + ">>"
	case reflect.Struct:
		return s.structure(t)
	case reflect.String:
		return s.text(t, words)
	case reflect.Bool:
		return "boolean"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64, reflect.Float64:
		return "number" // not uint8: a slice of those is base64
	}
	return s.fault("%s has no spelling", t)
}

func spellsItself(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[json.Marshaler]()) || t.Implements(reflect.TypeFor[encoding.TextMarshaler]())
}

func (s *spelling) fault(format string, args ...any) string {
	s.faults = append(s.faults, fmt.Errorf("typescript: "+format, args...))
	return "never"
}

func listOf(element string) string {
	if strings.Contains(element, " ") {
		element = "(" + element + ")"
	}
	return "readonly " + element + "[]"
}

// known is a string type with a list of words that may grow.
type known interface{ Known() []string }

// other are all strings beside the known ones; a plain string would swallow these.
const other = "(string & Record<never, never>)"

func (s *spelling) text(t reflect.Type, words []string) string {
	if len(words) > 0 {
		return union(words, " | ")
	}
	if t.Name() == "string" {
		return "string"
	}
	list, open := reflect.Zero(t).Interface().(known)
	name := s.declare(t, func(name string) string {
		if open {
			return "export type " + name + " =\n  | " + union(list.Known(), "\n  | ") + ";\n"
		}
		return "export type " + name + " = string;\n"
	})
	if open {
		return name + " | " + other
	}
	return name
}

func union(words []string, or string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = strconv.Quote(w)
	}
	return strings.Join(quoted, or)
}

// declare gives the name of a type and sees that it is declared.
func (s *spelling) declare(t reflect.Type, write func(name string) string) string {
	name := t.Name()
	if other, ok := s.renamed[t]; ok {
		name = other
	}
	if name == "" || strings.ContainsAny(name, "[.") {
		return s.fault("%s needs a name of its own", t)
	}
	switch of := s.types[name]; of {
	case t:
	case nil:
		s.types[name] = t // before its declaration, so that a type may contain itself
		s.declared[name] = write(name)
	default:
		return s.fault("%s and %s are both called %s", of, t, name)
	}
	return name
}
