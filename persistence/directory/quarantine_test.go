package directory_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"parley/persistence/directory"
)

func keep(t *testing.T, d *directory.Directory, body string) int64 {
	t.Helper()
	return must[int64](t)(d.Quarantine(t.Context(), directory.Item{Channel: "acme-fb", Provider: "messenger", Reason: "not JSON", At: noon, Body: []byte(body)}))
}

func TestQuarantineKeepsTheRawBytes(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	body := "\x00\xff" + strings.Repeat("x", 10_000)
	id := keep(t, d, body)
	keep(t, d, "")
	list := must[[]directory.Item](t)(d.ListQuarantine(t.Context(), 0, 0))
	if len(list) != 2 || list[1].ID != id || list[1].Size != int64(len(body)) || string(list[1].Body) != body[:4096] || !list[1].At.Equal(noon) {
		t.Fatalf("got %d items, %+v", len(list), list[1].ID)
	}
	item := must[directory.Item](t)(d.QuarantineItem(t.Context(), id))
	if !bytes.Equal(item.Body, []byte(body)) || item.Reason != "not JSON" || item.Channel != "acme-fb" {
		t.Fatalf("%d bytes back", len(item.Body))
	}
	if older := must[[]directory.Item](t)(d.ListQuarantine(t.Context(), list[0].ID, 10)); len(older) != 1 || older[0].ID != id {
		t.Fatalf("got %+v", older)
	}
	if _, err := d.QuarantineItem(t.Context(), 999); !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
	if _, err := d.ListQuarantine(t.Context(), 0, 201); !errors.Is(err, directory.ErrInvalid) {
		t.Fatal(err)
	}
}

func TestQuarantineKeepsARedeliveryOnce(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	first := keep(t, d, "again")
	if id := keep(t, d, "again"); id != first {
		t.Fatalf("kept as %d and as %d", first, id)
	}
	other := must[int64](t)(d.Quarantine(t.Context(), directory.Item{Channel: "acme-wa", Provider: "whatsapp", Reason: "not JSON", At: noon, Body: []byte("again")}))
	held := must[directory.Held](t)(d.QuarantineHeld(t.Context()))
	if other == first || held.Items != 2 || held.Bytes != 10 {
		t.Fatalf("items %d and %d, held %+v", first, other, held)
	}
}

func TestQuarantineIsBoundedAndCountsWhatItDrops(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{QuarantineItems: 3, QuarantineBytes: 100})
	check := func(want directory.Held, bodies ...string) {
		t.Helper()
		if got := must[directory.Held](t)(d.QuarantineHeld(t.Context())); got != want {
			t.Fatalf("got %+v, want %+v", got, want)
		}
		for i, item := range must[[]directory.Item](t)(d.ListQuarantine(t.Context(), 0, 0)) {
			if string(item.Body) != bodies[len(bodies)-1-i] {
				t.Fatalf("item %d: %q", i, item.Body)
			}
		}
	}
	for _, b := range []string{"1", "2", "3", "4"} {
		keep(t, d, b)
	}
	check(directory.Held{Items: 3, Bytes: 3, Dropped: 1}, "2", "3", "4")
	keep(t, d, strings.Repeat("x", 99))
	check(directory.Held{Items: 2, Bytes: 100, Dropped: 3}, "4", strings.Repeat("x", 99))
	id := keep(t, d, strings.Repeat("y", 1000))
	check(directory.Held{Items: 1, Bytes: 100, Dropped: 5}, strings.Repeat("y", 100))
	if item := must[directory.Item](t)(d.QuarantineItem(t.Context(), id)); item.Size != 1000 {
		t.Fatalf("the size received is lost: %d", item.Size)
	}
}
