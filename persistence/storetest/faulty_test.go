package storetest_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors/commit"
	"parley/persistence/memory"
	"parley/persistence/storetest"
)

func TestFaulty(t *testing.T) {
	t.Parallel()
	a := commit.Entity{Kind: commit.Conversation, ID: "a"}
	batch := func(epoch, number uint64) commit.Batch {
		return commit.Batch{Partition: 1, Epoch: epoch, Number: number, Changes: []commit.Change{{Entity: a, Expect: number - 1}}}
	}
	version := func(t *testing.T, s storetest.Store) uint64 {
		t.Helper()
		r, err := s.Load(context.Background(), 1, a)
		if err != nil {
			t.Fatal(err)
		}
		return r.Version
	}
	for _, tc := range []struct {
		name string
		run  func(t *testing.T, ctx context.Context, f *storetest.Faulty)
	}{
		{"fail before: nothing is written", func(t *testing.T, ctx context.Context, f *storetest.Faulty) {
			f.FailBefore(1, 2, nil)
			for range 2 {
				if _, err := f.Commit(ctx, batch(1, 1)); !errors.Is(err, commit.ErrUnavailable) || version(t, f) != 0 {
					t.Fatalf("%v, version %d", err, version(t, f))
				}
			}
			if _, err := f.Commit(ctx, batch(1, 1)); err != nil || version(t, f) != 1 {
				t.Fatalf("%v, version %d", err, version(t, f))
			}
		}},
		{"fail after: written, and repeating is harmless", func(t *testing.T, ctx context.Context, f *storetest.Faulty) {
			f.FailAfter(storetest.AnyPartition, 1, nil)
			if _, err := f.Commit(ctx, batch(1, 1)); !errors.Is(err, commit.ErrUnavailable) || version(t, f) != 1 {
				t.Fatalf("%v, version %d", err, version(t, f))
			}
			if out, err := f.Commit(ctx, batch(1, 1)); err != nil || out[0].Status != commit.Written || version(t, f) != 1 {
				t.Fatalf("%v, %v, version %d", out, err, version(t, f))
			}
		}},
		{"hold: nothing is written until the release", func(t *testing.T, ctx context.Context, f *storetest.Faulty) {
			release := f.Hold()
			done := make(chan error)
			go func() {
				_, err := f.Commit(ctx, batch(1, 1))
				done <- err
			}()
			synctest.Wait()
			if got := <-f.Arrived(); got.Number != 1 || version(t, f) != 0 {
				t.Fatalf("batch %d, version %d", got.Number, version(t, f))
			}
			release()
			if err := <-done; err != nil || version(t, f) != 1 {
				t.Fatalf("%v, version %d", err, version(t, f))
			}
		}},
		{"hold: the caller's deadline", func(t *testing.T, ctx context.Context, f *storetest.Faulty) {
			defer f.Hold()()
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			if _, err := f.Commit(ctx, batch(1, 1)); !errors.Is(err, commit.ErrUnavailable) || version(t, f) != 0 {
				t.Fatalf("%v, version %d", err, version(t, f))
			}
		}},
		{"fence: another owner has it", func(t *testing.T, ctx context.Context, f *storetest.Faulty) {
			if err := f.Fence(ctx, 1); err != nil {
				t.Fatal(err)
			}
			if _, err := f.Commit(ctx, batch(1, 1)); !errors.Is(err, commit.ErrFenced) {
				t.Fatal(err)
			}
		}},
		{"crash: what is held is lost, what is written stays", func(t *testing.T, ctx context.Context, f *storetest.Faulty) {
			if _, err := f.Commit(ctx, batch(1, 1)); err != nil {
				t.Fatal(err)
			}
			defer f.Hold()()
			done := make(chan error)
			go func() {
				_, err := f.Commit(ctx, batch(1, 2))
				done <- err
			}()
			synctest.Wait()
			next := f.Crash()
			if err := <-done; !errors.Is(err, storetest.ErrCrashed) {
				t.Fatal(err)
			}
			if _, err := f.Load(ctx, 1, a); !errors.Is(err, commit.ErrFenced) {
				t.Fatal(err)
			}
			if version(t, next) != 1 {
				t.Fatalf("version %d", version(t, next))
			}
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := storetest.NewFaulty(memory.New(4))
				if _, err := f.Claim(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				tc.run(t, t.Context(), f)
			})
		})
	}
}
