package template

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// Template is one prepared reply.
type Template struct {
	ID, Name string
	// Texts are by language, as codes such as en or pt-BR.
	Texts map[string]string
}

// Found is a template with the text that a chat gets.
type Found struct {
	ID, Name       string
	Language, Text string
}

// In gives the text in the first of the languages that has one. A text in pt serves pt-BR too; one in pt-BR does not serve pt.
// ok is false when none does: such a template is not for this chat.
func (t Template) In(languages ...string) (found Found, ok bool) {
	for _, wanted := range languages {
		for ; wanted != ""; wanted = wider(wanted) {
			for _, language := range t.languages() {
				if strings.EqualFold(language, wanted) {
					return Found{ID: t.ID, Name: t.Name, Language: language, Text: t.Texts[language]}, true
				}
			}
		}
	}
	return Found{}, false
}

func (t Template) languages() []string {
	all := make([]string, 0, len(t.Texts))
	for language := range t.Texts {
		all = append(all, language)
	}
	slices.Sort(all)
	return all
}

// wider gives pt for pt-BR, and nothing for pt.
func wider(language string) string {
	return language[:max(strings.LastIndexByte(language, '-'), 0)]
}

// Search gives the templates that hold every word of q in name or text, in the languages of the chat, the best first: the name
// begins with q, a word of the name does, the name holds it, only the text does. An empty q finds all.
func Search(all []Template, q string, languages []string, limit int) []Found {
	q = folded(q)
	words := strings.Fields(q)
	type ranked struct {
		Found
		rank int
	}
	var hits []ranked
	for _, t := range all {
		found, ok := t.In(languages...)
		if !ok {
			continue
		}
		name := folded(found.Name)
		if rank := rankOf(name, found.Text, q, words); rank >= 0 {
			hits = append(hits, ranked{found, rank})
		}
	}
	slices.SortFunc(hits, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(folded(a.Name), folded(b.Name)), cmp.Compare(a.ID, b.ID))
	})
	out := make([]Found, 0, min(len(hits), limit))
	for _, h := range hits[:min(len(hits), limit)] {
		out = append(out, h.Found)
	}
	return out
}

// rankOf is 0 for the best, -1 for what is not found.
func rankOf(name, text, q string, words []string) int {
	switch {
	case strings.HasPrefix(name, q):
		return 0
	case beginsWord(name, q):
		return 1
	case holds(name, words):
		return 2
	case holds(name+" "+folded(text), words):
		return 3
	}
	return -1
}

func beginsWord(name, q string) bool {
	for from := 0; ; {
		at := strings.Index(name[from:], q)
		if at < 0 {
			return false
		}
		at += from
		before := []rune(name[:at])
		if len(before) == 0 || !unicode.IsLetter(before[len(before)-1]) && !unicode.IsDigit(before[len(before)-1]) {
			return true
		}
		from = at + 1
	}
}

func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// folded is how people type: case, the two dots of ё and the number of spaces do not matter.
func folded(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(strings.ToLower(s)), " "), "ё", "е")
}
