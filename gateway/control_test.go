package gateway

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"time"
)

// Control frames nobody asked for count like any other (abuse case 35).
func TestSocketControlFloodIsClosed(t *testing.T) {
	t.Parallel()
	for name, opcode := range map[string]byte{"pings": 0x89, "pongs": 0x8a} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			conn := b.idle(b.bearer("anna")[1])
			defer conn.Close()
			go func() {
				for range 400 {
					if _, err := conn.Write([]byte{opcode, 0x80, 0, 0, 0, 0}); err != nil {
						return
					}
				}
			}()
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			all, err := io.ReadAll(conn)
			if err != nil {
				t.Fatal(err)
			}
			want := binary.BigEndian.AppendUint16(nil, 1008)
			if !bytes.Contains(all, want) {
				t.Errorf("not closed with 1008: %q", all)
			}
		})
	}
}
