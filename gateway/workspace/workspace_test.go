package workspace_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"parley/gateway/workspace"
)

// TestWhatIsBuiltIn: the page has a place for the nonce that its styles need, and
// one for whether a cookie came; and what is packed stands beside the file it was packed from.
func TestWhatIsBuiltIn(t *testing.T) {
	t.Parallel()
	app := workspace.Files()
	if app == nil {
		t.Skip("the workspace is not built; make workspace builds it")
	}
	page, err := fs.ReadFile(app, "index.html")
	for _, mark := range []string{"PARLEY-NONCE", "PARLEY-COOKIE"} {
		if err != nil || !bytes.Contains(page, []byte(mark)) {
			t.Errorf("no place for %s (%v) in %s", mark, err, page)
		}
	}
	err = fs.WalkDir(app, ".", func(name string, _ fs.DirEntry, err error) error {
		for _, ending := range []string{".br", ".gz"} {
			if base, packed := strings.CutSuffix(name, ending); packed {
				if _, err := fs.Stat(app, base); err != nil {
					t.Errorf("%s without %s", name, base)
				}
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}
