package app_test

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/gateway/channel/simulator"
)

// measured is a real disk of which a test says how much is free.
type measured struct {
	vfs.FS
	free atomic.Uint64
}

func (d *measured) GetDiskUsage(string) (vfs.DiskUsage, error) {
	return vfs.DiskUsage{TotalBytes: 100 << 30, AvailBytes: d.free.Load()}, nil
}

// newStageOn is newStage with parts exchanged.
func newStageOn(t *testing.T, seams app.Seams) *stage {
	t.Helper()
	world, err := simulator.New(simulator.Config{Seed: 7, Channels: demo.Channels()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := world.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = world.Close() })
	s := &stage{t: t, world: world, data: t.TempDir(), log: slog.New(slog.DiscardHandler), seams: seams}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// uploaded sends a small file as an operator does.
func (s *stage) uploaded(token string) response {
	s.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("file", "note.txt")
	if err != nil {
		s.t.Fatal(err)
	}
	_, _ = part.Write([]byte("some words"))
	_ = w.Close()
	return s.do("POST", "/api/v1/files", &form, "Content-Type", w.FormDataContentType(), "Authorization", "Bearer "+token)
}

// refusesWork checks that everything that would have to be written is refused
// with a word to come again, and that reading goes on.
func (s *stage) refusesWork(anna *client, chat string) {
	s.t.Helper()
	until(s.t, "readyz to turn", func() bool { return s.do("GET", "/readyz", nil).status == 503 })
	hook := s.hook("demo-fb", fbText("9900", "m_full", "no room"))
	hook.is(503)
	if hook.header.Get("Retry-After") == "" {
		s.t.Error("the provider is not told when to come again")
	}
	anna.refused("busy", "chat.send", object{"chat": chat, "client_id": "full", "text": "no room"})
	s.uploaded(anna.token).problem(503, "busy")
	s.get(anna.token, "/api/v1/chats/"+chat+"/messages").is(200)
	s.do("GET", "/healthz", nil).is(200)
}

// TestNearlyFullDisk: before the disk is full, work is refused; when there is
// room again it goes on by itself.
func TestNearlyFullDisk(t *testing.T) {
	t.Parallel()
	disk := &measured{FS: vfs.Default}
	disk.free.Store(50 << 30)
	s := newStageOn(t, app.Seams{Disk: disk})
	anna := s.operator("anna")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "hello"))
	chat := anna.take("hello")

	disk.free.Store(1 << 30)
	s.refusesWork(anna, chat)
	if ready := string(s.do("GET", "/readyz", nil).raw); !strings.Contains(ready, "disk are free") {
		t.Errorf("readyz %s", ready)
	}
	disk.free.Store(50 << 30)
	until(t, "readyz to turn back", func() bool { return s.do("GET", "/readyz", nil).status == 200 })
	s.hook("demo-fb", fbText("9900", "m_full", "room again")).is(200)
	anna.ask("chat.send", object{"chat": chat, "client_id": "full", "text": "room again"})
	s.uploaded(anna.token).is(200)
}
