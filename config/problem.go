package config

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Severity says whether a problem stops the start.
type Severity int

const (
	// Error stops the start and fails `parley check`.
	Error Severity = iota
	// Warning is printed and passes.
	Warning
)

// String gives "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Problem is one thing wrong with the configuration, and what to do about it. It never holds a secret.
type Problem struct {
	Severity Severity
	// File is the file's name, "environment NAME" or "flag --name"; empty for what nobody gave.
	File string
	// Line counts from 1; 0 is not known.
	Line int
	// Key is the path of the value, such as channels[0].app_secret; empty for the file as a whole.
	Key     string
	Message string
	// Remedy is what to do, in the imperative.
	Remedy string
}

// String gives the problem on one line: where, key, what, remedy.
func (p Problem) String() string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File)
		if p.Line > 0 {
			b.WriteString(":" + strconv.Itoa(p.Line))
		}
		b.WriteString(": ")
	}
	if p.Severity == Warning {
		b.WriteString("warning: ")
	}
	if p.Key != "" {
		b.WriteString(p.Key + ": ")
	}
	b.WriteString(p.Message)
	if p.Remedy != "" {
		b.WriteString("; remedy: " + p.Remedy)
	}
	return b.String()
}

// Failed says whether any of the problems stops the start.
func Failed(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Severity == Error })
}

// Sorted gives the problems in reading order: by file, line and key.
func Sorted(problems []Problem) []Problem {
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Key, b.Key))
	})
	return sorted
}

// clip shortens what a user wrote so that a problem stays one readable line.
func clip(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "..."
	}
	return strconv.Quote(text)
}

// list joins words as a sentence does: a, b or c.
func list(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
