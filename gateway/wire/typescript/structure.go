package typescript

import (
	"reflect"
	"slices"
	"strings"
)

// property is a field of a struct as JSON has it.
type property struct {
	name, spelt string
	optional    bool
}

func (p property) String() string {
	if p.optional {
		return "readonly " + p.name + "?: " + p.spelt
	}
	return "readonly " + p.name + ": " + p.spelt
}

// structure spells a struct by its name, and declares it.
func (s *spelling) structure(t reflect.Type) string {
	return s.declare(t, func(name string) string {
		switch {
		case t.NumField() == 0:
			return "export type " + name + " = Readonly<Record<string, never>>;\n"
		case isEither(t):
			return s.either(name, t)
		}
		bases, properties := s.properties(t, nil)
		head := "export interface " + name
		if len(bases) > 0 {
			head += " extends " + strings.Join(bases, ", ")
		}
		return head + " {\n" + lines(properties) + "}\n"
	})
}

func lines(properties []property) string {
	var b strings.Builder
	for _, p := range properties {
		b.WriteString("  " + p.String() + ";\n")
	}
	return b.String()
}

// properties gives what a struct embeds and its own fields, some of them as the
// caller says.
func (s *spelling) properties(t reflect.Type, as map[string]string) (bases []string, own []property) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		spelt, said := as[name]
		switch {
		case f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct:
			bases = append(bases, s.of(f.Type, nil))
		case name == "-" || !f.IsExported():
		case said:
			own = append(own, property{name: name, spelt: spelt})
		case name == "":
			s.fault("%s.%s has no name in JSON", t, f.Name)
		default:
			own = append(own, s.property(f, name, strings.Split(options, ",")))
		}
	}
	return bases, own
}

func (s *spelling) property(f reflect.StructField, name string, options []string) property {
	var words []string
	if tag, ok := f.Tag.Lookup("enum"); ok {
		words = strings.Split(tag, ",")
	}
	of, omitted := f.Type, slices.Contains(options, "omitempty") || slices.Contains(options, "omitzero")
	if omitted && of.Kind() == reflect.Pointer {
		of = of.Elem() // absent instead of null
	}
	return property{name: name, spelt: s.of(of, words), optional: omitted || f.Tag.Get("ts") == "optional"}
}

// isEither says whether exactly one of a struct's fields is set.
func isEither(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("ts") != "either" {
			return false
		}
	}
	return true
}

// either spells a struct as one shape for each field. The others are forbidden
// by name, or a value with two of them would do.
func (s *spelling) either(name string, t reflect.Type) string {
	out := "export type " + name + " ="
	_, all := s.properties(t, nil)
	for chosen := range all {
		shape := make([]string, len(all))
		for i, p := range all {
			if i != chosen {
				p.spelt, p.optional = "never", true
			}
			shape[i] = p.String()
		}
		out += "\n  | " + inline(shape)
	}
	return out + ";\n"
}

// shape spells a struct in place, with some fields as the caller says; those he
// spells with "" are left out.
func (s *spelling) shape(t reflect.Type, as map[string]string) string {
	_, all := s.properties(t, as)
	var out []string
	for _, p := range all {
		if p.spelt != "" {
			out = append(out, p.String())
		}
	}
	return inline(out)
}

func inline(properties []string) string { return "{ " + strings.Join(properties, "; ") + " }" }
