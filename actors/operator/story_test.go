package operator

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
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
	s := New("anna")
	for _, line := range strings.Split(strings.TrimRight(story, "\n"), "\n") {
		if strings.HasPrefix(line, "  ") {
			continue // an outcome: told anew
		}
		fmt.Fprintln(&out, line)
		if !strings.HasPrefix(line, "@") {
			continue
		}
		words := strings.Fields(line)
		now := moment(t, words[0])
		c, err := Step(s, command(t, words[1:]), now)
		if err == nil {
			s = c.State
		}
		for _, l := range outcome(c, err) {
			fmt.Fprintln(&out, "  "+l)
		}
		fmt.Fprintln(&out, "  = "+standing(s, c.Due))
	}
	return out.String()
}

func outcome(c Change, err error) []string {
	var lines []string
	if err != nil {
		lines = append(lines, "error: "+err.Error())
	}
	for _, e := range c.Events {
		lines = append(lines, show(e))
	}
	for _, e := range c.Effects {
		lines = append(lines, "-> "+show(e))
	}
	if c.Reply != nil {
		lines = append(lines, "reply "+show(c.Reply))
	}
	if c.Later != "" {
		lines = append(lines, "later "+c.Later)
	}
	if c.Answer != nil {
		lines = append(lines, "answer "+show(*c.Answer))
	}
	return lines
}

func standing(s State, due time.Time) string {
	line := fmt.Sprintf("%s, load %d", s.Effective(), s.Load())
	for _, slot := range s.Slots {
		line += fmt.Sprintf(" %s:%s", slot.Chat, [...]string{"", "offered", "asking", "reserved", "live"}[slot.Kind])
	}
	if !due.IsZero() {
		line += ", due @" + due.Sub(start).String()
	}
	return line
}

// commands names every command.
func commands() map[string]Command {
	all := map[string]Command{}
	for _, c := range []Command{
		Configure{}, SetStatus{}, SignIn{}, SignOut{}, Connect{}, Disconnect{}, Accept{}, Decline{}, Offer{},
		Withdraw{}, Granted{}, Refused{}, Released{}, Reserve{}, Unreserve{}, Tick{},
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
		if !f.IsValid() {
			t.Fatalf("%s has no %q", words[0], key)
		}
		f.Set(reflect.ValueOf(parse(t, f.Interface(), value)).Convert(f.Type()))
	}
	return v.Interface().(Command)
}

func parse(t *testing.T, like any, value string) any {
	t.Helper()
	var out any
	var err error
	switch like.(type) {
	case string:
		out = value
	case bool:
		out, err = strconv.ParseBool(value)
	case int:
		out, err = strconv.Atoi(value)
	case time.Duration:
		out, err = time.ParseDuration(value)
	case Status:
		out = map[string]Status{"active": Active, "inactive": Inactive}[value]
	case Person:
		out = Person{ID: value}
	case []Queue:
		out = memberships(value)
	default:
		t.Fatalf("cannot read a %T", like)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// memberships reads "sales,support*,vip:2": * = the operator pulls, :n = own limit.
func memberships(value string) []Queue {
	var out []Queue
	for _, word := range strings.Split(value, ",") {
		id, limit, has := strings.Cut(word, ":")
		q := Queue{ID: strings.TrimSuffix(id, "*"), Pull: strings.HasSuffix(id, "*"), HasLimit: has}
		q.Limit, _ = strconv.Atoi(limit)
		out = append(out, q)
	}
	return out
}

func moment(t *testing.T, word string) time.Time {
	t.Helper()
	d, err := time.ParseDuration(word[1:])
	if err != nil {
		t.Fatal(err)
	}
	return start.Add(d)
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
	case fmt.Stringer:
		return x.String()
	case error:
		var e *Error
		if errors.As(x, &e) {
			return strings.TrimSpace(e.Code + " " + e.By.ID)
		}
		return x.Error()
	}
	if v.Kind() == reflect.Struct {
		return "{" + fields(v) + "}"
	}
	return fmt.Sprint(v.Interface())
}
