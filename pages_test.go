package parley_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestSecurityPage holds docs/security.md to the truth: every test it names exists,
// all forty cases and all requirements are there with at least one test (or the
// word "later"), and every fuzz target of the repository is listed.
func TestSecurityPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	tests := testsOf(t)
	mentioned := mentionedTests(t, string(page), tests)
	rows := map[string]string{}
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) > 2 {
			rows[strings.TrimSpace(cells[0])] = cells[len(cells)-1]
		}
	}
	for i := 1; i <= 40; i++ {
		wantTests(t, rows, strconv.Itoa(i))
	}
	for i := 1; i <= 26; i++ {
		wantTests(t, rows, "R"+strconv.Itoa(i))
	}
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		if strings.HasPrefix(name, "Fuzz") && !mentioned[name] {
			t.Errorf("%s is not listed under the fuzz targets", name)
		}
	}
}

func wantTests(t *testing.T, rows map[string]string, id string) {
	t.Helper()
	cell, ok := rows[id]
	if !ok || (!named.MatchString(cell) && strings.TrimSpace(cell) != "later") {
		t.Errorf("%s: no row with a test", id)
	}
}

// TestReliabilityPage holds docs/reliability.md to the tests there are.
func TestReliabilityPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("docs/reliability.md")
	if err != nil {
		t.Fatal(err)
	}
	if len(mentionedTests(t, string(page), testsOf(t))) == 0 {
		t.Error("no promise names a test")
	}
}

// named is a test's or fuzz target's name on a page.
var named = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9_]+)`")

// mentionedTests gives the tests a page names; each must exist.
func mentionedTests(t *testing.T, page string, tests map[string]bool) map[string]bool {
	t.Helper()
	mentioned := map[string]bool{}
	for _, m := range named.FindAllStringSubmatch(page, -1) {
		mentioned[m[1]] = true
		if !tests[m[1]] {
			t.Errorf("%s is named and does not exist", m[1])
		}
	}
	return mentioned
}

// testsOf gives the names of all tests and fuzz targets of the repository.
func testsOf(t *testing.T) map[string]bool {
	t.Helper()
	names, declared := map[string]bool{}, regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9_]+)\(`)
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
