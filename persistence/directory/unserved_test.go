package directory_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/persistence/directory"
)

// What waits for a damaged conversation is never dropped for room.
func TestUnservedItemsAreNeverDropped(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	d := open(t, directory.Config{QuarantineItems: 3})
	keep := func(reason, body string) error {
		_, err := d.Quarantine(ctx, directory.Item{Channel: "c", Provider: "messenger", Reason: reason, At: time.Now(), Body: []byte(body)})
		return err
	}
	for i := range 2 {
		if err := keep(directory.Unserved, fmt.Sprint("wait ", i)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 4 { // only one of them has room
		if err := keep("refused", fmt.Sprint("other ", i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := keep(directory.Unserved, "wait 2"); err != nil {
		t.Fatal(err)
	}
	if err := keep(directory.Unserved, "wait 3"); !errors.Is(err, directory.ErrFull) {
		t.Fatalf("beyond the bound: %v", err)
	}
	items, err := d.UnservedItems(ctx, 0, 10)
	if err != nil || len(items) != 3 {
		t.Fatalf("%+v, %v", items, err)
	}
	for i, it := range items {
		if string(it.Body) != fmt.Sprint("wait ", i) {
			t.Fatalf("item %d is %q", i, it.Body)
		}
	}
	for range 2 {
		if err := d.Served(ctx, items[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if held, err := d.QuarantineHeld(ctx); err != nil || held.Items != 2 {
		t.Fatalf("%+v, %v", held, err)
	}
	if err := keep(directory.Unserved, "wait 3"); err != nil {
		t.Fatal(err)
	}
}
