package channeltest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Payloads returns the provider's sample bodies by file name; the test is skipped where the samples are not at hand.
func Payloads(t testing.TB, provider string) map[string][]byte {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(root(t), "..", "shared", "payloads", provider, "*.json"))
	if len(files) == 0 {
		t.Skipf("no payload samples in ../shared/payloads/%s", provider)
	}
	out := make(map[string][]byte, len(files))
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = b
	}
	return out
}

// root is the folder of go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}
