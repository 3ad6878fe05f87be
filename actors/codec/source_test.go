package codec

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
)

type constant struct {
	name  string
	value uint64
}

// constants reads the constants of a type from the source of a package: Go
// cannot list them at run time.
func constants(t *testing.T, dir, typ string) []constant {
	t.Helper()
	var out []constant
	for _, file := range sources(t, dir) {
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if id, isName := typeOf(spec, ok); !isName || id != typ {
				return true
			}
			for i, name := range spec.Names {
				var lit *ast.BasicLit
				if i < len(spec.Values) {
					lit, _ = spec.Values[i].(*ast.BasicLit)
				}
				if lit == nil {
					t.Errorf("%s %s: a stored constant is written as a number", typ, name)
					continue
				}
				v, err := strconv.ParseUint(lit.Value, 0, 8)
				if err != nil {
					t.Errorf("%s %s: %v", typ, name, err)
				}
				out = append(out, constant{name.Name, v})
			}
			return true
		})
	}
	return out
}

func typeOf(spec *ast.ValueSpec, ok bool) (string, bool) {
	if !ok || len(spec.Values) == 0 {
		return "", false
	}
	id, ok := spec.Type.(*ast.Ident)
	if !ok {
		return "", false
	}
	return id.Name, true
}

// methods reads which types of a package have a method.
func methods(t *testing.T, dir, method string) []string {
	t.Helper()
	var out []string
	for _, file := range sources(t, dir) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != method {
				continue
			}
			if id, ok := f.Recv.List[0].Type.(*ast.Ident); ok {
				out = append(out, id.Name)
			}
		}
	}
	if len(out) == 0 {
		t.Fatalf("no type in %s has a method %s", dir, method)
	}
	return out
}

func sources(t *testing.T, dir string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no source in %s: %v", dir, err)
	}
	var out []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, file)
	}
	return out
}

// A choice the codec does not know would be written and then refused: a new
// constant must show here first.
func TestEveryChoiceCanBeRead(t *testing.T) {
	t.Parallel()
	for choice, most := range greatest() {
		list := constants(t, source(choice), choice.Name())
		if len(list) == 0 {
			t.Errorf("no constants of %v found", choice)
		}
		for _, c := range list {
			if c.value > uint64(most) {
				t.Errorf("%s = %d is above the greatest %v the codec reads, %d", c.name, c.value, choice, most)
			}
		}
	}
}

// source gives the folder of a type of a neighbour package.
func source(typ reflect.Type) string {
	return filepath.Join("..", filepath.Base(typ.PkgPath()))
}
