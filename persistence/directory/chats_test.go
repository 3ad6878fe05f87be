package directory_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"parley/persistence/directory"
)

func TestRowsMayComeLateTwiceAndOutOfOrder(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	versions := make([]directory.ChatRow, 5)
	for i := range versions {
		versions[i] = directory.ChatRow{ID: "c", State: fmt.Sprint("state ", i+1), CreatedAt: noon, AcceptedAt: noon.Add(time.Second), Version: int64(i + 1)}
	}
	for range 8 {
		batch := append(slices.Clone(versions), versions...)
		rand.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
		ok(t, d.PutChats(t.Context(), batch[:5]))
		ok(t, d.PutChats(t.Context(), batch[5:]))
		if got := must[directory.ChatRow](t)(d.Chat(t.Context(), "c")); got != versions[4] {
			t.Fatalf("got %+v", got)
		}
	}
	if _, err := d.Chat(t.Context(), "nope"); !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
}

// ids lists all pages of a filter.
func ids(t interface {
	Helper()
	Fatal(...any)
}, list func(f directory.Filter) ([]directory.ChatRow, string, error), f directory.Filter) []string {
	t.Helper()
	found := []string{}
	for {
		rows, next, err := list(f)
		if err != nil {
			t.Fatal(err)
		}
		if f.Limit > 0 && len(rows) > f.Limit {
			t.Fatal("page too long")
		}
		for _, r := range rows {
			found = append(found, r.ID)
		}
		if next == "" {
			return found
		}
		f.Cursor = next
	}
}

func TestListing(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	_, _, err := d.Identify(t.Context(), directory.Claim{
		Provider: "telegram", IDs: []directory.Identity{tg("1")}, Proposed: "p1", At: noon, Profile: directory.Profile{Name: "Анна Орлова"},
	})
	ok(t, err)
	at := func(m int) time.Time { return noon.Add(time.Duration(m) * time.Minute) }
	ok(t, d.PutChats(t.Context(), []directory.ChatRow{
		{ID: "a", ContactID: "p1", ContactName: "7", ChannelID: "tg", QueueID: "sales", State: "waiting", Preview: "Здравствуйте", CreatedAt: at(1), Version: 1},
		{ID: "b", ContactID: "p2", ContactName: "Boris 100%", ChannelID: "fb", QueueID: "sales", OperatorID: "anna", State: "in_progress", Preview: `C:\temp_1`, CreatedAt: at(2), AcceptedAt: at(5), Version: 1},
		{ID: "c", ContactID: "p1", ContactName: "7", ChannelID: "tg", QueueID: "support", OperatorID: "boris", State: "completed", Preview: "hello", CreatedAt: at(3), AcceptedAt: at(4), CompletedAt: at(9), Version: 1},
		{ID: "d", ContactID: "p3", ContactName: "Clara", ChannelID: "wa", QueueID: "support", State: "completed", Preview: "HELLO again", CreatedAt: at(3), AcceptedAt: at(6), CompletedAt: at(8), Version: 1},
	}))
	list := func(f directory.Filter) ([]directory.ChatRow, string, error) { return d.ListChats(t.Context(), f) }
	for name, c := range map[string]struct {
		f    directory.Filter
		want string
	}{
		"newest first":            {directory.Filter{}, "d c b a"},
		"oldest first":            {directory.Filter{Sort: "created_at"}, "a b c d"},
		"by completion":           {directory.Filter{Sort: "-completed_at", State: []string{"completed"}}, "c d"},
		"by acceptance":           {directory.Filter{Sort: "accepted_at"}, "a c b d"},
		"two states":              {directory.Filter{State: []string{"waiting", "in_progress"}}, "b a"},
		"channel":                 {directory.Filter{Channel: []string{"tg"}}, "c a"},
		"queue and operator":      {directory.Filter{Queue: []string{"sales"}, Operator: []string{"anna"}}, "b"},
		"contact":                 {directory.Filter{Contact: []string{"p1"}}, "c a"},
		"period":                  {directory.Filter{From: at(2), To: at(3)}, "b"},
		"text, any case":          {directory.Filter{Query: "hello"}, "d c"},
		"Cyrillic, any case":      {directory.Filter{Query: "ЗДРАВ"}, "a"},
		"the contact's name":      {directory.Filter{Query: "орлова"}, "c a"},
		"per cent is a character": {directory.Filter{Query: "100%"}, "b"},
		"not a pattern":           {directory.Filter{Query: "%"}, "b"},
		"underscore too":          {directory.Filter{Query: "p_1"}, "b"},
		"and the backslash":       {directory.Filter{Query: `:\T`}, "b"},
		"injection":               {directory.Filter{Query: `' OR 1=1 --`}, ""},
		"injection by value":      {directory.Filter{State: []string{`x' OR '1'='1`}}, ""},
	} {
		for _, limit := range []int{0, 1, 2, 200} {
			c.f.Limit = limit
			if got := strings.Join(ids(t, list, c.f), " "); got != c.want {
				t.Errorf("%s, pages of %d: got %q, want %q", name, limit, got, c.want)
			}
		}
	}
	if r := must[directory.ChatRow](t)(d.Chat(t.Context(), "a")); r.ContactName != "Анна Орлова" {
		t.Errorf("a row shows a name from before the profile came: %q", r.ContactName)
	}
}

func TestBadFiltersAreRefused(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	ok(t, d.PutChats(t.Context(), []directory.ChatRow{{ID: "a", CreatedAt: noon, Version: 1}, {ID: "b", CreatedAt: noon, Version: 1}}))
	_, cursor, err := d.ListChats(t.Context(), directory.Filter{Limit: 1})
	ok(t, err)
	for want, filters := range map[error][]directory.Filter{
		directory.ErrInvalid: {
			{Sort: "preview"}, {Sort: "created_at; DROP TABLE chats"}, {Sort: "--created_at"}, {Sort: "-"}, {Limit: -1}, {Limit: 201},
			{Query: strings.Repeat("x", 201)}, {State: make([]string, 51)},
		},
		directory.ErrBadCursor: {{Cursor: "!"}, {Cursor: "bm90aGluZw"}, {Cursor: cursor, Sort: "created_at"}},
	} {
		for _, f := range filters {
			if _, _, err := d.ListChats(t.Context(), f); !errors.Is(err, want) {
				t.Errorf("%+v: %v", f, err)
			}
		}
	}
}

func TestPagesTogetherAreTheList(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		queue := fmt.Sprint("q", n) // every run has a queue of its own in one file
		rows := make([]directory.ChatRow, rapid.IntRange(1, 15).Draw(t, "rows"))
		minute := rapid.IntRange(0, 5)
		for i := range rows {
			at := noon.Add(time.Duration(minute.Draw(t, "minute")) * time.Minute)
			rows[i] = directory.ChatRow{ID: fmt.Sprintf("%s-%02d", queue, i), QueueID: queue, CreatedAt: at, CompletedAt: at, Version: 1}
		}
		if err := d.PutChats(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		down := rapid.Bool().Draw(t, "down")
		f := directory.Filter{Queue: []string{queue}, Sort: rapid.SampledFrom([]string{"created_at", "completed_at"}).Draw(t, "sort"), Limit: rapid.IntRange(1, 7).Draw(t, "limit")}
		slices.SortFunc(rows, func(a, b directory.ChatRow) int {
			if c := a.CreatedAt.Compare(b.CreatedAt); c != 0 {
				return c
			}
			return strings.Compare(a.ID, b.ID)
		})
		if down {
			f.Sort = "-" + f.Sort
			slices.Reverse(rows)
		}
		var want []string
		for _, r := range rows {
			want = append(want, r.ID)
		}
		got := ids(t, func(f directory.Filter) ([]directory.ChatRow, string, error) { return d.ListChats(t.Context(), f) }, f)
		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}
