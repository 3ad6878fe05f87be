package gateway

import (
	"encoding/json"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/gateway/wire"
)

// resume are the parameters of the websocket.
type resume struct {
	Epoch string `query:"epoch"`
	Seq   string `query:"seq"`
}

type object = map[string]any

// openAPI serves the document; it is made once, when the server is.
func (s *Server) openAPI(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(s.document)
}

// document makes the OpenAPI 3.1 document from the table of routes and the Go types in it.
func document(routes []endpoint, version string) []byte {
	b := schemas{named: object{}, types: map[string]reflect.Type{}}
	paths := object{}
	for _, e := range routes {
		item, _ := paths[e.path].(object)
		if item == nil {
			item = object{}
			paths[e.path] = item
		}
		item[strings.ToLower(e.method)] = b.operation(e)
	}
	b.schema(reflect.TypeFor[problemDocument]())
	return wire.Encode(object{
		"openapi": "3.1.0",
		"info":    object{"title": "Parley", "version": version, "description": "Every call takes the session cookie or a bearer token. Errors are RFC 9457 problem documents with a stable code."},
		"paths":   paths,
		"components": object{
			"schemas": b.named,
			"securitySchemes": object{
				"bearer": object{"type": "http", "scheme": "bearer"},
				"cookie": object{"type": "apiKey", "in": "cookie", "name": "parley"},
			},
		},
	})
}

// schemas collects the named types that operations refer to.
type schemas struct {
	named object
	types map[string]reflect.Type // which type a name belongs to
}

func (b schemas) operation(e endpoint) object {
	op := object{"summary": e.summary, "operationId": operationID(e), "responses": b.responses(e)}
	if e.access == public {
		op["security"] = []any{}
	} else {
		op["security"] = []any{object{"bearer": []string{}}, object{"cookie": []string{}}}
	}
	if e.access == administrator {
		op["description"] = "Administrators only."
	}
	if params := b.parameters(e); len(params) > 0 {
		op["parameters"] = params
	}
	if body := b.requestBody(e); body != nil {
		op["requestBody"] = body
	}
	return op
}

var braces = regexp.MustCompile(`\{(\w+)\}`)

// operationID names a call after method and path: getChatsMessages.
func operationID(e endpoint) string {
	id := strings.ToLower(e.method)
	for _, word := range strings.FieldsFunc(strings.TrimPrefix(e.path, "/api/v1"), func(r rune) bool { return r == '/' || r == '.' }) {
		if !strings.HasPrefix(word, "{") {
			id += strings.ToUpper(word[:1]) + word[1:]
		} else {
			id += "By" + strings.ToUpper(word[1:2]) + word[2:len(word)-1]
		}
	}
	return id
}

func (b schemas) responses(e endpoint) object {
	ok := object{"description": "done"}
	switch {
	case e.media != "":
		ok["content"] = object{e.media: object{}}
	case e.response != nil:
		ok["content"] = object{fiber.MIMEApplicationJSON: object{"schema": b.schema(e.response)}}
	}
	return object{
		strconv.Itoa(e.status): ok,
		"default":              object{"description": "a problem", "content": object{"application/problem+json": object{"schema": object{"$ref": ref("ProblemDocument")}}}},
	}
}

func (b schemas) parameters(e endpoint) []any {
	var out []any
	for _, m := range braces.FindAllStringSubmatch(e.path, -1) {
		out = append(out, object{"name": m[1], "in": "path", "required": true, "schema": object{"type": "string"}})
	}
	if e.request == nil {
		return out
	}
	for i := range e.request.NumField() {
		f := e.request.Field(i)
		if name := f.Tag.Get("query"); name != "" {
			out = append(out, object{"name": name, "in": "query", "schema": b.property(f)})
		}
	}
	return out
}

func (b schemas) requestBody(e endpoint) object {
	if e.upload {
		file := object{"type": "object", "required": []string{"file"}, "properties": object{"file": object{"type": "string", "contentMediaType": "application/octet-stream"}}}
		return object{"required": true, "content": object{"multipart/form-data": object{"schema": file}}}
	}
	if e.request == nil || !hasJSON(e.request) {
		return nil
	}
	return object{"required": true, "content": object{fiber.MIMEApplicationJSON: object{"schema": b.schema(e.request)}}}
}

func hasJSON(t reflect.Type) bool {
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("json") != "" {
			return true
		}
	}
	return false
}

// schema spells a Go type; structs become named components.
func (b schemas) schema(t reflect.Type) object {
	switch t {
	case reflect.TypeFor[wire.Time](), reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return object{}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return nullable(b.schema(t.Elem()))
	case reflect.Slice:
		return object{"type": "array", "items": b.schema(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": b.schema(t.Elem())}
	case reflect.Struct:
		return b.component(t)
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.String:
		return object{"type": "string"}
	default:
		return object{"type": "integer"}
	}
}

// nullable allows null beside what the schema says.
func nullable(s object) object {
	if kind, ok := s["type"].(string); ok {
		s["type"] = []string{kind, "null"}
		return s
	}
	return object{"anyOf": []any{s, object{"type": "null"}}}
}

func ref(name string) string { return "#/components/schemas/" + name }

var generic = regexp.MustCompile(`^(\w+)\[.*?(\w+)\]$`)

// componentName names a type in the document: problemDocument is ProblemDocument, List[wire.Full] is ListFull.
func componentName(t reflect.Type) string {
	name := generic.ReplaceAllString(t.Name(), "$1$2")
	return strings.ToUpper(name[:1]) + name[1:]
}

func (b schemas) component(t reflect.Type) object {
	name := componentName(t)
	if other := b.types[name]; other != nil && other != t {
		name = strings.ReplaceAll(t.String(), ".", "_") // two packages use the word
	}
	if _, known := b.named[name]; !known {
		b.types[name] = t
		b.named[name] = object{} // before its fields, so that a type may contain itself
		props, required := object{}, []string{}
		b.fields(t, props, &required)
		b.named[name] = object{"type": "object", "properties": props, "required": required}
	}
	return object{"$ref": ref(name)}
}

// fields adds a struct's fields, those of embedded structs among them.
func (b schemas) fields(t reflect.Type, props object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			b.fields(f.Type, props, required)
			continue
		}
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		props[name] = b.property(f)
		if opts != "omitempty" {
			*required = append(*required, name)
		}
	}
}

// property spells a field, with the values it may have.
func (b schemas) property(f reflect.StructField) object {
	s := b.schema(f.Type)
	words := f.Tag.Get("enum")
	if words == "" {
		return s
	}
	var values []any
	for w := range strings.SplitSeq(words, ",") {
		values = append(values, w)
	}
	if f.Type.Kind() == reflect.Pointer {
		values = append(values, nil)
	}
	s["enum"] = values
	return s
}
