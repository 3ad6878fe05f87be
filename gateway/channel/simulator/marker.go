package simulator

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
)

// Marker names one numbered line of one customer, so that a verdict can find it wherever its text shows up.
type Marker struct {
	Channel  string
	Customer int
	Seq      int
}

// String is the form the marker has inside a text: "[acme-fb/3/17]".
func (m Marker) String() string { return fmt.Sprintf("[%s/%d/%d]", m.Channel, m.Customer, m.Seq) }

var markerForm = regexp.MustCompile(`\[([^\[\]/]+)/(\d+)/(\d+)\]`)

// FindMarker reads the first marker in a text.
func FindMarker(text string) (Marker, bool) {
	found := markerForm.FindStringSubmatch(text)
	if found == nil {
		return Marker{}, false
	}
	n, err1 := strconv.Atoi(found[2])
	seq, err2 := strconv.Atoi(found[3])
	return Marker{Channel: found[1], Customer: n, Seq: seq}, err1 == nil && err2 == nil
}

// Numbered writes a line that carries, after the text, a marker with the line's own sequence number.
func (c *Customer) Numbered(ctx context.Context, text string) (EventRef, Marker, error) {
	ref, err := c.perform(ctx, act{kind: KindText, text: text, numbered: true})
	return ref, Marker{Channel: c.acc.ID, Customer: c.N, Seq: ref.Seq}, err
}
