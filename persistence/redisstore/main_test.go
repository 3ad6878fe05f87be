package redisstore

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"parley/persistence/redisstore/redistest"
)

// shared is a server for all tests that do it no harm; nil without redis-server.
var shared *redistest.Server

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "redisstore-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	defer os.RemoveAll(dir) //nolint:errcheck // nothing to be done about it
	shared, err = redistest.Run(dir)
	if err != nil && !errors.Is(err, redistest.ErrMissing) {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	code := m.Run()
	if shared != nil {
		_ = shared.Kill()
	}
	// What the library dials with after many failures ends a second after Close.
	if err := goleak.Find(goleak.IgnoreAnyFunction("github.com/redis/go-redis/v9/internal/pool.(*ConnPool).tryDial")); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	return code
}
