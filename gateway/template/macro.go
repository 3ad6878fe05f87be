package template

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// macro is {{contact.name}}; spaces inside the braces are allowed.
var macro = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// Macros lists what a text may ask for.
func Macros() []string {
	return []string{
		"contact.name", "contact.first_name", "contact.last_name", "contact.username", "contact.phone",
		"operator.name", "chat.id", "chat.channel", "queue.name",
	}
}

// Check says which macro of a text there is not.
func Check(text string) error {
	known := Macros()
	for _, m := range macro.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, m[1]) {
			return fmt.Errorf("there is no macro {{%s}}; there are %s", m[1], strings.Join(known, ", "))
		}
	}
	return nil
}

// Fill puts values in for the macros of a text. One without a value stays, spelt without spaces, and is told in missing, each
// once, in the order of the text.
func Fill(text string, values map[string]string) (filled string, missing []string) {
	missing = []string{}
	filled = macro.ReplaceAllStringFunc(text, func(m string) string {
		name := macro.FindStringSubmatch(m)[1]
		if v := values[name]; v != "" {
			return v
		}
		if !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
		return "{{" + name + "}}"
	})
	return filled, missing
}
