package template_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"parley/gateway/template"
)

func TestIn(t *testing.T) {
	t.Parallel()
	all := template.Template{ID: "t", Name: "T", Texts: map[string]string{"en": "hello", "pt": "olá", "zh-Hant": "你好", "sr-Latn": "zdravo"}}
	for _, tc := range []struct {
		name      string
		languages []string
		want      string // the text's language; empty = none
	}{
		{"the first that has a text", []string{"de", "pt", "en"}, "pt"},
		{"unknown ones are passed over", []string{"", "", "en"}, "en"},
		{"pt serves pt-BR", []string{"pt-BR", "en"}, "pt"},
		{"a wider one of the first comes before the second", []string{"pt-BR", "en", "pt-PT"}, "pt"},
		{"zh-Hant serves zh-Hant-TW", []string{"zh-Hant-TW"}, "zh-Hant"},
		{"sr-Latn does not serve sr", []string{"sr"}, ""},
		{"nor sr-Cyrl", []string{"sr-Cyrl"}, ""},
		{"case does not matter", []string{"EN"}, "en"},
		{"nor in the wider one", []string{"PT-br"}, "pt"},
		{"p is not pt", []string{"p"}, ""},
		{"por is not pt", []string{"por"}, ""},
		{"none asked for", nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got, ok := all.In(tc.languages...)
			want := template.Found{}
			if tc.want != "" {
				want = template.Found{ID: "t", Name: "T", Language: tc.want, Text: all.Texts[tc.want]}
			}
			if got != want || ok != (tc.want != "") {
				t.Errorf("got %+v, %v", got, ok)
			}
		})
	}
	narrow := template.Template{ID: "t", Texts: map[string]string{"pt-BR": "oi"}}
	if got, ok := narrow.In("pt", "pt-PT"); ok {
		t.Errorf("pt-BR does not serve %+v", got)
	}
	if got, ok := narrow.In("pt", "PT-BR"); !ok || got.Language != "pt-BR" {
		t.Errorf("got %+v, %v", got, ok)
	}
}

// shelf is a set of templates in English, in no order.
func shelf() []template.Template {
	english := func(id, name, text string) template.Template {
		return template.Template{ID: id, Name: name, Texts: map[string]string{"en": text}}
	}
	return []template.Template{
		english("terms", "Terms of refund", "We pay back within 14 days."),
		english("money", "Money back", "Tell us where the refund should go."),
		english("refund", "Refund, partly", "We keep the postage."),
		english("prerefund", "Prerefund", "Not yet."),
		english("bye", "Goodbye", "Thank you, have a good day."),
		{ID: "ru", Name: "Заказ ещё в пути", Texts: map[string]string{"ru": "Ваш заказ ещё едет.", "en": "Your order is on its way."}},
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, q string
		want    string // ids in order
	}{
		{"the name begins, a word of it begins, the name holds, only the text", "refund", "refund terms prerefund money"},
		{"an empty query finds all, by name", "", "bye money prerefund refund terms ru"},
		{"spaces are an empty query", " \t ", "bye money prerefund refund terms ru"},
		{"case and the number of spaces do not matter", "  TERMS   OF ", "terms"},
		{"words in any order", "refund terms", "terms"},
		{"one word in the name, one in the text", "postage refund", "refund"},
		{"every word is needed", "refund bicycle", ""},
		{"a part of a word", "fund", "prerefund refund terms money"},
		{"е finds ё", "еще", "ru"},
		{"ё finds ё", "ЕЩЁ", "ru"},
		{"the name counts in a chat of another language", "заказ", "ru"},
		{"a text of another language does not", "едет", ""},
		{"nothing is a pattern", ".*", ""},
		{"punctuation is taken as it is", "refund,", "refund"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(ids(template.Search(shelf(), tc.q, []string{"en"}, 50)), " "); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	if got := template.Search(shelf(), "едет", []string{"ru", "en"}, 50); len(got) != 1 || got[0].Language != "ru" || got[0].Text != "Ваш заказ ещё едет." {
		t.Errorf("in the chat's language: %+v", got)
	}
	if got := template.Search(shelf(), "", []string{"ru"}, 50); !slices.Equal(ids(got), []string{"ru"}) {
		t.Errorf("what has no text for the chat is left out: %+v", got)
	}
	if got := template.Search(nil, "", []string{"en"}, 50); got == nil || len(got) != 0 {
		t.Errorf("none: %#v", got)
	}
}

func TestSearchGivesTheBestUpToItsLimit(t *testing.T) {
	t.Parallel()
	for limit, want := range map[int]string{0: "", 1: "refund", 2: "refund terms", 4: "refund terms prerefund money", 50: "refund terms prerefund money"} {
		if got := strings.Join(ids(template.Search(shelf(), "refund", []string{"en"}, limit)), " "); got != want {
			t.Errorf("limit %d: %q", limit, got)
		}
	}
}

// TestSearchFindsExactlyWhatHoldsEveryWord compares with the rule spelled out naively.
func TestSearchFindsExactlyWhatHoldsEveryWord(t *testing.T) {
	t.Parallel()
	words := rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "ab", "Ba", "ёж", "Еж", "b,", "aba"}), 0, 4), func(w []string) string { return strings.Join(w, "  ") })
	plain := func(s string) string { return strings.NewReplacer("ё", "е").Replace(strings.ToLower(s)) }
	rapid.Check(t, func(t *rapid.T) {
		var all []template.Template
		for i := range rapid.IntRange(0, 6).Draw(t, "templates") {
			all = append(all, template.Template{ID: string(rune('a' + i)), Name: words.Draw(t, "name"), Texts: map[string]string{"en": words.Draw(t, "text")}})
		}
		q := words.Draw(t, "q")
		var want []string
		for _, x := range all {
			held := true
			for _, w := range strings.Fields(plain(q)) {
				held = held && (strings.Contains(plain(x.Name), w) || strings.Contains(plain(x.Texts["en"]), w))
			}
			if held {
				want = append(want, x.ID)
			}
		}
		got := ids(template.Search(all, q, []string{"en"}, 50))
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("q %q found %v, want %v of %+v", q, got, want, all)
		}
	})
}

func ids(found []template.Found) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.ID)
	}
	return out
}
