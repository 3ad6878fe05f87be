package template

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
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

// Check says which macro of a text there is not, on one line whatever the text is. Braces that begin a macro and do not end
// it are refused too: they would go out to a customer as they stand.
func Check(text string) error {
	known := Macros()
	for _, m := range macro.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(known, m[1]) {
			return fmt.Errorf("there is no macro {{%s}}; there are %s", shown(m[1]), strings.Join(known, ", "))
		}
	}
	// What stands in for a macro keeps the braces around it apart, as its value will.
	if strings.Contains(macro.ReplaceAllString(text, " "), "{{") {
		return fmt.Errorf("{{ does not begin a macro; write it as {{%s}}, with two braces on each side", known[0])
	}
	return nil
}

// shown clips a name and leaves nothing in it that would break the line.
func shown(name string) string {
	const most = 60
	if r := []rune(name); len(r) > most {
		name = string(r[:most]) + "..."
	}
	quoted := strconv.Quote(name)
	return quoted[1 : len(quoted)-1]
}

// Fill puts values in for the macros of a text. One without a value stays, spelt without spaces, and is told in missing, each
// once, in the order of the text.
func Fill(text string, values map[string]string) (filled string, missing []string) {
	missing = []string{}
	told := map[string]bool{}
	filled = macro.ReplaceAllStringFunc(text, func(m string) string {
		name := macro.FindStringSubmatch(m)[1]
		if v := values[name]; v != "" {
			return v
		}
		if !told[name] {
			told[name] = true
			missing = append(missing, name)
		}
		return "{{" + name + "}}"
	})
	return filled, missing
}
