package gateway

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"parley/actors/view"
)

// Frames of every length arrive whole and in order however many go in one write,
// between them the answers to the client's pings.
func TestFramesGatherInOneWrite(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.connect("anna")
	sink := <-b.engine.joined
	var want []string
	for i, size := range []int{2, 120, 125, 126, 127, 1000, 65535, 65536, 100_000, 3} {
		for n := range 3 {
			want = append(want, fmt.Sprintf(`{"seq":%d,"x":"%s"}`, i*3+n+1, strings.Repeat("x", size)))
		}
	}
	pinged := make(chan error, 1)
	go func() { pinged <- c.conn.Ping(context.Background()) }()
	go func() {
		for _, w := range want {
			for !sink.(view.Sink).Send([]byte(w)) {
				return
			}
		}
	}()
	for i, w := range want {
		got, err := c.next()
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, []byte(w)) {
			t.Fatalf("frame %d has %d bytes, want %d", i, len(got), len(w))
		}
	}
	for done := false; !done; { // the client reads while it waits for the pong
		select {
		case err := <-pinged:
			if err != nil {
				t.Fatal(err)
			}
			done = true
		default:
			c.ask(`{"id":1,"type":"chat.read","chat":"conv.1","position":1}`)
		}
	}
	if err := c.conn.Close(websocket.StatusNormalClosure, "bye"); err != nil {
		t.Errorf("the close was not answered: %v", err)
	}
}
