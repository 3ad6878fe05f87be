package config

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

const hidden = "***"

// Secret is a text that is used but never shown: fmt, slog, JSON and YAML all print it as "***". Keep it
// in exported fields: fmt reads unexported ones without asking the type.
type Secret string

// Reveal gives the text itself, for the one place that uses it.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret.
func (s Secret) String() string { return hidden }

// GoString hides the secret from %#v.
func (s Secret) GoString() string { return hidden }

// Format hides the secret from every verb, the wrong ones (%d) included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue hides the secret from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides the secret from text encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON hides the secret from JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalYAML hides the secret from YAML.
func (s Secret) MarshalYAML() (any, error) { return hidden, nil }

// Address names a store: a bare kind ("pebble") or a URL, whose credentials and parameters are hidden
// wherever it is printed.
type Address string

// Reveal gives the address with its credentials.
func (a Address) Reveal() string { return string(a) }

// Kind is the part before "://", or the whole of a bare word.
func (a Address) Kind() string {
	kind, _, _ := strings.Cut(string(a), "://")
	return kind
}

// String gives the address without user, password and parameters.
func (a Address) String() string {
	kind, rest, isURL := strings.Cut(string(a), "://")
	if !isURL {
		return kind
	}
	rest, _, _ = strings.Cut(rest, "?")
	// The last @ ends the credentials; a password may hold another one, unescaped, or a slash.
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = hidden + rest[at:]
	}
	return kind + "://" + rest
}

// GoString hides credentials from %#v.
func (a Address) GoString() string { return a.String() }

// Format hides credentials from every verb.
func (a Address) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, a.String()) }

// LogValue hides credentials from slog.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// MarshalText hides credentials from JSON and other encoders.
func (a Address) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// MarshalYAML hides credentials from YAML.
func (a Address) MarshalYAML() (any, error) { return a.String(), nil }
