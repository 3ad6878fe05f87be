package gateway

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"parley/gateway/wire"
)

// The workspace has words of its own for the codes of the list, so a refusal by
// the machines is in it.
func TestEveryCodeOfTheMachinesIsKnownOnTheWire(t *testing.T) {
	t.Parallel()
	known := wire.ErrorCode("").Known()
	codes := casesOf(t, "fault.go", "domainStatus")
	for _, code := range codes {
		if !slices.Contains(known, code) {
			t.Errorf("%s is not in wire.ErrorCode", code)
		}
	}
	others := []string{ // said here and not by a machine
		"forbidden", "unknown_type", "internal", "quarantined",
		"no_channel", "never_wrote", "owned", // of chat.initiate, which the contract has and the table not yet
	}
	for _, code := range known {
		if !slices.Contains(codes, code) && !slices.Contains(others, code) {
			t.Errorf("nothing answers with %s", code)
		}
	}
}

// casesOf lists the strings that a function's switch knows.
func casesOf(t *testing.T, file, function string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			return n.Name.Name == function
		case *ast.CaseClause:
			for _, e := range n.List {
				if literal, ok := e.(*ast.BasicLit); ok {
					word, _ := strconv.Unquote(literal.Value)
					out = append(out, word)
				}
			}
		}
		return true
	})
	if len(out) == 0 {
		t.Fatalf("%s in %s knows no codes", function, file)
	}
	return out
}
