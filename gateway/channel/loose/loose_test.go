package loose

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

func must(t testing.TB, s string) Value {
	t.Helper()
	v, err := Parse([]byte(s))
	if err != nil {
		t.Fatalf("parse %q: %v", s, err)
	}
	return v
}

func TestNumbersAndStringsStandInForEachOther(t *testing.T) {
	t.Parallel()
	v := must(t, `{"n":9007199254740993,"s":"9007199254740993","bad":{"x":1},"null":null,"f":12.75,"e":1e3,"big":1e400,"sp":" 48 "}`)
	if got := v.Get("n").Text(); got != "9007199254740993" {
		t.Errorf("an id above 2^53 became %s", got)
	}
	if v.Get("n").Int() != v.Get("s").Int() || v.Get("s").Int() != 9007199254740993 {
		t.Error("number and string differ")
	}
	for name, want := range map[string]int64{"bad": 0, "null": 0, "missing": 0, "f": 12, "e": 1000, "big": 0, "sp": 48} {
		if got := v.Get(name).Int(); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
	if v.Get("null").Exists() || v.Get("bad", "x", "y").Exists() || !v.Get("bad", "x").Exists() {
		t.Error("existence")
	}
}

func TestTextSurvivesWhatProvidersSend(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"\u2764\ufe0f"`:       "❤️",
		`"\ud83d\ude2e"`:       "😮",
		`"\ud83d"`:             "\uFFFD",
		`"\ud83dx"`:            "\uFFFDx",
		`"\ude2e\ud83d"`:       "\uFFFD\uFFFD",
		`"a\u0000b"`:           "a\uFFFDb",
		`"\/\\\"\b\f\n\r\t"`:   "/\\\"\b\f\n\r\t",
		"\"caf\xc3\xa9 \xff\"": "café \uFFFD",
		`"\u003cimg\u003E"`:    "<img>",
	} {
		if got := must(t, in).Text(); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestTimesInSecondsAndMilliseconds(t *testing.T) {
	t.Parallel()
	want := time.Date(2023, 10, 11, 16, 53, 43, 0, time.UTC)
	for _, in := range []string{"1697043223", `"1697043223"`, "1697043223000", `"1697043223000"`} {
		if got := must(t, in).Time(); !got.Equal(want) {
			t.Errorf("%s: %v", in, got)
		}
	}
	for _, in := range []string{"0", "-5", `"soon"`, "null", "{}", "1e300", "99999999999999999"} {
		if got := must(t, in).Time(); !got.IsZero() {
			t.Errorf("%s: %v", in, got)
		}
	}
}

func TestLastOfEqualNamesCounts(t *testing.T) {
	t.Parallel()
	if got := must(t, `{"a":1,"a":2}`).Get("a").Int(); got != 2 {
		t.Errorf("got %d", got)
	}
}

func TestDepthAndWidthAreBounded(t *testing.T) {
	t.Parallel()
	deep := must(t, strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000))
	if deep.Height() != 100_000 {
		t.Errorf("height %d", deep.Height())
	}
	if h := must(t, `{"a":[{"b":1}],"c":2}`).Height(); h != 3 {
		t.Errorf("height %d, want 3", h)
	}
	wide := "[" + strings.Repeat("1,", MaxNodes) + "1]"
	if _, err := Parse([]byte(wide)); !errors.Is(err, ErrComplex) {
		t.Errorf("wide: %v", err)
	}
}

// FuzzParse holds the reader against the standard library: the same documents are valid, and the same texts come out.
func FuzzParse(f *testing.F) {
	for _, s := range []string{`{"a":[1,2,{"b":"\ud83d\ude2e"}]}`, `[]`, `{}`, `[1,]`, `{"a"}`, `"\u12"`, `-`, `01`, `1.e5`, ` [ ] `, `{"a":1 "b":2}`, `tru`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		v, err := Parse(src)
		if errors.Is(err, ErrComplex) {
			return
		}
		var std any
		stdErr := json.Unmarshal(src, &std)
		if (err == nil) != json.Valid(src) && v.Height() < 10_000 {
			t.Fatalf("%q: ours %v, standard %v", src, err, stdErr)
		}
		if err != nil || stdErr != nil {
			return
		}
		same(t, v, std)
	})
}

func same(t *testing.T, v Value, std any) {
	t.Helper()
	switch std := std.(type) {
	case string:
		if want := strings.ReplaceAll(std, "\x00", "\uFFFD"); v.Text() != want {
			t.Fatalf("text %q, want %q", v.Text(), want)
		}
	case []any:
		i := 0
		for e := range v.Items() {
			same(t, e, std[i])
			i++
		}
		if i != len(std) {
			t.Fatalf("%d items, want %d", i, len(std))
		}
	case map[string]any:
		for name, want := range std {
			if !strings.Contains(name, "\x00") {
				same(t, v.Get(name), want)
			}
		}
	case bool:
		if v.Bool() != std {
			t.Fatal("bool")
		}
	}
}

func BenchmarkParse(b *testing.B) {
	src := []byte(`{"object":"page","entry":[{"id":"1895382890692545","time":1486464322257,"messaging":[{"sender":{"id":"1412611362105802"},"recipient":{"id":"1895382890692545"},"timestamp":1486464322190,"message":{"mid":"mid.1486464322190:cb04e5a654","text":"text"}}]}]}`)
	b.ReportAllocs()
	for b.Loop() {
		v, _ := Parse(src)
		_ = v.Get("object").Is("page")
	}
}
