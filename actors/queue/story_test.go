package queue

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the outcomes in testdata/*.txt")

// start is the moment that stories call @0s.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// TestStories plays testdata/*.txt. A line "@time Command Field=value ..." is
// done; the indented lines below it are what came of it.
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(want) {
				t.Errorf("outcome differs (run with -update and read the diff); now:\n%s", got)
			}
		})
	}
}

func play(t *testing.T, story string) string {
	t.Helper()
	var out strings.Builder
	s := New("sales", Builtin())
	for _, line := range strings.Split(strings.TrimRight(story, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue // an outcome: told anew
		}
		fmt.Fprintln(&out, line)
		if !strings.HasPrefix(line, "@") {
			continue
		}
		words := strings.Fields(line)
		c, err := Step(s, command(t, words[1:]), start.Add(duration(t, words[0][1:])))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		s = c.State
		for _, l := range outcome(c) {
			fmt.Fprintln(&out, "  "+l)
		}
		fmt.Fprintln(&out, "  = "+standing(s))
	}
	return out.String()
}

// outcome shows everything but what became of members: the standing does.
func outcome(c Change) []string {
	var lines []string
	for _, e := range c.Events {
		if _, ok := e.(MemberPut); !ok {
			lines = append(lines, show(e))
		}
	}
	for _, e := range c.Effects {
		lines = append(lines, "-> "+show(e))
	}
	if x, ok := c.Reply.(Explanation); ok {
		members := x.Members
		x.Members = nil
		lines = append(lines, "reply "+show(x))
		for _, m := range members {
			lines = append(lines, "    "+show(m))
		}
	} else if c.Reply != nil {
		lines = append(lines, "reply "+show(c.Reply))
	}
	return lines
}

func standing(s *State) string {
	words := []string{fmt.Sprintf("%d waiting", s.Len())}
	for _, m := range s.Members() {
		w := m.Operator
		if m.Active {
			w += " active"
		}
		w += fmt.Sprintf(" %d/%d", m.Load, m.Limit)
		if m.Asked > 0 {
			w += fmt.Sprintf(" asked %d", m.Asked)
		}
		words = append(words, w)
	}
	return strings.Join(words, ", ")
}

// commands names every command.
func commands() map[string]Command {
	all := map[string]Command{}
	for _, c := range []Command{
		Configure{}, Wait{}, Leave{}, Availability{}, Held{}, Declined{}, Explain{}, Overview{}, Tick{},
	} {
		all[reflect.TypeOf(c).Name()] = c
	}
	return all
}

func command(t *testing.T, words []string) Command {
	t.Helper()
	zero, known := commands()[words[0]]
	if !known {
		t.Fatalf("no command %q", words[0])
	}
	v := reflect.New(reflect.TypeOf(zero)).Elem()
	for _, w := range words[1:] {
		key, value, _ := strings.Cut(w, "=")
		f := v.FieldByName(key)
		if settings := v.FieldByName("Settings"); settings.IsValid() {
			f = settings.FieldByName(key)
		}
		if !f.IsValid() {
			t.Fatalf("%s has no %q", words[0], key)
		}
		f.Set(reflect.ValueOf(parse(t, f.Interface(), value)))
	}
	return v.Interface().(Command)
}

func parse(t *testing.T, like any, value string) any {
	t.Helper()
	switch like.(type) {
	case string:
		return value
	case bool:
		return value == "true"
	case int:
		n, err := strconv.Atoi(value)
		if err != nil {
			t.Fatal(err)
		}
		return n
	case uint64:
		n, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return n
	case time.Duration:
		return duration(t, value)
	case time.Time:
		return start.Add(duration(t, value[1:]))
	case Person:
		return Person{ID: value}
	case []Person:
		var people []Person
		for id := range strings.SplitSeq(value, ",") {
			people = append(people, Person{ID: id, Name: strings.ToUpper(id[:1]) + id[1:]})
		}
		return people
	}
	t.Fatalf("cannot read a %T", like)
	return nil
}

func duration(t *testing.T, word string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(word)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// show prints a value's type and the fields that are set.
func show(v any) string {
	name := reflect.TypeOf(v).Name()
	if text := fields(reflect.ValueOf(v)); text != "" {
		return name + " " + text
	}
	return name
}

func fields(v reflect.Value) string {
	var out []string
	for i := range v.NumField() {
		if f := v.Field(i); !f.IsZero() {
			out = append(out, v.Type().Field(i).Name+"="+field(f))
		}
	}
	return strings.Join(out, " ")
}

func field(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		return "@" + x.Sub(start).String()
	case Person:
		return x.ID
	case []Pass:
		var all []string
		for p := range slices.Values(x) {
			all = append(all, "{"+fields(reflect.ValueOf(p))+"}")
		}
		return strings.Join(all, "")
	}
	if v.Kind() == reflect.Struct {
		return "{" + fields(v) + "}"
	}
	return fmt.Sprint(v.Interface())
}
