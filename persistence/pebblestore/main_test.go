package pebblestore

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if args := os.Getenv(failEnv); args != "" {
		writeFailing(args)
		return
	}
	goleak.VerifyTestMain(m)
}
