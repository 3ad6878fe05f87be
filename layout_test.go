// Package parley_test holds the layout of the repository: which package may import which, and where the
// types of each library end. A better layout is welcome; change it here, with the reason, first.
package parley_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// module is the name of ours in go.mod.
const module = "parley"

// layer says what the packages of one place may import beside the standard library. Patterns are paths;
// /... means the package and all below it.
type layer struct {
	at     string
	ours   []string // own packages
	theirs []string // libraries
	tests  []string // own packages that only its tests may import
	pure   bool     // no I/O, no clock, no goroutine, no randomness
}

// layers lists the places; the first that matches a package holds for it. Imports go one way:
// machines <- engine <- gateway, machines <- persistence, and cmd joins them.
func layers() []layer {
	machines := []string{"actors/chat", "actors/operator", "actors/queue"}
	words := append([]string{"actors/commit", "actors/route", "actors/view"}, machines...)
	const (
		protoactor = "github.com/asynkron/protoactor-go/..."
		fiber      = "github.com/gofiber/..."
		fasthttp   = "github.com/valyala/fasthttp/..."
		pebble     = "github.com/cockroachdb/pebble/..."
		sentry     = "github.com/getsentry/sentry-go" // linked by pebble; a test asserts that it stays silent
		redis      = "github.com/redis/go-redis/..."
		sqlite     = "modernc.org/sqlite/..."
		goose      = "github.com/pressly/goose/..."
		postgres   = "github.com/jackc/pgx/..."
		cbor       = "github.com/fxamacker/cbor/..."
		prometheus = "github.com/prometheus/..."
		mimetype   = "github.com/gabriel-vasile/mimetype/..."
		ulid       = "github.com/oklog/ulid/..."
		rate       = "golang.org/x/time/..."
		crypto     = "golang.org/x/crypto/..."
		yaml       = "go.yaml.in/yaml/..."
	)
	return []layer{
		{at: "actors/chat", pure: true, tests: words},
		{at: "actors/operator", pure: true, tests: words},
		{at: "actors/queue", pure: true, tests: words},
		{at: "actors/commit", pure: true, tests: words},
		{at: "actors/view", pure: true, ours: machines, tests: words},
		{at: "actors/route", pure: true, ours: words},
		{at: "actors/codec/...", ours: words, theirs: []string{cbor}},
		{at: "actors/...", ours: append([]string{"actors/..."}, words...), theirs: []string{protoactor}, tests: []string{"persistence/..."}},

		{at: "persistence/pebblestore/...", ours: append([]string{"persistence/..."}, words...), theirs: []string{pebble, sentry}},
		{at: "persistence/completed", ours: []string{"actors/commit"}, theirs: []string{pebble}},
		{at: "persistence/redisstore/...", ours: append([]string{"persistence/..."}, words...), theirs: []string{redis}},
		{at: "persistence/directory/...", ours: append([]string{"persistence/..."}, words...), theirs: []string{sqlite, goose, postgres, ulid, crypto}},
		{at: "persistence/archive/...", ours: append([]string{"persistence/..."}, words...), theirs: []string{sqlite, goose, postgres, ulid}},
		{at: "persistence/files/...", ours: []string{"persistence/..."}, theirs: []string{mimetype, ulid}},
		{at: "persistence/...", ours: append([]string{"persistence/..."}, words...)},

		// Adapters speak to providers, not to actors: they are replaced without touching the engine.
		{at: "gateway/channel/...", ours: []string{"gateway/channel/..."}, theirs: []string{rate, mimetype}},
		{at: "gateway/media/...", ours: []string{"gateway/channel", "gateway/media/..."}, theirs: []string{mimetype}},
		{
			at: "gateway", ours: append([]string{"actors", "gateway/..."}, words...), tests: []string{"persistence/..."},
			theirs: []string{fiber, fasthttp, "github.com/fasthttp/websocket", "github.com/gofiber/contrib/websocket", prometheus, crypto, rate, mimetype, ulid},
		},
		{at: "gateway/workspace"}, // embeds what Vite built
		{
			at: "gateway/...", ours: append([]string{"actors", "gateway/..."}, words...), tests: []string{"persistence/..."},
			theirs: []string{crypto, rate, ulid},
		},

		{at: "docs/...", theirs: []string{"github.com/coder/websocket/..."}},
		{at: "config", theirs: []string{yaml}},
		{at: "cmd/...", ours: []string{"..."}, theirs: []string{"..."}},
		{at: "."},
	}
}

// testLibraries may be imported by test files and by packages of tests (storetest, channeltest).
func testLibraries() []string {
	return []string{"pgregory.net/rapid", "go.uber.org/goleak", "github.com/coder/websocket/..."}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	err := fs.WalkDir(os.DirFS("."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return skip(name)
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		source, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, broken := inspect(name, source)
		for _, b := range broken {
			t.Error(b)
		}
		if file != nil && !strings.HasSuffix(name, "_test.go") {
			dir := path.Dir(name)
			documented[dir] = documented[dir] || file.Doc != nil
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s: no file has a package comment; say in one sentence what it is for", dir)
		}
	}
}

// skip leaves out folders that hold no packages of ours.
func skip(dir string) error {
	base := path.Base(dir)
	if dir != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") ||
		base == "testdata" || base == "node_modules" || dir == "bin" || dir == "data") {
		return fs.SkipDir
	}
	return nil
}

// inspect reads one file and names every rule it breaks, with the line.
func inspect(name string, source []byte) (*ast.File, []string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, name, source, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, []string{err.Error()}
	}
	var broken []string
	tell := func(at token.Pos, format string, args ...any) {
		broken = append(broken, fmt.Sprintf("%s:%d: ", name, set.Position(at).Line)+fmt.Sprintf(format, args...))
	}
	dir, isTest := path.Dir(name), strings.HasSuffix(name, "_test.go")
	if l, ok := layerOf(dir); ok {
		edges(file, l, dir, isTest, tell)
		if l.pure && !isTest {
			purity(file, tell)
		}
	} else {
		tell(file.Package, "%s has no place in the layout: add it to layers in layout_test.go", dir)
	}
	names(file, tell)
	return file, broken
}

type teller func(at token.Pos, format string, args ...any)

func layerOf(dir string) (layer, bool) {
	all := layers()
	i := slices.IndexFunc(all, func(l layer) bool { return matches(l.at, dir) })
	if i < 0 {
		return layer{}, false
	}
	return all[i], true
}

// edges checks every import against what the layer allows.
func edges(file *ast.File, l layer, dir string, isTest bool, tell teller) {
	ours, theirs := l.ours, l.theirs
	if isTest {
		ours = append(append([]string{dir}, ours...), l.tests...)
	}
	if isTest || strings.HasSuffix(path.Base(dir), "test") {
		theirs = append(slices.Clone(theirs), testLibraries()...)
	}
	for _, spec := range file.Imports {
		target, _ := strconv.Unquote(spec.Path.Value)
		own, isOwn := strings.CutPrefix(target, module+"/")
		first, _, _ := strings.Cut(target, "/")
		switch {
		case isOwn && !matchesAny(ours, own):
			tell(spec.Pos(), "%s may not import %s (own packages it may: %s)", dir, own, orNone(ours))
		case !isOwn && strings.Contains(first, ".") && !matchesAny(theirs, target):
			tell(spec.Pos(), "%s may not import %s (libraries it may: %s)", dir, target, orNone(theirs))
		}
	}
}

// purity refuses what would make a machine's step depend on anything but its arguments.
func purity(file *ast.File, tell teller) {
	outside := []string{
		"context", "crypto/rand", "database/sql/...", "io/fs", "log/...", "math/rand/...", "net/...", "os/...",
		"runtime/...", "sync/...", "syscall", "unsafe",
	}
	for _, spec := range file.Imports {
		if target, _ := strconv.Unquote(spec.Path.Value); matchesAny(outside, target) {
			tell(spec.Pos(), "a pure package may not import %s: hand the value in", target)
		}
	}
	clock := []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			tell(n.Pos(), "a pure package starts no goroutine")
		case *ast.SelectorExpr:
			if x, ok := n.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clock, n.Sel.Name) {
				tell(n.Pos(), "a pure package has no clock: time.%s; take now time.Time as an argument", n.Sel.Name)
			}
		}
		return true
	})
}

// names refuses package names that say nothing, and work done before main.
func names(file *ast.File, tell teller) {
	nothing := []string{"util", "utils", "common", "helper", "helpers", "types", "manager", "managers", "misc"}
	if slices.Contains(nothing, strings.TrimSuffix(file.Name.Name, "_test")) {
		tell(file.Name.Pos(), "package %s: a package is named by what it gives", file.Name.Name)
	}
	for _, d := range file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			tell(f.Pos(), "func init: parts are handed to constructors in cmd/parley/app.go")
		}
	}
}

// matches says whether a path is what a pattern means.
func matches(pattern, name string) bool {
	if pattern == "..." {
		return true
	}
	if root, all := strings.CutSuffix(pattern, "/..."); all {
		return name == root || strings.HasPrefix(name, root+"/")
	}
	return pattern == name
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, name) })
}

func orNone(patterns []string) string {
	if len(patterns) == 0 {
		return "none"
	}
	return strings.Join(patterns, ", ")
}

func TestTheLayoutTestSeesWhatItShould(t *testing.T) {
	t.Parallel()
	const fiber = `import "github.com/gofiber/fiber/v2"`
	for _, tc := range []struct {
		name, file, source string
		want               string // part of the only complaint; empty for none
	}{
		{"the edge is named", "gateway/wire/frame.go", `import "parley/persistence/memory"`, "gateway/wire/frame.go:2: gateway/wire may not import persistence/memory"},
		{"adapters know no actors", "gateway/channel/telegram/parse.go", `import "parley/actors/chat"`, "may not import actors/chat"},
		{"stores know no engine", "persistence/memory/store.go", `import "parley/actors"`, "may not import actors "},
		{"stores know the words", "persistence/memory/store.go", `import "parley/actors/commit"`, ""},
		{"machines know no library", "actors/chat/step.go", `import "github.com/oklog/ulid/v2"`, "libraries it may: none"},
		{"machines know no other machine", "actors/chat/step.go", `import "parley/actors/queue"`, "own packages it may: none"},
		{"their tests may", "actors/chat/step_test.go", `import "parley/actors/queue"`, ""},
		{"machines know no network", "actors/queue/rule.go", `import "net/http"`, "a pure package may not import net/http"},
		{"machines have no clock", "actors/queue/rule.go", "import \"time\"\nvar x = time.Now()", "rule.go:3: a pure package has no clock: time.Now"},
		{"durations are no clock", "actors/queue/rule.go", "import \"time\"\nvar x = time.Minute", ""},
		{"machines start nothing", "actors/queue/rule.go", "func f() { go f() }", "starts no goroutine"},
		{"fiber stays in gateway", "gateway/wire/frame.go", fiber, "may not import github.com/gofiber"},
		{"and is there", "gateway/app.go", fiber, ""},
		{"and in cmd", "cmd/parley/bench.go", fiber, ""},
		{"actors know no metrics library", "actors/engine.go", `import "github.com/prometheus/client_golang/prometheus"`, "may not import"},
		{"tests may use test libraries", "actors/queue/rule_test.go", `import "pgregory.net/rapid"`, ""},
		{"suites too", "persistence/storetest/suite.go", `import "pgregory.net/rapid"`, ""},
		{"others not", "persistence/memory/store.go", `import "pgregory.net/rapid"`, "libraries it may: none"},
		{"the name of a neighbour is no match", "actorsplus/a.go", "", "has no place in the layout"},
		{"no init", "config/load.go", "func init() {}", "func init"},
		{"a method may be called init", "config/load.go", "type t int\nfunc (t) init() {}", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, broken := inspect(tc.file, []byte("package x\n"+tc.source+"\n"))
			switch {
			case tc.want == "" && len(broken) == 0:
			case tc.want != "" && len(broken) == 1 && strings.Contains(broken[0], tc.want):
			default:
				t.Errorf("want %q, got %q", tc.want, broken)
			}
		})
	}
	if _, broken := inspect("config/a.go", []byte("package utils\n")); len(broken) != 1 {
		t.Errorf("package utils: %q", broken)
	}
}
