package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

const envPrefix = "PARLEY_"

// EnvName gives the environment variable that sets a key: settings.accept_timeout is
// PARLEY_SETTINGS_ACCEPT_TIMEOUT. Keys inside lists have none.
func EnvName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// environment reads PARLEY_*. An empty variable counts as not given: that is how shells and compose
// files leave one out.
func (l *loader) environment() {
	known := keys()
	names := make(map[string]string, len(known))
	for key := range known {
		names[EnvName(key)] = key
	}
	for _, name := range sortedKeys(l.env) {
		at := place{file: "environment " + name}
		key, ours := names[name]
		switch {
		case !strings.HasPrefix(name, envPrefix) || l.env[name] == "":
		case ours:
			l.override(key, known[key], l.env[name], at)
		default:
			l.strange(name, names)
		}
	}
}

// strange judges a PARLEY_ variable that is no key. Most are flags of some command, or hold a secret
// that the file refers to, so only what was clearly meant as a key is told.
func (l *loader) strange(name string, names map[string]string) {
	p := Problem{File: "environment " + name, Message: "sets no known key"}
	if meant := closest(name, sortedKeys(names)); meant != "" {
		p.Severity, p.Remedy = Warning, "did you mean "+meant+"?"
		l.problems = append(l.problems, p)
		return
	}
	for _, section := range []string{"SETTINGS_", "LIMITS_", "CLUSTER_"} {
		if strings.HasPrefix(name, envPrefix+section) {
			p.Severity, p.Remedy = Warning, "remove it, or see the configuration's keys"
			l.problems = append(l.problems, p)
		}
	}
}

// override reads a text of the environment or a flag over what the file said.
func (l *loader) override(key string, index []int, text string, at place) {
	dst := reflect.ValueOf(&l.cfg).Elem()
	for _, i := range index {
		if dst.Kind() == reflect.Pointer {
			if dst.IsNil() {
				dst.Set(reflect.New(dst.Type().Elem()))
			}
			dst = dst.Elem()
		}
		dst = dst.Field(i)
	}
	l.forget(key)
	l.origin.places[key] = at
	if dst.Kind() == reflect.Slice {
		dst.Set(reflect.ValueOf(words(text)))
		return
	}
	l.scalar(dst, text, key, at, false)
}

// forget drops what is known about a value, and the items in it, before it is overridden.
func (l *loader) forget(key string) {
	gone := func(k string) bool { return k == key || strings.HasPrefix(k, key+"[") }
	l.problems = slices.DeleteFunc(l.problems, func(p Problem) bool { return gone(p.Key) })
	l.literals = slices.DeleteFunc(l.literals, gone)
	maps.DeleteFunc(l.origin.refused, func(k string, _ bool) bool { return gone(k) })
	maps.DeleteFunc(l.origin.places, func(k string, _ place) bool { return gone(k) })
}

// keys gives every key that one text can set, with the way to its field. Lists of things (operators,
// queues, channels) belong in the file.
func keys() map[string][]int {
	found := map[string][]int{}
	collect(reflect.TypeFor[Config](), "", nil, found)
	return found
}

func collect(t reflect.Type, prefix string, index []int, found map[string][]int) {
	for name, i := range fieldsOf(t) {
		field := t.Field(i).Type
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		way := append(append([]int(nil), index...), i)
		switch {
		case field.Kind() == reflect.Struct:
			collect(field, join(prefix, name), way, found)
		case field.Kind() == reflect.Slice && field.Elem().Kind() != reflect.String:
		default:
			found[join(prefix, name)] = way
		}
	}
}

func words(text string) []string {
	var list []string
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			list = append(list, word)
		}
	}
	return list
}
