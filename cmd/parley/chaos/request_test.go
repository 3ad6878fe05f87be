package chaos

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/coder/websocket"
)

// request asks one thing on a connection of its own and gives the reply.
func (v *server) request(token, kind string, fields object) object {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	conn, err := v.dial(ctx, token, "", 0)
	if err != nil {
		v.t.Fatalf("connect: %v", err)
	}
	defer conn.CloseNow() //nolint:errcheck // the reply is all that is wanted
	frame := object{"id": 1, "type": kind}
	for k, f := range fields {
		frame[k] = f
	}
	raw, _ := json.Marshal(frame)
	if err := conn.Write(ctx, websocket.MessageText, raw); err != nil {
		v.t.Fatalf("%s: %v", kind, err)
	}
	for {
		_, raw, err := conn.Read(ctx)
		var f object
		if err == nil {
			err = json.Unmarshal(raw, &f)
		}
		if err != nil {
			v.t.Fatalf("%s: %v", kind, err)
		}
		if _, reply := f["id"]; reply {
			return f
		}
	}
}

var answerForm = regexp.MustCompile(`answer#[a-z0-9-]+\.`)

// answerIn finds an operator's words in a call to a provider; the body can be read again.
func answerIn(r *http.Request) (string, bool) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	words := answerForm.FindString(string(body))
	return words, err == nil && words != ""
}
