package files_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/persistence/files"
)

// A file knows who uploaded it, the chat it came in and those it was sent in,
// also after the store was opened anew.
func TestAFileKnowsItsChats(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, err := files.New(dir)
	if err != nil {
		t.Fatal(err)
	}
	upload, err := s.Put(t.Context(), strings.NewReader("x"), files.Meta{Name: "a", By: "anna"}, 10)
	if err != nil || upload.By != "anna" || len(upload.Of) != 0 {
		t.Fatalf("%+v, %v", upload, err)
	}
	came, err := s.PutNamed(t.Context(), "an-id-of-a-fetch", strings.NewReader("x"), files.Meta{Of: "c.1"}, 10)
	if err != nil || !slices.Equal(came.Of, []string{"c.1"}) {
		t.Fatalf("%+v, %v", came, err)
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			for _, id := range []string{upload.ID, came.ID} {
				if err := s.Attach(t.Context(), id, fmt.Sprint("d.", i%10)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if err := s.Attach(t.Context(), "nothing-like-it", "c.1"); !errors.Is(err, files.ErrNotFound) {
		t.Errorf("%v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = files.New(dir); err != nil {
		t.Fatal(err)
	}
	for id, n := range map[string]int{upload.ID: 10, came.ID: 11} {
		got, err := s.Stat(t.Context(), id)
		slices.Sort(got.Of)
		if err != nil || len(got.Of) != n || len(slices.Compact(got.Of)) != n {
			t.Errorf("%v, %v", got.Of, err)
		}
		if err := s.Delete(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
