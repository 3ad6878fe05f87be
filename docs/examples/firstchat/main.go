// Command firstchat is a bare client of the operator protocol: it prints every frame the server sends and sends every
// line typed. See "The first chat" in README.md.
//
//	go run ./docs/examples/firstchat TOKEN [ws://127.0.0.1:8080]
package main

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/coder/websocket"
)

func main() {
	if len(os.Args) < 2 {
		fail("usage: firstchat TOKEN [ws://HOST:PORT]")
	}
	server := "ws://127.0.0.1:8080"
	if len(os.Args) > 2 {
		server = os.Args[2]
	}
	ctx := context.Background()
	conn, _, err := websocket.Dial(ctx, server+"/api/v1/ws", &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + os.Args[1]}},
	})
	if err != nil {
		fail(err)
	}
	conn.SetReadLimit(16 << 20) // the first frame holds all open chats
	go typed(ctx, conn)
	for {
		_, frame, err := conn.Read(ctx)
		if err != nil {
			fail(err)
		}
		fmt.Println(string(frame))
	}
}

// typed sends line by line and says goodbye at the end of input.
func typed(ctx context.Context, conn *websocket.Conn) {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := conn.Write(ctx, websocket.MessageText, lines.Bytes()); err != nil {
			fail(err)
		}
	}
	_ = conn.Close(websocket.StatusNormalClosure, "")
}

func fail(why any) {
	fmt.Fprintln(os.Stderr, why)
	os.Exit(1)
}
