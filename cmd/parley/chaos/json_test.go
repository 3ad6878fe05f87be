package chaos

import "encoding/json"

// object is a JSON object as an outsider reads it.
type object = map[string]any

// dig follows keys and indexes into a JSON value; nil when there is nothing.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(object)
			v = m[p]
		case int:
			l, _ := v.([]any)
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
func spelled(v any) string           { b, _ := json.Marshal(v); return string(b) }
