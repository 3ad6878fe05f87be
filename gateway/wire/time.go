package wire

import "time"

// layout is RFC 3339 with exactly three decimals.
const layout = "2006-01-02T15:04:05.000Z"

// Time is a moment as clients read it: RFC 3339, UTC, milliseconds.
type Time string

// At spells a moment.
func At(t time.Time) Time { return Time(t.UTC().Format(layout)) }

// AtOrNull spells a moment; the zero time is null.
func AtOrNull(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	s := At(t)
	return &s
}

// orNull gives null for an empty string.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
