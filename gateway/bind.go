package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
)

// bind fills a request struct: fields tagged path and query from the address,
// fields tagged json from a strict JSON body. Everything is a copy.
func bind(c *fiber.Ctx, in reflect.Value) error {
	t, hasBody := in.Type(), false
	for i := range t.NumField() {
		f := t.Field(i)
		if _, ok := f.Tag.Lookup("json"); ok {
			hasBody = true
			continue
		}
		name, text, err := parameter(c, f)
		if err != nil {
			return err
		}
		if text == "" {
			continue
		}
		if err := set(in.Field(i), text); err != nil {
			return badRequest(fmt.Sprintf("%s: %s", name, err))
		}
	}
	if !hasBody {
		return nil
	}
	return bindBody(c, in.Addr().Interface())
}

// parameter reads one field of the address.
func parameter(c *fiber.Ctx, f reflect.StructField) (name, text string, err error) {
	if name = f.Tag.Get("path"); name != "" {
		text, err = url.PathUnescape(c.Params(name))
	} else {
		name = f.Tag.Get("query")
		text = string(c.Context().QueryArgs().Peek(name))
	}
	if err != nil || !utf8.ValidString(text) {
		return name, "", badRequest(name + ": not UTF-8")
	}
	return name, strings.Clone(text), nil
}

func set(v reflect.Value, text string) error {
	switch v.Interface().(type) {
	case string:
		v.SetString(text)
	case int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return errors.New("not a number")
		}
		v.SetInt(int64(n))
	case time.Time:
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return errors.New("not a time as in 2006-01-02T15:04:05Z")
		}
		v.Set(reflect.ValueOf(at))
	default:
		return fmt.Errorf("cannot be read as %s", v.Type())
	}
	return nil
}

// bindBody reads a JSON body; unknown fields are refused, so that nobody thinks they did something.
func bindBody(c *fiber.Ctx, into any) error {
	kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType))
	if err != nil || kind != fiber.MIMEApplicationJSON || c.Get(fiber.HeaderContentEncoding) != "" {
		return &fault{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type", Text: "send application/json, not encoded"}
	}
	text, err := smallBody(c)
	if err != nil {
		return err
	}
	if !utf8.Valid(text) {
		return badRequest("the body is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return bodyFault(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return badRequest("there is more than one value in the body")
	}
	return nil
}

// smallBody copies a body of at most jsonBytes.
func smallBody(c *fiber.Ctx) ([]byte, error) {
	if c.Request().Header.ContentLength() > jsonBytes {
		return nil, errTooLarge
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return nil, nil
	}
	text, err := io.ReadAll(io.LimitReader(stream, jsonBytes+1))
	switch {
	case err != nil:
		return nil, errCutShort
	case len(text) > jsonBytes:
		return nil, errTooLarge
	}
	return text, nil
}

func bodyFault(err error) *fault {
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &fault{Status: http.StatusBadRequest, Code: "unknown_field", Text: "unknown field " + field}
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return badRequest("field " + strconv.Quote(wrong.Field) + " has the wrong type")
	}
	return badRequest("the body is not valid JSON")
}
