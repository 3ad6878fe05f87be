package template_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/gateway/template"
)

// values are those of a chat with a customer whose phone nobody knows.
func values() map[string]string {
	return map[string]string{"contact.name": "Ann Lee", "operator.name": "Boris", "contact.phone": "", "queue.name": "Support"}
}

func TestFill(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text, want string
		missing          []string
	}{
		{name: "no macro", text: "Good day!", want: "Good day!"},
		{name: "nothing"},
		{name: "one macro", text: "Hello {{contact.name}}!", want: "Hello Ann Lee!"},
		{name: "spaces inside the braces", text: "Hello {{  contact.name\t}}!", want: "Hello Ann Lee!"},
		{name: "neighbours", text: "{{contact.name}}{{operator.name}}", want: "Ann LeeBoris"},
		{name: "the same twice", text: "{{contact.name}}, dear {{contact.name}}", want: "Ann Lee, dear Ann Lee"},
		{name: "no value", text: "Is it {{ contact.phone }}?", want: "Is it {{contact.phone}}?", missing: []string{"contact.phone"}},
		{
			name: "missing ones are told once, in the order of the text",
			text: "{{queue.name}} {{contact.username}} {{contact.phone}} {{contact.username}}",
			want: "Support {{contact.username}} {{contact.phone}} {{contact.username}}", missing: []string{"contact.username", "contact.phone"},
		},
		{name: "an unknown macro is missing", text: "{{contact.shoe_size}}", want: "{{contact.shoe_size}}", missing: []string{"contact.shoe_size"}},
		{name: "case counts", text: "{{Contact.Name}}", want: "{{Contact.Name}}", missing: []string{"Contact.Name"}},
		{name: "braces that are no macro", text: "{contact.name} {{contact.name} {{}x}} }}{{", want: "{contact.name} {{contact.name} {{}x}} }}{{"},
		{name: "other letters around", text: "Здравствуйте, {{contact.name}}! 🙂", want: "Здравствуйте, Ann Lee! 🙂"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, missing := template.Fill(tc.text, values())
			if got != tc.want || !slices.Equal(missing, tc.missing) || missing == nil {
				t.Errorf("got %q, missing %#v", got, missing)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	for _, m := range template.Macros() {
		if err := template.Check("a {{" + m + "}} b {{ " + m + " }}"); err != nil {
			t.Errorf("%s: %v", m, err)
		}
	}
	for text, want := range map[string]string{
		"":                                    "",
		"{ {x} } ${x} }} {{contact.id":        "does not begin a macro",
		`{"a": {"b": {}}}`:                    "",
		"{{{contact.name}}}":                  "",
		"{{contact.nmae}}":                    "there is no macro {{contact.nmae}}; there are contact.name,",
		"{{ Contact.Name }}":                  "there is no macro {{Contact.Name}};",
		"{{}}":                                "there is no macro {{}};",
		"{{contact.name}":                     "does not begin a macro",
		"{{ {{contact.name}} }}":              "does not begin a macro",
		"{{{{contact.name}}}}":                "does not begin a macro",
		"{{a\n\u2028\x00b}}":                  `{{a\n\u2028\x00b}}`,
		"{{" + strings.Repeat("ж", 90) + "}}": "{{" + strings.Repeat("ж", 60) + "...}}",
	} {
		err := template.Check(text)
		if want == "" && err == nil {
			continue
		}
		if want == "" || err == nil || !strings.Contains(err.Error(), want) || strings.ContainsAny(err.Error(), "\n\r\u2028") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestR15TemplatesAreLiteralPlaceholders: a template runs nothing, and what is put in is not read again (R15).
func TestR15TemplatesAreLiteralPlaceholders(t *testing.T) {
	t.Parallel()
	hostile := map[string]string{
		"contact.name": "{{contact.phone}}", "contact.phone": "+100", "operator.name": "${contact.phone} $1 $0 \\1", "contact.username": "contact.phone",
	}
	for text, want := range map[string]string{
		"{{contact.name}}":                                "{{contact.phone}}",                          // a customer's name asks for nothing
		"{{contact.name}}{{contact.phone}}":               "{{contact.phone}}+100",                      // what is put in stays text beside a macro
		"{{{{contact.username}}}}":                        "{{contact.phone}}",                          // nor does it become a macro in braces around it
		"{{operator.name}}":                               "${contact.phone} $1 $0 \\1",                 // what a pattern's replacement would take for a group
		"{{{{contact.phone}}}}":                           "{{+100}}",                                   // nested: the inner one
		"${contact.phone} $contact.phone $(id) `id`":      "${contact.phone} $contact.phone $(id) `id`", // other languages
		"{% if 1 %}{{'{'}<%= 7*7 %>#{7*7}{contact.phone}": "{% if 1 %}{{'{'}<%= 7*7 %>#{7*7}{contact.phone}",
		"<b>{{contact.phone}}</b>":                        "<b>+100</b>",
	} {
		if got, missing := template.Fill(text, hostile); got != want || len(missing) > 0 {
			t.Errorf("%q: got %q, missing %q", text, got, missing)
		}
	}
	for _, text := range []string{"{{.Env}}", `{{printf "%d" 7}}`, "{{7*7}}", "{{contact.phone | html}}", "{{template \"x\"}}", "{{contact}}", "{{contact.phone.0}}"} {
		got, missing := template.Fill(text, hostile)
		if got != text || len(missing) != 1 || template.Check(text) == nil {
			t.Errorf("%q: got %q, missing %q, check %v", text, got, missing, template.Check(text))
		}
	}
}

// TestR15ALargeTextIsFilledAsManySmallOnes: a megabyte of macros, or of braces that are none, becomes what its pieces become (R15).
// It ends at once where the work grows with the length alone; nothing is timed.
func TestR15ALargeTextIsFilledAsManySmallOnes(t *testing.T) {
	t.Parallel()
	const large, less = 1 << 20, 1 << 16
	for piece, size := range map[string]int{
		"{{contact.name}} ": large, "{{ ": large, "{{ contact.phone }}": less, "{{": less, "{": less, "}}": large, "{{contact.name} ": less,
		"{{" + strings.Repeat(" ", 1000): less, "{{" + strings.Repeat("a", 1000): less, "Жё ": large,
	} {
		n := size / len(piece)
		one, oneMissing := template.Fill(piece, values())
		all, allMissing := template.Fill(strings.Repeat(piece, n), values())
		if all != strings.Repeat(one, n) || !slices.Equal(allMissing, oneMissing) {
			t.Errorf("%.20q: %d bytes of %d pieces, missing %.60q", piece, len(all), n, allMissing)
		}
	}
	var strange strings.Builder // every macro another one
	for i := range large / 16 {
		fmt.Fprintf(&strange, "{{macro%07d}}", i)
	}
	if all, missing := template.Fill(strange.String(), values()); all != strange.String() || len(missing) != large/16 {
		t.Errorf("%d bytes, %d missing", len(all), len(missing))
	}
}

// piece is a part of a drawn text with what it must become.
type piece struct{ text, becomes, macro string }

func pieces(values map[string]string) *rapid.Generator[[]piece] {
	names := append(template.Macros(), "contact.nmae")
	literal := rapid.Custom(func(t *rapid.T) piece {
		s := rapid.StringMatching(`[a-zё $<>%.\n]{0,8}|[{] |[}] `).Draw(t, "literal")
		return piece{text: s, becomes: s}
	})
	asked := rapid.Custom(func(t *rapid.T) piece {
		name, space := rapid.SampledFrom(names).Draw(t, "macro"), rapid.SampledFrom([]string{"", " ", "\t\n "}).Draw(t, "space")
		p := piece{text: "{{" + space + name + space + "}}", becomes: values[name], macro: name}
		if p.becomes == "" {
			p.becomes = "{{" + name + "}}"
		}
		return p
	})
	return rapid.SliceOfN(rapid.OneOf(literal, asked), 0, 12)
}

func drawValues(of *rapid.Generator[string]) *rapid.Generator[map[string]string] {
	return rapid.MapOf(rapid.SampledFrom(template.Macros()), of)
}

// TestEveryMacroIsFilledOnceAndNothingElse: the text is its pieces, each with what stands in for it.
func TestEveryMacroIsFilledOnceAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := drawValues(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"{{contact.phone}}", "{{", "}}", "$1", "{{x}}"}))).Draw(t, "values")
		var text, want strings.Builder
		missing := []string{}
		for _, p := range pieces(values).Draw(t, "pieces") {
			text.WriteString(p.text)
			want.WriteString(p.becomes)
			if p.macro != "" && values[p.macro] == "" && !slices.Contains(missing, p.macro) {
				missing = append(missing, p.macro)
			}
		}
		if got, left := template.Fill(text.String(), values); got != want.String() || !slices.Equal(left, missing) {
			t.Fatalf("%q became %q, want %q; missing %q, want %q", text.String(), got, want.String(), left, missing)
		}
	})
}

// TestNoMacroIsLeftUnlessAValueHoldsOne: of a text that Check lets pass, any braces in it.
func TestNoMacroIsLeftUnlessAValueHoldsOne(t *testing.T) {
	t.Parallel()
	part := rapid.OneOf(rapid.SampledFrom([]string{"{", "}", "{{", "}}", " ", "x", "contact.name"}),
		rapid.Map(rapid.SampledFrom(template.Macros()), func(m string) string { return "{{" + m + "}}" }))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(part).Draw(t, "parts"), "")
		plain := drawValues(rapid.OneOf(rapid.StringMatching(`[^{}]{0,10}`), rapid.SampledFrom(template.Macros()))).Draw(t, "values")
		got, missing := template.Fill(text, plain)
		if template.Check(text) != nil || len(missing) > 0 {
			return
		}
		for _, m := range template.Macros() {
			if strings.Contains(got, "{{"+m+"}}") {
				t.Fatalf("%q became %q", text, got)
			}
		}
	})
}

// FuzzFill fills any text with any value: what is filled again stays, unless the value brings braces of its own.
func FuzzFill(f *testing.F) {
	for _, text := range []string{
		"", "Hello {{contact.name}}, this is {{ operator.name }}", "{{contact.phone}}{{contact.phone}}", "{{{{contact.name}}}}", "{{}}{{ }}", "}}{{", "{{contact.name",
		"${contact.name} {%x%} {{.}}", "{{\xff}}", "{{contact.\nname}}", "{{\u00a0contact.name\u00a0}}",
	} {
		f.Add(text, "Ann")
		f.Add(text, "{{contact.phone}}")
		f.Add(text, "")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		values := map[string]string{"contact.name": value, "operator.name": "Boris"}
		got, missing := template.Fill(text, values)
		if err := sound(text, got, missing); err != nil {
			t.Fatalf("%q with %q: %v", text, value, err)
		}
		if template.Check(text) != nil || strings.ContainsAny(value, "{}") {
			return
		}
		if again, left := template.Fill(got, values); again != got || !slices.Equal(left, missing) {
			t.Fatalf("%q became %q, and that %q", text, got, again)
		}
	})
}

// sound says what is wrong with a filled text.
func sound(text, got string, missing []string) error {
	if !strings.Contains(text, "{{") && got != text {
		return fmt.Errorf("changed without a macro: %q", got)
	}
	for i, m := range missing {
		if !strings.Contains(got, "{{"+m+"}}") {
			return fmt.Errorf("%q is missing and not in %q", m, got)
		}
		if slices.Contains(missing[:i], m) {
			return fmt.Errorf("%q is told twice", m)
		}
	}
	if missing == nil {
		return errors.New("missing is nil: it would be null in the reply")
	}
	return nil
}
