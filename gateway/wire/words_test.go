package wire_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/gateway/wire"
)

// The enum tags promise clients that no other word comes, so they hold every word
// that the machines have for it.
func TestTagsListTheWordsOfTheMachines(t *testing.T) {
	t.Parallel()
	statuses := []string{operator.Active.String(), operator.Inactive.String()}
	reasons := constants(t, "../../actors/chat/state.go", "By")
	for _, c := range []struct {
		of    any
		field string
		words []string
	}{
		{wire.Row{}, "State", []string{chat.Bot.String(), chat.Waiting.String(), chat.InProgress.String(), chat.Completed.String()}},
		{wire.Full{}, "Reason", reasons},
		// A chat of a bot has no owner who would be told of its end.
		{wire.CompletedData{}, "Reason", without(reasons, string(chat.ByHandover))},
		{wire.WithdrawnData{}, "Reason", constants(t, "../../actors/operator/status.go", "why")},
		// What a queue tells those it asked comes to the operator's list as it is; asked is for the explanation only.
		{wire.WithdrawnData{}, "Reason", without(constants(t, "../../actors/queue/offers.go", "why"), "asked")},
		{wire.StatusData{}, "Reason", constants(t, "../../actors/operator/status.go", "by")},
		{wire.StatusData{}, "Preferred", statuses},
		{wire.StatusData{}, "Effective", statuses},
		{wire.Self{}, "Preferred", statuses},
		{wire.Self{}, "Effective", statuses},
		{wire.StatusReply{}, "Status", statuses},
		{wire.StatusSet{}, "Status", statuses},
	} {
		f, _ := reflect.TypeOf(c.of).FieldByName(c.field)
		tag := strings.Split(f.Tag.Get("enum"), ",")
		for _, w := range c.words {
			if !slices.Contains(tag, w) {
				t.Errorf("%T.%s: %q is not among %q", c.of, c.field, w, tag)
			}
		}
	}
}

func without(words []string, word string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == word })
}

func parse(t *testing.T, file string) *ast.File {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// constants gives the strings of a file's constants whose names begin so: most
// are of no use outside their package, but their words come here.
func constants(t *testing.T, file, prefix string) []string {
	t.Helper()
	var out []string
	ast.Inspect(parse(t, file), func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || !strings.HasPrefix(spec.Names[0].Name, prefix) || len(spec.Values) == 0 {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			word, _ := strconv.Unquote(literal.Value)
			out = append(out, word)
		}
		return true
	})
	if len(out) == 0 {
		t.Fatalf("%s has no constants %s…: where have they gone?", file, prefix)
	}
	return out
}
