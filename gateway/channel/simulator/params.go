package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// bodyLimit is more than any provider takes in one call.
const bodyLimit = 120 << 20

// params are the arguments of an API call, whichever way they were encoded. Values that came as JSON keep their JSON
// text; plain form values are taken as they are.
type params struct {
	plain map[string]string
	raw   map[string]json.RawMessage
	files map[string]Upload
}

// Upload is a file the company sent; its bytes are weighed, not kept.
type Upload struct {
	Name   string
	MIME   string
	Size   int64
	SHA256 string // hex
}

// readParams reads query, JSON, form or multipart arguments.
func readParams(rw http.ResponseWriter, r *http.Request) (*params, error) {
	p := &params{plain: map[string]string{}, raw: map[string]json.RawMessage{}, files: map[string]Upload{}}
	for k, v := range r.URL.Query() {
		p.plain[k] = v[0]
	}
	if r.Body == nil || r.Method == http.MethodGet {
		return p, nil
	}
	body := http.MaxBytesReader(rw, r.Body, bodyLimit)
	kind, options, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return p, p.readMultipart(multipart.NewReader(body, options["boundary"]))
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	if kind == "application/x-www-form-urlencoded" {
		values, err := url.ParseQuery(string(data))
		if err != nil {
			return nil, fmt.Errorf("read form: %w", err)
		}
		for k, v := range values {
			p.plain[k] = v[0]
		}
		return p, nil
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return p, nil
	}
	if err := json.Unmarshal(data, &p.raw); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return p, nil
}

func (p *params) readMultipart(mr *multipart.Reader) error {
	for {
		part, err := mr.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read part: %w", err)
		}
		if part.FileName() == "" {
			value, err := io.ReadAll(part)
			if err != nil {
				return fmt.Errorf("read part %q: %w", part.FormName(), err)
			}
			p.plain[part.FormName()] = string(value)
			continue
		}
		up, err := weigh(part, part.FileName(), part.Header.Get("Content-Type"))
		if err != nil {
			return fmt.Errorf("read file %q: %w", part.FormName(), err)
		}
		p.files[part.FormName()] = up
	}
}

func weigh(r io.Reader, name, kind string) (Upload, error) {
	h := sha256.New()
	n, err := io.Copy(h, r)
	return Upload{Name: name, MIME: kind, Size: n, SHA256: hex.EncodeToString(h.Sum(nil))}, err
}

// text gives a value as a string; a JSON number or bool keeps its digits.
func (p *params) text(key string) string {
	if v, ok := p.plain[key]; ok {
		return v
	}
	raw := bytes.TrimSpace(p.raw[key])
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	if string(raw) == "null" {
		return ""
	}
	return string(raw)
}

func (p *params) has(key string) bool {
	_, plain := p.plain[key]
	_, raw := p.raw[key]
	return plain || raw
}

// decode reads a nested object, which a form carries as a JSON string. A missing key leaves v as it is.
func (p *params) decode(key string, v any) error {
	raw := []byte(p.raw[key])
	if s, ok := p.plain[key]; ok {
		raw = []byte(s)
	}
	if len(raw) > 0 && raw[0] == '"' {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return err
		}
		raw = []byte(s)
	}
	if len(raw) == 0 {
		return nil
	}
	return json.Unmarshal(raw, v)
}

func (p *params) integer(key string) int64 {
	n, _ := strconv.ParseInt(p.text(key), 10, 64)
	return n
}

// token is the caller's access token: bearer header, query or form.
func (p *params) token(r *http.Request) string {
	if bearer, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return bearer
	}
	return p.text("access_token")
}

// uploadLimit is how many of the company's uploads an account remembers.
const uploadLimit = 5000

// uploads remembers what the company uploaded, by the id it got.
type uploads struct {
	mu   sync.Mutex
	byID map[string]Upload
	fifo []string
}

func newUploads() *uploads { return &uploads{byID: map[string]Upload{}} }

func (u *uploads) put(id string, up Upload) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.byID[id] = up
	u.fifo = append(u.fifo, id)
	if len(u.fifo) > uploadLimit {
		delete(u.byID, u.fifo[0])
		u.fifo = u.fifo[1:]
	}
}

func (u *uploads) get(id string) (Upload, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	up, ok := u.byID[id]
	return up, ok
}
