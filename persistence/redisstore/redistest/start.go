package redistest

import "errors"

// TB is what of testing.TB is needed here; the package is also used outside of tests.
type TB interface {
	Helper()
	TempDir() string
	Cleanup(f func())
	Skip(args ...any)
	Fatal(args ...any)
}

// Start starts a server that ends with the test. Without redis-server the test is skipped.
func Start(t TB, args ...string) *Server {
	t.Helper()
	s, err := Run(t.TempDir(), args...)
	if errors.Is(err, ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Kill() })
	return s
}

// StartCluster starts a cluster that ends with the test. Without redis-server
// the test is skipped.
func StartCluster(t TB, size int, args ...string) *Cluster {
	t.Helper()
	c, err := RunCluster(t.TempDir(), size, args...)
	if c != nil {
		t.Cleanup(c.Kill)
	}
	if errors.Is(err, ErrMissing) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}
