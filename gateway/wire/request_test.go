package wire_test

import (
	"errors"
	"strings"
	"testing"

	"parley/gateway/wire"
)

func TestRequestsAreReadTolerantly(t *testing.T) {
	t.Parallel()
	r, err := wire.ParseRequest([]byte(`{"id":7,"type":"chat.send","chat":"c.1","client_id":"k","text":"hi","reply_to":null,"colour":"red"}`))
	if err != nil || string(r.ID) != "7" || r.Type != "chat.send" {
		t.Fatalf("got %+v, %v", r, err)
	}
	var s wire.ChatSend
	if err := r.Decode(&s); err != nil || s.Chat != "c.1" || s.Text != "hi" || s.ReplyTo != "" {
		t.Fatalf("got %+v, %v", s, err)
	}
}

func TestBadRequestsAreToldApart(t *testing.T) {
	t.Parallel()
	cases := []struct {
		frame string
		err   error
		id    string
	}{
		{`{"id":1`, wire.ErrNotJSON, "null"},
		{"{\"id\":1,\"type\":\"\xff\"}", wire.ErrNotJSON, "null"},
		{``, wire.ErrNotJSON, "null"},
		{`[]`, wire.ErrBadRequest, "null"},
		{`{"type":"chat.read"}`, wire.ErrBadRequest, "null"},
		{`{"id":{},"type":"chat.read"}`, wire.ErrBadRequest, "null"},
		{`{"id":"` + strings.Repeat("x", 80) + `","type":"a"}`, wire.ErrBadRequest, "null"},
		{`{"id":3}`, wire.ErrBadRequest, "3"},
		{`{"id":3,"type":5}`, wire.ErrBadRequest, "3"},
		{`{"id":"a","type":"x"}`, nil, `"a"`},
	}
	for _, c := range cases {
		r, err := wire.ParseRequest([]byte(c.frame))
		if !errors.Is(err, c.err) || string(r.ID) != c.id {
			t.Errorf("%q: got id %s, %v", c.frame, r.ID, err)
		}
	}
	r, _ := wire.ParseRequest([]byte(`{"id":1,"type":"chat.read","position":"x"}`))
	if err := r.Decode(new(wire.ChatRead)); !errors.Is(err, wire.ErrBadRequest) {
		t.Errorf("wrong type: %v", err)
	}
}

func FuzzRequest(f *testing.F) {
	f.Add([]byte(`{"id":1,"type":"chat.send","chat":"c.1","attachments":["a"],"to":{"queue":"q"}}`))
	f.Add([]byte(`{"id":"x","type":"chat.read","position":1e9}`))
	f.Add([]byte("[[[[[[[[\xff"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		r, err := wire.ParseRequest(frame)
		if len(r.ID) == 0 {
			t.Fatal("a request without an id must still have null to echo")
		}
		if err != nil {
			return
		}
		for _, into := range []any{new(wire.ChatSend), new(wire.ChatTransfer), new(wire.ChatRead), new(wire.ChatHistory), new(wire.StatusSet)} {
			if err := r.Decode(into); err != nil && !errors.Is(err, wire.ErrBadRequest) {
				t.Fatal(err)
			}
		}
		if reply := wire.Done(r.ID, wire.Empty{}); len(reply) < 10 {
			t.Fatalf("reply %s", reply)
		}
	})
}
