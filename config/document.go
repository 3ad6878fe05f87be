package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// document reads the root of the file. It walks YAML nodes and our structs side by side instead of
// letting the library decode, because only so does every value keep its line and does one bad value not
// hide the others.
func (l *loader) document(name string, root *yaml.Node) {
	if isNull(root) {
		return
	}
	l.node(reflect.ValueOf(&l.cfg).Elem(), root, "", place{file: name, line: root.Line})
}

// node reads one YAML node into a value of ours.
func (l *loader) node(dst reflect.Value, n *yaml.Node, key string, at place) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if key != "" {
		l.origin.places[key] = at
	}
	if isNull(n) {
		return // `key:` with nothing behind it leaves the default
	}
	switch {
	case dst.Kind() == reflect.Pointer:
		fresh := reflect.New(dst.Type().Elem())
		l.node(fresh.Elem(), n, key, at)
		if !l.origin.told(key) {
			dst.Set(fresh)
		}
	case dst.Kind() == reflect.Struct:
		l.section(dst, n, key, at)
	case dst.Kind() == reflect.Slice:
		l.sequence(dst, n, key, at)
	case dst.Kind() == reflect.Map:
		l.mapping(dst, n, key, at)
	case n.Kind != yaml.ScalarNode:
		l.refuse(at, key, "holds "+kindName(n)+" where one value is expected", "write one value: "+example(dst.Type()))
	default:
		l.scalar(dst, n.Value, key, at, true)
	}
}

// section reads a mapping into a struct; unknown and repeated keys are problems.
func (l *loader) section(dst reflect.Value, n *yaml.Node, key string, at place) {
	if n.Kind != yaml.MappingNode {
		l.refuse(at, key, "holds "+kindName(n)+" where keys are expected", "write `key: value` lines here")
		return
	}
	fields := fieldsOf(dst.Type())
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i].Value, n.Content[i+1]
		path, line := join(key, name), place{file: at.file, line: n.Content[i].Line}
		field, known := fields[name]
		switch {
		case !known:
			l.complain(line, written(key, name), "is not a known key", unknownRemedy(name, sortedKeys(fields)))
		case seen[name] > 0:
			l.complain(line, path, fmt.Sprintf("is given twice, first in line %d", seen[name]), "keep one of them")
		default:
			seen[name] = line.line
			l.node(dst.Field(field), value, path, line)
		}
	}
}

// mapping reads keys of the user's choice, each with a value, into a map. A value that cannot be read leaves its key there.
func (l *loader) mapping(dst reflect.Value, n *yaml.Node, key string, at place) {
	if n.Kind != yaml.MappingNode {
		l.refuse(at, key, "holds "+kindName(n)+" where keys are expected", "write `key: value` lines here")
		return
	}
	entries := reflect.MakeMapWithSize(dst.Type(), len(n.Content)/2)
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i].Value
		path, line := written(key, name), place{file: at.file, line: n.Content[i].Line}
		if seen[name] > 0 {
			l.complain(line, path, fmt.Sprintf("is given twice, first in line %d", seen[name]), "keep one of them")
			continue
		}
		seen[name] = line.line
		value := reflect.New(dst.Type().Elem()).Elem()
		l.node(value, n.Content[i+1], path, line)
		entries.SetMapIndex(reflect.ValueOf(name), value)
	}
	dst.Set(entries)
}

// sequence reads a list; each item keeps its own line.
func (l *loader) sequence(dst reflect.Value, n *yaml.Node, key string, at place) {
	if n.Kind != yaml.SequenceNode {
		l.refuse(at, key, "holds "+kindName(n)+" where a list is expected", "write a list: [a, b], or one `- ` line per item")
		return
	}
	elem := dst.Type().Elem()
	items := reflect.MakeSlice(dst.Type(), 0, len(n.Content))
	for i, item := range n.Content {
		value := reflect.New(elem).Elem()
		if elem == reflect.TypeFor[Channel]() {
			value.Set(reflect.ValueOf(defaultChannel()))
		}
		l.node(value, item, key+"["+strconv.Itoa(i)+"]", place{file: at.file, line: item.Line})
		items = reflect.Append(items, value)
	}
	dst.Set(items)
}

// fieldsOf gives a struct's fields by their key in the file.
func fieldsOf(t reflect.Type) map[string]int {
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "" {
			fields[name] = i
		}
	}
	return fields
}

// unknownRemedy names the key that was probably meant, or all there are.
func unknownRemedy(name string, known []string) string {
	if meant := closest(name, known); meant != "" {
		return "write " + meant
	}
	return "use one of " + strings.Join(known, ", ")
}

// closest gives the known word at most two typing slips away, or nothing.
func closest(word string, known []string) string {
	const slips = 2
	best, distance := "", slips+1
	for _, k := range known {
		if d := editDistance(word, k, slips); d < distance && d < len(k) {
			best, distance = k, d
		}
	}
	return best
}

// editDistance counts insertions, removals and replacements; beyond most it only says "more".
func editDistance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}

func isNull(n *yaml.Node) bool {
	return n.Kind == 0 || (n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null")
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys"
	case yaml.SequenceNode:
		return "a list"
	default:
		return "one value"
	}
}

// written is join for a key out of the file: in a hostile or broken one it may be anything, so it is told clipped.
func written(key, name string) string { return join(key, strings.Trim(clip(name), `"`)) }

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
