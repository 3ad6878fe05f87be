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

// Numbered writes a line that carries a marker with its own sequence number after the text. Only one goroutine may
// write for the customer at a time, or numbers could be given twice.
func (c *Customer) Numbered(ctx context.Context, text string) (EventRef, Marker, error) {
	c.mu.Lock()
	m := Marker{Channel: c.acc.ID, Customer: c.N, Seq: c.seq + 1}
	c.mu.Unlock()
	ref, err := c.Text(ctx, text+" "+m.String())
	return ref, m, err
}
