package simulate

import (
	"crypto/rand"
	"fmt"
	"regexp"
	"strings"

	"parley/gateway/channel/simulator"
)

// tag names a run inside texts. The same seed gives the same customers again, so what an earlier run left behind would
// otherwise look like this one's.
type tag string

// newTag draws a tag that no other run has.
func newTag() tag { return tag(strings.ToLower(rand.Text()[:8])) }

// line is the text of a customer's numbered line, without the marker that the World adds.
func (t tag) line(words string) string { return words + " ~" + string(t) }

// marker reads the marker of a line of this run.
func (t tag) marker(text string) (simulator.Marker, bool) {
	_, rest, ok := strings.Cut(text, "~"+string(t)+" ")
	if !ok {
		return simulator.Marker{}, false
	}
	return simulator.FindMarker(rest)
}

var lineForm = regexp.MustCompile(`~[a-z2-7]{8} \[[^\[\]/]+/\d+/\d+\]`)

// leftover says whether a text is a line of another run: one that ended before somebody looked after it.
func (t tag) leftover(text string) bool {
	_, ours := t.marker(text)
	return !ours && lineForm.MatchString(text)
}

// answer is the text of an operator's answer: its key, and the line it answers.
func (t tag) answer(key string, to simulator.Marker) string {
	return fmt.Sprintf("Answer {%s} to %s", key, to)
}

// key makes the name of an operator's n-th answer; it serves as client_id too.
func (t tag) key(operator, n int) string { return fmt.Sprintf("%s-%d-%d", t, operator, n) }

// answerKey reads the key of an answer of this run.
func (t tag) answerKey(text string) (string, bool) {
	_, rest, ok := strings.Cut(text, "{"+string(t)+"-")
	if !ok {
		return "", false
	}
	rest, _, ok = strings.Cut(rest, "}")
	return string(t) + "-" + rest, ok
}
