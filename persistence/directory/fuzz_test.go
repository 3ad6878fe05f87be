package directory_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/persistence/directory"
)

// FuzzListChats: a cursor, an order, a search or a choice of a client's making is
// refused by name or only ever gives rows that are there; never a fault of the
// database, and never a statement of the client's own (R13).
func FuzzListChats(f *testing.F) {
	cursor := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	f.Add("", "", "", "")
	f.Add("-created_at", cursor("-created_at|1763812800000|chat-1"), "", "support")
	f.Add("created_at", cursor("created_at|-9223372036854775808|'; DROP TABLE chats;--"), "%' OR 1=1 --", "")
	f.Add("accepted_at", cursor("created_at|1|x"), `\`, "\x00")
	f.Add("name; DROP TABLE chats", "!!", "_", `"`)
	f.Add("completed_at", cursor("completed_at|99999999999999999999|x"), "\xff", "\xff")
	d := open(f, directory.Config{})
	var rows []directory.ChatRow
	for i := range 5 {
		rows = append(rows, directory.ChatRow{ID: fmt.Sprint("chat-", i), QueueID: "support", CreatedAt: noon.Add(time.Duration(i) * time.Minute), Version: 1})
	}
	if err := d.PutChats(f.Context(), rows); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, sort, cursor, query, queue string) {
		filter := directory.Filter{Sort: sort, Cursor: cursor, Query: query, Limit: 3}
		if queue != "" {
			filter.Queue = []string{queue}
		}
		got, next, err := d.ListChats(t.Context(), filter)
		if err != nil {
			if !errors.Is(err, directory.ErrInvalid) && !errors.Is(err, directory.ErrBadCursor) {
				t.Errorf("%q %q %q %q: %v", sort, cursor, query, queue, err)
			}
			return
		}
		for _, r := range got {
			if r.QueueID != "support" {
				t.Errorf("a row of %+v", r)
			}
		}
		if next != "" {
			filter.Cursor = next
			if _, _, err := d.ListChats(t.Context(), filter); err != nil {
				t.Errorf("the cursor it gave itself: %v", err)
			}
		}
		if all, _, err := d.ListChats(t.Context(), directory.Filter{}); err != nil || len(all) != 5 {
			t.Errorf("%d rows are left, %v", len(all), err)
		}
	})
}
