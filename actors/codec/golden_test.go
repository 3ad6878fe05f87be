package codec

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
)

var update = flag.Bool("update", false, "write golden files that are missing and the readable half of those there")

// A golden file holds the bytes of one value of one type and version, and what
// they mean. The bytes are what some installation has on its disk: they are
// never written again. Of the readable half only Go's names may ever change.
type golden struct {
	path  string
	bytes []byte
	means string
}

const goldenGap = "\n\n"

func goldenFiles(t *testing.T, s stored) []golden {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join("testdata", fmt.Sprintf("%02x-*-%s.txt", byte(s.kind), s.name)))
	if err != nil {
		t.Fatal(err)
	}
	var out []golden
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		digits, means, _ := strings.Cut(string(content), goldenGap)
		b, err := hex.DecodeString(strings.ReplaceAll(digits, "\n", ""))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		out = append(out, golden{path, b, means})
	}
	return out
}

func (g golden) write(t *testing.T) {
	t.Helper()
	digits := hex.EncodeToString(g.bytes)
	var lines []string
	for chunk := range slices.Chunk([]byte(digits), 96) {
		lines = append(lines, string(chunk))
	}
	if err := os.WriteFile(g.path, []byte(strings.Join(lines, "\n")+goldenGap+g.means), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestOldDataStaysReadable(t *testing.T) {
	t.Parallel()
	for _, s := range all() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			files := goldenFiles(t, s)
			current := slices.ContainsFunc(files, func(g golden) bool { return g.bytes[1] == s.kind.version() })
			if !current && *update {
				v := s.full()
				g := golden{bytes: s.append(nil, v), means: dump(v)}
				g.path = filepath.Join("testdata", fmt.Sprintf("%02x-%02x-%s.txt", byte(s.kind), s.kind.version(), s.name))
				g.write(t)
			} else if !current {
				t.Errorf("no golden file of version %d: run with -update", s.kind.version())
			}
			for _, g := range files {
				g.check(t, s)
			}
		})
	}
}

func (g golden) check(t *testing.T, s stored) {
	t.Helper()
	v, err := s.read(g.bytes)
	if err != nil {
		t.Errorf("%s: %v", g.path, err)
		return
	}
	switch got := dump(v); {
	case got == g.means:
	case *update:
		golden{g.path, g.bytes, got}.write(t)
	default:
		t.Errorf("%s reads differently now:\n%s\nand not\n%s", g.path, got, g.means)
	}
	if b := s.append(nil, v); !bytes.Equal(b[headLen:], g.bytes[headLen:]) {
		t.Errorf("%s: written again it is\n%x\nand not\n%x", g.path, b, g.bytes)
	}
	if g.bytes[1] != s.kind.version() {
		return
	}
	was, is := shape(t, g.bytes), shape(t, s.append(nil, s.full()))
	if !slices.Equal(was, is) {
		t.Errorf("%s: the fields of version %d were\n%v\nand are now\n%v\nraise the version in format.go and run with -update", g.path, s.kind.version(), was, is)
	}
}

// shape lists the numbers of all fields of a value, as a CBOR library that
// knows nothing of ours reads them.
func shape(t *testing.T, b []byte) []string {
	t.Helper()
	mode, err := cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid}.DecMode()
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := mode.Unmarshal(b[headLen:], &v); err != nil {
		t.Fatalf("a CBOR library cannot read % x: %v", b, err)
	}
	paths := map[string]bool{}
	walk(v, "", paths)
	return slices.Sorted(maps.Keys(paths))
}

func walk(v any, path string, paths map[string]bool) {
	switch v := v.(type) {
	case map[any]any:
		for key, field := range v {
			walk(field, fmt.Sprintf("%s.%v", path, key), paths)
		}
	case []any:
		for _, e := range v {
			walk(e, path+"[]", paths)
		}
	default:
		paths[fmt.Sprintf("%s %T", path, v)] = true
	}
}

// dump tells a value line by line, without what is empty.
func dump(v any) string {
	var out strings.Builder
	tell(&out, reflect.TypeOf(v).String(), reflect.ValueOf(v))
	return out.String()
}

func tell(out *strings.Builder, path string, v reflect.Value) {
	switch {
	case v.IsZero():
	case v.Type() == reflect.TypeFor[time.Time]():
		fmt.Fprintf(out, "%s: %s\n", path, v.Interface().(time.Time).Format(time.RFC3339Nano))
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			fmt.Fprintf(out, "%s: element %d\n", path, i)
			tell(out, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			tell(out, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case v.Kind() == reflect.String:
		fmt.Fprintf(out, "%s: %q\n", path, v.String())
	case v.CanUint():
		fmt.Fprintf(out, "%s: %d\n", path, v.Uint())
	default:
		fmt.Fprintf(out, "%s: %v\n", path, v.Interface())
	}
}
