package config

import (
	"strings"
	"testing"
)

// TestTemplateProblems names each mistake in a template at its own key (S37).
func TestTemplateProblems(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, template, want string // want: without the file's name; empty = nothing to say
	}{
		{name: "one text in the language of the house", template: `{id: a, texts: {en: Hello}}`},
		{name: "a name of 200 bytes", template: `{id: a, name: ` + strings.Repeat("x", 200) + `, texts: {en: Hello}}`},
		{name: "4,096 characters of two bytes", template: `{id: a, texts: {en: ` + strings.Repeat("ж", 4096) + `}}`},
		{name: "another spelling of the house's language", template: `{id: a, texts: {EN: Hello}}`},
		{
			name: "an unknown field", template: `{id: a, texts: {en: Hello}, language: en}`,
			want: `templates[0].language: is not a known key; remedy: use one of id, name, texts`,
		},
		{
			name: "no id", template: `{texts: {en: Hello}}`,
			want: `templates[0].id: is missing; remedy: give every one of templates an id; it never changes`,
		},
		{
			name: "a blank name", template: `{id: a, name: " ", texts: {en: Hello}}`,
			want: `templates[0].name: is blank; remedy: write what operators will look for, or remove it for the id`,
		},
		{
			name: "a name of 201 bytes", template: `{id: a, name: ` + strings.Repeat("x", 201) + `, texts: {en: Hello}}`,
			want: `templates[0].name: is longer than 200 bytes; remedy: use a shorter one`,
		},
		{
			name: "no text", template: `{id: a}`,
			want: `templates[0].texts: holds no text; remedy: write one per language, such as texts: {en: "..."}`,
		},
		{
			name: "a text without a language", template: `{id: a, texts: Hello}`,
			want: "templates[0].texts: holds one value where keys are expected; remedy: write `key: value` lines here",
		},
		{
			name: "a word for a language", template: `{id: a, texts: {english: Hello}}`,
			want: `templates[0].texts.english: "english" is not a language; remedy: use a code such as en, ru or pt-BR`,
		},
		{
			name: "one language in two spellings", template: `{id: a, texts: {en: Hello, EN: Hi}}`,
			want: `templates[0].texts.en: is the same language as "EN"; remedy: keep one of them`,
		},
		{
			name: "one language twice", template: `{id: a, texts: {en: Hello, en: Hi}}`,
			want: `templates[0].texts.en: is given twice, first in line 2; remedy: keep one of them`,
		},
		{
			name: "a blank text", template: `{id: a, texts: {en: Hello, ru: " "}}`,
			want: `templates[0].texts.ru: is blank; remedy: write a text, or remove the line`,
		},
		{
			name: "a language with nothing behind it", template: `{id: a, texts: {en: Hello, ru: }}`,
			want: `templates[0].texts.ru: is blank; remedy: write a text, or remove the line`,
		},
		{
			name: "4,097 characters", template: `{id: a, texts: {en: ` + strings.Repeat("ж", 4097) + `}}`,
			want: `templates[0].texts.en: has 4097 characters; remedy: use at most 4096`,
		},
		{
			name: "a NUL", template: `{id: a, texts: {en: "a\0b"}}`,
			want: `templates[0].texts.en: holds bytes that are no text; remedy: write it in UTF-8`,
		},
		{
			name: "an unknown macro", template: `{id: a, texts: {en: "Hello {{contact.nmae}}"}}`,
			want: `templates[0].texts.en: there is no macro {{contact.nmae}}; remedy: correct it, or take the braces away`,
		},
		{
			name: "a macro at the beginning, without quotes", template: "{id: a, texts: {en: {{contact.name}}}}",
			want: `templates[0].texts.en: holds keys where one value is expected; remedy: write one value: text, in double quotes if it has special characters`,
		},
		{
			name: "no text in the language of the house", template: `{id: a, texts: {en-GB: Hello}}`,
			want: `warning: templates[0].texts: holds no text in "en", the language of the house: operators will not find it for customers whose language nobody knows; remedy: add a text in "en"`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			file := write(t, "templates:\n- "+tc.template+"\n")
			_, problems := check(file, nil, nil)
			var got []string
			for _, p := range problems {
				got = append(got, strings.TrimPrefix(p.String(), file+":2: "))
			}
			equal(t, "problems", strings.Join(got, "\n"), tc.want)
		})
	}
}

func TestATextInAWiderLanguageServesTheHouse(t *testing.T) {
	t.Parallel()
	_, problems := check(write(t, "settings: {language: pt-BR}\ntemplates: [{id: a, texts: {PT: Olá}}]\n"), nil, nil)
	if len(problems) != 0 {
		t.Fatalf("problems: %v", problems)
	}
}

func TestTemplatesMadeInCodeAreValidated(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.Templates = []Template{{ID: "a", Texts: map[string]string{"en": "x\xff", "ru": "\n Да \n"}}, {ID: "a", Texts: map[string]string{"en": "Hello"}}}
	cfg.Complete()
	equal(t, "name", cfg.Templates[0].Name, "a")
	equal(t, "text", cfg.Templates[0].Texts["ru"], "Да")
	problems := cfg.Validate(rules, macros)
	if len(problems) != 2 {
		t.Fatalf("problems: %v", problems)
	}
	equal(t, "the same id", problems[0].String(), `templates[1].id: "a" is already the id of templates[0]; remedy: give one of them another id`)
	equal(t, "no UTF-8", problems[1].String(), `templates[0].texts.en: holds bytes that are no text; remedy: write it in UTF-8`)
}
