package app_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"parley/config"
)

// smallDisk mounts a disk of its own in memory, where that is permitted.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill writes zeros to a file until so much is written or the disk is full.
func fill(t *testing.T, name string, size int) {
	t.Helper()
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // what was written is written
	block := make([]byte, 64<<10)
	for n := 0; n < size; n += len(block) {
		if _, err := f.Write(block); err != nil {
			return
		}
	}
}

// TestFullDisk: a real disk of 64 MB is filled to the last byte under load.
// Everything acknowledged is there afterwards, once and in order, and the server
// goes on by itself when there is room.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := smallDisk(t, "64m")
	s := newStage(t, func(c *config.Config) { c.Data, c.Limits.FreeBytes = filepath.Join(dir, "data"), 24<<20 })
	anna := s.operator("anna")
	sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "hello"))
	chat := anna.take("hello")
	s.hook("demo-fb", fbText("9800", "m_0", "line 000")).is(200)
	anna.push("chat.offered", previewed("line 000"))

	acked, refused := 1, 0
	ballast := filepath.Join(dir, "ballast")
	write := func(n int) int {
		switch r := s.hook("demo-fb", fbText("9800", fmt.Sprint("m_", n), fmt.Sprintf("line %03d", n))); r.status {
		case 200:
			return 200
		case 503:
			return 503
		default:
			t.Fatalf("line %d: %d %s", n, r.status, r.raw)
			return 0
		}
	}
	for ; acked < 50; acked++ {
		if write(acked) != 200 {
			t.Fatalf("line %d was refused with room", acked)
		}
	}
	fill(t, ballast, 64<<20) // to the last byte
	for refused = 0; refused < 3; {
		if write(acked) == 503 {
			refused++
		} else {
			acked++
		}
	}
	s.refusesWork(anna, chat)
	s.post("", "/api/v1/session", object{"login": "boris", "password": "wrong wrong wrong"}).is(401) // the directory answers
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	until(t, "readyz to turn back", func() bool { return s.do("GET", "/readyz", nil).status == 200 })
	for ; acked < 80; acked++ {
		if write(acked) != 200 {
			t.Fatalf("line %d was refused although there is room again", acked)
		}
	}
	s.restart()
	anna = s.connect(anna.token)
	offer := text(anna.hello, "snapshot", "offers", 0, "id")
	if offer == "" {
		offer = text(anna.push("chat.offered"), "chat", "id")
	}
	anna.ask("chat.accept", object{"chat": offer})
	page := s.get(anna.token, "/api/v1/chats/"+offer+"/messages").is(200)
	got := texts(list(page, "messages"), "text")
	for truth(page, "more") {
		page = s.get(anna.token, "/api/v1/chats/"+offer+"/messages?before="+text(page, "messages", 0, "id")).is(200)
		got = append(texts(list(page, "messages"), "text"), got...)
	}
	if len(got) != acked {
		t.Fatalf("%d of %d acknowledged lines", len(got), acked)
	}
	for i, line := range got {
		if line != fmt.Sprintf("line %03d", i) {
			t.Fatalf("line %d is %q", i, line)
		}
	}
}
