package gateway

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	fws "github.com/fasthttp/websocket"

	"parley/gateway/wire"
	"parley/gateway/wire/typescript"
)

// The workspace is compiled against this file: whoever changes a frame sees
// there what no longer fits.
func TestTypeScriptIsAsTheFramesAre(t *testing.T) {
	t.Parallel()
	const command = "go test ./gateway -run TestTypeScriptIsAsTheFramesAre -update"
	s, err := New(Config{}, Deps{})
	if err != nil {
		t.Fatal(err)
	}
	protocol := typescript.Protocol{
		Requests:   map[string]typescript.Request{},
		Pushes:     wire.Pushes(),
		CloseCodes: map[string]int{"sessionEnded": closeSession, "tooSlow": closeSlow, "restart": fws.CloseServiceRestart},
	}
	for name, r := range s.protocol {
		protocol.Requests[name] = typescript.Request{Fields: r.fields, Reply: r.reply}
	}
	got, err := typescript.Declarations(protocol, command)
	if err != nil {
		t.Fatal(err)
	}
	generated := filepath.Join("workspace", "src", "protocol", "frames.gen.ts")
	if *update {
		_ = os.MkdirAll(filepath.Dir(generated), 0o755)
		if err := os.WriteFile(generated, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(generated)
	if err != nil || !bytes.Equal(want, got) {
		t.Fatalf("the frames differ from gateway/%s (%v): run %s and look at the difference", generated, err, command)
	}
}
