package browser

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"parley/gateway/workspace"
)

// workspaceDir holds the workspace's sources and its stories.
const workspaceDir = "../../../gateway/workspace"

// Time that scenes may take, and what is kept of go test's own for an orderly end.
const (
	longest = 8 * time.Minute
	spare   = 30 * time.Second
)

// TestWorkspaceInChromium plays every story of gateway/workspace/e2e/stories.
func TestWorkspaceInChromium(t *testing.T) {
	play(t, "stories", longest)
}

// TestScreenshots takes the pictures of gateway/workspace/e2e/screenshots.
func TestScreenshots(t *testing.T) {
	onlyWith(t, "PARLEY_SCREENSHOTS")
	play(t, "screenshots", longest)
}

// TestFigures takes the measurements of gateway/workspace/e2e/figures.
func TestFigures(t *testing.T) {
	onlyWith(t, "PARLEY_FIGURES")
	play(t, "figures", time.Hour)
}

// TestStandingTheatre leaves a theatre open for stories that are being written.
func TestStandingTheatre(t *testing.T) {
	onlyWith(t, "PARLEY_THEATRE_AT")
	h := openTheatre(t, os.Getenv("PARLEY_THEATRE_AT"))
	t.Logf("PARLEY_THEATRE=%s, until it is interrupted", h.url)
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	<-ctx.Done()
}

func onlyWith(t *testing.T, name string) {
	t.Helper()
	if os.Getenv(name) == "" {
		t.Skipf("only with %s", name)
	}
}

// tools are the programs that play stories.
type tools struct{ vitest, chromium string }

// needed finds the tools, or skips the test with what is missing; continuous
// integration has no excuse.
func needed(t *testing.T) tools {
	t.Helper()
	give := t.Skipf
	if os.Getenv("CI") == "true" {
		give = t.Fatalf
	}
	if _, err := exec.LookPath("node"); err != nil {
		give("no node in PATH: the workspace's stories are told by Node")
	}
	vitest, err := filepath.Abs(filepath.Join(workspaceDir, "node_modules/.bin/vitest"))
	if err == nil {
		_, err = os.Stat(vitest)
	}
	if err != nil {
		give("the workspace's packages are not there (npm ci in gateway/workspace fetches them): %v", err)
	}
	if workspace.Files() == nil {
		give("the workspace is not built (npm run build in gateway/workspace builds it)")
	}
	chromium, err := findChromium()
	if err != nil {
		give("no Chromium: install it, or name it in PARLEY_CHROMIUM: %v", err)
	}
	return tools{vitest, chromium}
}

func findChromium() (string, error) {
	if path := os.Getenv("PARLEY_CHROMIUM"); path != "" {
		return exec.LookPath(path)
	}
	var wrong error
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		path, err := exec.LookPath(name)
		if err == nil {
			return path, nil
		}
		wrong = errors.Join(wrong, err)
	}
	return "", wrong
}

// play runs one kind of scenes to their end.
func play(t *testing.T, scenes string, most time.Duration) {
	with := needed(t)
	watch(t)
	h := openTheatre(t, "127.0.0.1:0")
	ctx, cancel := context.WithTimeout(t.Context(), most)
	defer cancel()
	if end, ok := t.Deadline(); ok {
		var stop func()
		ctx, stop = context.WithDeadline(ctx, end.Add(-spare))
		defer stop()
	}
	args := []string{"run", "--config", "e2e/vitest.config.ts"}
	if story := os.Getenv("PARLEY_STORY"); story != "" {
		args = append(args, story)
	}
	cmd := exec.CommandContext(ctx, with.vitest, args...)
	cmd.Dir = workspaceDir
	cmd.Env = append(os.Environ(), "PARLEY_THEATRE="+h.url, "PARLEY_CHROMIUM="+with.chromium, "PARLEY_SCENES="+scenes, "NO_COLOR=1")
	cmd.Stdout, cmd.Stderr = t.Output(), t.Output()
	inGroup(cmd)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v", scenes, errors.Join(err, ctx.Err()))
	}
	_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // whoever of the group is left: no scene outlives its test
}

// inGroup makes the end of a command the end of all it started: first as asked for, so that
// browsers are closed, and soon by force.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
}

// watch looks at every file that a scene depends on, for go test caches a result
// until a file changes that the test has looked at; what Node reads it does not see.
func watch(t *testing.T) {
	t.Helper()
	for _, part := range []string{"e2e", "package-lock.json"} {
		err := filepath.WalkDir(filepath.Join(workspaceDir, part), func(name string, _ fs.DirEntry, err error) error {
			if err == nil {
				_, err = os.Stat(name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
