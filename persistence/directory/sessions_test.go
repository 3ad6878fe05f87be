package directory_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"parley/persistence/directory"
)

func withOperators(t *testing.T, cfg directory.Config, ids ...string) *directory.Directory {
	t.Helper()
	d := open(t, cfg)
	for _, id := range ids {
		ok(t, d.PutOperator(t.Context(), directory.Operator{ID: id, Name: "Operator " + id}))
	}
	return d
}

func TestSessionLivesUntilItIsIdleOrOld(t *testing.T) {
	t.Parallel()
	d := withOperators(t, directory.Config{}, "anna")
	token, s, err := d.CreateSession(t.Context(), "anna", noon, 24*time.Hour, time.Hour)
	ok(t, err)
	if len(token) < 43 || s.OperatorID != "anna" {
		t.Fatalf("token of %d characters, %+v", len(token), s)
	}
	alive := func(at time.Time) bool {
		t.Helper()
		got, err := d.Session(t.Context(), token, at)
		if err != nil && !errors.Is(err, directory.ErrNoSession) {
			t.Fatal(err)
		}
		return err == nil && got.OperatorID == "anna"
	}
	if !alive(noon.Add(59*time.Minute)) || alive(noon.Add(time.Hour)) {
		t.Fatal("idle limit not kept")
	}
	if _, err := d.TouchSession(t.Context(), s, noon.Add(2*time.Hour)); err != nil || alive(noon.Add(2*time.Hour)) {
		t.Fatal("a session that had been idle too long was revived", err)
	}
	now := noon
	for range 46 { // used every half hour, it lives for its full time
		now = now.Add(30 * time.Minute)
		if s, err = d.TouchSession(t.Context(), s, now); err != nil || !alive(now) {
			t.Fatalf("dead at %v: %v", now, err)
		}
	}
	if !alive(noon.Add(24*time.Hour-time.Second)) || alive(noon.Add(24*time.Hour)) {
		t.Fatal("absolute limit not kept")
	}
}

func TestTouchWritesAtMostOnceAMinute(t *testing.T) {
	t.Parallel()
	d := withOperators(t, directory.Config{}, "anna")
	token, s, err := d.CreateSession(t.Context(), "anna", noon, time.Hour, 0)
	ok(t, err)
	for at, want := range map[time.Duration]time.Duration{59 * time.Second: 0, 61 * time.Second: 61 * time.Second} {
		got := must[directory.Session](t)(d.TouchSession(t.Context(), s, noon.Add(at)))
		if !got.LastSeenAt.Equal(noon.Add(want)) {
			t.Fatalf("touched after %v: seen at %v", at, got.LastSeenAt)
		}
	}
	if got := must[directory.Session](t)(d.Session(t.Context(), token, noon)); !got.LastSeenAt.Equal(noon.Add(61 * time.Second)) {
		t.Fatal(got.LastSeenAt)
	}
}

func TestEndingSessions(t *testing.T) {
	t.Parallel()
	d := withOperators(t, directory.Config{}, "anna", "boris")
	sign := func(op string, life time.Duration) string {
		t.Helper()
		token, _, err := d.CreateSession(t.Context(), op, noon, life, 0)
		ok(t, err)
		return token
	}
	gone := func(token string) {
		t.Helper()
		if _, err := d.Session(t.Context(), token, noon); !errors.Is(err, directory.ErrNoSession) {
			t.Fatalf("session still there: %v", err)
		}
	}
	one, other := sign("anna", time.Hour), sign("anna", time.Hour)
	if op := must[string](t)(d.DeleteSession(t.Context(), one)); op != "anna" {
		t.Fatal(op)
	}
	if op := must[string](t)(d.DeleteSession(t.Context(), one)); op != "" {
		t.Fatal(op)
	}
	gone(one)
	must[directory.Session](t)(d.Session(t.Context(), other, noon))
	if n := must[int64](t)(d.DeleteSessionsOf(t.Context(), "anna")); n != 1 {
		t.Fatal(n)
	}
	gone(other)

	disabled := sign("anna", time.Hour)
	ok(t, d.PutOperator(t.Context(), directory.Operator{ID: "anna", Name: "Anna", Disabled: true}))
	gone(disabled)
	changed := sign("boris", time.Hour)
	ok(t, d.SetPassword(t.Context(), "boris", must[string](t)(d.HashPassword(t.Context(), "a new password"))))
	gone(changed)

	sign("boris", time.Minute)
	sign("boris", time.Minute)
	kept := sign("boris", time.Hour)
	if swept := must[[]string](t)(d.SweepSessions(t.Context(), noon.Add(time.Minute))); !slices.Equal(swept, []string{"boris"}) {
		t.Fatal(swept)
	}
	must[directory.Session](t)(d.Session(t.Context(), kept, noon))
	if _, _, err := d.CreateSession(t.Context(), "nobody", noon, time.Hour, 0); !errors.Is(err, directory.ErrUnknownMember) {
		t.Fatal(err)
	}
	gone("")
	gone("made up")
}

func TestSessionsSurviveARestartAndTokensAreNotInTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	cfg := directory.Config{Path: filepath.Join(dir, "d.db")}
	first, err := directory.Open(t.Context(), cfg)
	ok(t, err)
	ok(t, first.PutOperator(t.Context(), directory.Operator{ID: "anna", Name: "Anna"}))
	token, s, err := first.CreateSession(t.Context(), "anna", noon, time.Hour, time.Hour)
	ok(t, err)
	for _, e := range must[[]os.DirEntry](t)(os.ReadDir(dir)) { // the log too
		b := must[[]byte](t)(os.ReadFile(filepath.Join(dir, e.Name())))
		if bytes.Contains(b, []byte(token)) {
			t.Fatalf("%s holds the token", e.Name())
		}
	}
	ok(t, first.Close())
	if got := must[directory.Session](t)(open(t, cfg).Session(t.Context(), token, noon)); got != s {
		t.Fatalf("got %+v, want %+v", got, s)
	}
}
