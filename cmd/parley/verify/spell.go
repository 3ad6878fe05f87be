package verify

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// spell writes a command without what it leaves out.
func spell(command any) string { return fmt.Sprintf("%T", command) + fields(reflect.ValueOf(command)) }

func fields(v reflect.Value) string {
	if at, ok := v.Interface().(time.Time); ok {
		return at.Format("15:04:05.000")
	}
	switch v.Kind() {
	case reflect.Struct:
		var words []string
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				words = append(words, v.Type().Field(i).Name+":"+fields(f))
			}
		}
		return "{" + strings.Join(words, " ") + "}"
	case reflect.Slice:
		var words []string
		for i := range v.Len() {
			words = append(words, fields(v.Index(i)))
		}
		return "[" + strings.Join(words, " ") + "]"
	default:
		return fmt.Sprint(v.Interface())
	}
}

// spellQueues writes what the company's queues are like.
func (w *world) spellQueues() string {
	var out strings.Builder
	for _, id := range w.queueIDs() {
		q := w.company.Queues[id]
		fmt.Fprintf(&out, "%s: %s of %v, completes after %v", id, q.Rule, q.Members, q.CompletionTimeout)
		if q.Limit != nil {
			fmt.Fprintf(&out, ", limit %d", *q.Limit)
		}
		if q.AcceptTimeout != nil {
			fmt.Fprintf(&out, ", accept %v", *q.AcceptTimeout)
		}
		out.WriteString("; ")
	}
	return out.String()
}
