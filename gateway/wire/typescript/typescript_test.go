package typescript

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"parley/gateway/wire"
)

type (
	moment string
	colour string

	base struct {
		ID     string `json:"id"`
		hidden int
		Secret string `json:"-"`
	}
	tree struct {
		base
		Name     *string                    `json:"name"`
		Parent   *tree                      `json:"parent,omitempty"`
		Children []tree                     `json:"children"`
		Times    []*moment                  `json:"times"`
		Grid     [][]float64                `json:"grid"`
		Tags     []string                   `json:"tags" enum:"a,b"`
		Size     *string                    `json:"size" enum:"big,small"`
		Kind     string                     `json:"kind" enum:",x"`
		Count    uint64                     `json:"count,omitzero"`
		Raw      json.RawMessage            `json:"raw"`
		Maps     map[string]map[string]bool `json:"maps"`
		Leave    string                     `json:"leave" ts:"optional"`
		Colour   colour                     `json:"colour"`
		Colours  []colour                   `json:"colours"`
	}
	nothing struct{}
	choice  struct {
		A string `json:"a" ts:"either"`
		B int    `json:"b" ts:"either"`
	}
)

func (colour) Known() []string { return []string{"red", `"blue"`} }

func TestOddStructsAreSpelled(t *testing.T) {
	t.Parallel()
	s := newSpelling(map[reflect.Type]string{reflect.TypeFor[base](): "Base"})
	for _, mentioned := range []reflect.Type{reflect.TypeFor[tree](), reflect.TypeFor[nothing](), reflect.TypeFor[choice]()} {
		s.of(mentioned, nil)
	}
	want := map[string]string{
		"Base":   "export interface Base {\n  readonly id: string;\n}\n",
		"moment": "export type moment = string;\n",
		"colour": "export type colour =\n  | \"red\"\n  | \"\\\"blue\\\"\";\n",
		"tree": `export interface tree extends Base {
  readonly name: string | null;
  readonly parent?: tree;
  readonly children: readonly tree[];
  readonly times: readonly (moment | null)[];
  readonly grid: readonly (readonly number[])[];
  readonly tags: readonly ("a" | "b")[];
  readonly size: "big" | "small" | null;
  readonly kind: "" | "x";
  readonly count?: number;
  readonly raw: unknown;
  readonly maps: Readonly<Record<string, Readonly<Record<string, boolean>>>>;
  readonly leave?: string;
  readonly colour: colour | (string & Record<never, never>);
  readonly colours: readonly (colour | (string & Record<never, never>))[];
}
`,
		"nothing": "export type nothing = Readonly<Record<string, never>>;\n",
		"choice": `export type choice =
  | { readonly a: string; readonly b?: never }
  | { readonly a?: never; readonly b: number };
`,
	}
	for name, text := range want {
		if got := s.declared[name]; got != text {
			t.Errorf("%s is spelled\n%s\nand not\n%s", name, got, text)
		}
	}
	if len(s.declared) != len(want) || len(s.faults) != 0 {
		t.Errorf("declared %d of %d, faults %v", len(s.declared), len(want), s.faults)
	}
}

// What cannot be spelled truly is refused: a wrong declaration is worse than none.
func TestWhatHasNoSpellingIsRefused(t *testing.T) {
	t.Parallel()
	type Ref struct { // as wire.Ref
		X int `json:"x"`
	}
	for what, c := range map[string]struct {
		of   reflect.Type
		want string
	}{
		"a channel":               {reflect.TypeFor[chan int](), "chan int has no spelling"},
		"bytes, which are base64": {reflect.TypeFor[[]byte](), "uint8 has no spelling"},
		"its own JSON":            {reflect.TypeFor[struct{ time.Time }](), "spells itself"},
		"no name":                 {reflect.TypeFor[struct{ X int }](), "needs a name"},
		"no name in JSON":         {reflect.TypeFor[untagged](), "untagged.X has no name in JSON"},
		"a generic type":          {reflect.TypeFor[page[int]](), "needs a name"},
		"a name given twice":      {reflect.TypeFor[map[string]Ref](), "are both called Ref"},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := newSpelling(nil)
			s.of(reflect.TypeFor[wire.Ref](), nil)
			s.of(c.of, nil)
			if len(s.faults) != 1 || !strings.Contains(s.faults[0].Error(), c.want) {
				t.Errorf("faults %v, want %s", s.faults, c.want)
			}
		})
	}
}

type untagged struct{ X int }

type page[T any] struct {
	Items []T `json:"items"`
}

func TestTheSameProtocolGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	p := Protocol{
		Requests: map[string]Request{
			"b.do": {reflect.TypeFor[nothing](), reflect.TypeFor[wire.Empty]()},
			"a.do": {reflect.TypeFor[wire.OfChat](), reflect.TypeFor[wire.Assigned]()},
		},
		Pushes:     wire.Pushes(),
		CloseCodes: map[string]int{"late": 4408, "early": 1012, "middle": 4401},
	}
	first, err := Declarations(p, "hand")
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := Declarations(p, "hand"); err != nil || string(again) != string(first) {
			t.Fatalf("another text (%v):\n%s", err, again)
		}
	}
	p.Requests["c.do"] = Request{reflect.TypeFor[chan int](), reflect.TypeFor[wire.Empty]()}
	if _, err := Declarations(p, "hand"); err == nil {
		t.Error("a frame that cannot be spelled is let through")
	}
}
