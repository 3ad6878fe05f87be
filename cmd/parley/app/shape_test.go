package app_test

import (
	"encoding/json"
	"regexp"
	"testing"
)

// dig follows keys and indexes into a JSON value; nil when there is nothing.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(object)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p < 0 {
				p += len(l)
			}
			if p < 0 || p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

func text(v any, path ...any) string { s, _ := dig(v, path...).(string); return s }
func number(v any, path ...any) int  { n, _ := dig(v, path...).(float64); return int(n) }
func part(v any, path ...any) object { m, _ := dig(v, path...).(object); return m }
func list(v any, path ...any) []any  { l, _ := dig(v, path...).([]any); return l }
func truth(v any, path ...any) bool  { b, _ := dig(v, path...).(bool); return b }
func spelled(v any) string           { b, _ := json.Marshal(v); return string(b) }
func absent(v any, path ...any) bool { return dig(v, path...) == nil }
func texts(of []any, key string) (out []string) {
	for _, v := range of {
		out = append(out, text(v, key))
	}
	return out
}

// shape checks that an object has all these fields, null ones among them.
func shape(t testing.TB, v any, fields ...string) object {
	t.Helper()
	m, ok := v.(object)
	if !ok {
		t.Fatalf("no object: %s", spelled(v))
	}
	for _, f := range fields {
		if _, ok := m[f]; !ok {
			t.Errorf("field %q is missing in %s", f, spelled(v))
		}
	}
	return m
}

var moment = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$`)

// timed checks that fields are RFC 3339 UTC times with milliseconds.
func timed(t testing.TB, v any, fields ...string) {
	t.Helper()
	for _, f := range fields {
		if !moment.MatchString(text(v, f)) {
			t.Errorf("%s is no time: %s", f, spelled(v))
		}
	}
}

// isRow checks the contract's row.
func isRow(t testing.TB, v any) object {
	t.Helper()
	m := shape(t, v, "id", "conversation", "contact", "channel", "queue", "state", "created_at", "preview", "parent", "deadline", "unread")
	shape(t, m["contact"], "id", "name", "photo")
	shape(t, m["channel"], "id", "provider", "name")
	shape(t, m["queue"], "id", "name")
	timed(t, m, "created_at")
	return m
}

// isFull checks the contract's full chat.
func isFull(t testing.TB, v any) object {
	t.Helper()
	isRow(t, v)
	return shape(t, v, "owner", "accepted_at", "completed_at", "reason", "last_at", "window_closes_at", "draft", "similar", "thread_control", "last_position")
}

// isMessage checks the contract's message.
func isMessage(t testing.TB, v any) object {
	t.Helper()
	m := shape(t, v, "id", "position", "chat", "at", "direction", "author", "text", "attachments", "reply_to", "state", "error",
		"client_id", "edited", "deleted", "reactions")
	shape(t, m["author"], "kind", "id", "name")
	timed(t, m, "at")
	if m["attachments"] == nil || m["reactions"] == nil {
		t.Errorf("a list is null: %s", spelled(v))
	}
	for _, a := range list(m, "attachments") {
		shape(t, a, "id", "kind", "name", "mime", "size", "state", "lat", "lon", "card")
	}
	if text(m, "direction") == "in" && (m["state"] != nil || m["error"] != nil || m["client_id"] != nil) {
		t.Errorf("an incoming message has a state: %s", spelled(v))
	}
	return m
}

// inOrder checks that messages are the oldest first, with rising positions within a chat.
func inOrder(t testing.TB, messages []any) {
	t.Helper()
	for i := 1; i < len(messages); i++ {
		a, b := messages[i-1], messages[i]
		if text(a, "chat") == text(b, "chat") && number(b, "position") != number(a, "position")+1 {
			t.Errorf("position %d follows %d", number(b, "position"), number(a, "position"))
		}
	}
}
