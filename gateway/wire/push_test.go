package wire_test

import (
	"go/ast"
	"reflect"
	"slices"
	"testing"

	"parley/actors/view"
	"parley/gateway/wire"
)

// The workspace knows the pushes from this list: one that is missing there would
// be told to nobody.
func TestPushesAreThoseThatTheEngineShows(t *testing.T) {
	t.Parallel()
	bodies := []view.Body{
		view.Offered{}, view.Withdrawn{}, view.Took{}, view.Said{}, view.Amended{}, view.Updated{}, view.Ended{},
		view.Waiting{}, view.Status{},
	}
	var got []wire.PushType
	names := make([]string, len(bodies))
	for i, b := range bodies {
		names[i] = reflect.TypeOf(b).Name()
		push, ok := wire.PushOf(view.Push{Body: b})
		if !ok {
			t.Errorf("there are no words for %T", b)
			continue
		}
		got = append(got, wire.PushType{Name: push.Type, Data: reflect.TypeOf(push.Data)})
	}
	if want := wire.Pushes(); !slices.Equal(got, want) {
		t.Errorf("pushes are %v, the list says %v", got, want)
	}
	if all := bodiesOf(t, "../../actors/view/push.go"); !slices.Equal(names, all) {
		t.Errorf("the engine shows %v, this test knows %v", all, names)
	}
}

// bodiesOf lists the types of a file that are a view.Body, in the file's order.
func bodiesOf(t *testing.T, file string) []string {
	t.Helper()
	var out []string
	for _, d := range parse(t, file).Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil || f.Name.Name != "body" {
			continue
		}
		receiver, ok := f.Recv.List[0].Type.(*ast.Ident)
		if !ok {
			t.Fatalf("%s: a body behind a pointer", file)
		}
		out = append(out, receiver.Name)
	}
	return out
}
