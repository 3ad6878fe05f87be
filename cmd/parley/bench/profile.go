package bench

import (
	"errors"
	"fmt"
	"os"
	"runtime/pprof"
)

// profile runs f under a CPU profile if one is wanted; else f does not run at all.
func (r *run) profile(f func()) (err error) {
	if r.Profile == "" {
		return nil
	}
	file, err := os.Create(r.Profile)
	if err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := pprof.StartCPUProfile(file); err != nil {
		return fmt.Errorf("profile: %w", err)
	}
	f()
	pprof.StopCPUProfile()
	return nil
}

// profiled runs a turn, under a CPU profile if one is wanted.
func (r *run) profiled(turn func() *meter) (m *meter) {
	if r.Profile == "" {
		return turn()
	}
	if err := r.profile(func() { m = turn() }); err != nil {
		return &meter{failure: err}
	}
	return m
}
