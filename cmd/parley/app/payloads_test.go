package app_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// payloads is the collection of recorded provider bodies, beside the repository.
const payloads = "../../../../shared/payloads"

// The accounts the recorded bodies speak of become the demo company's.
var (
	mids      = regexp.MustCompile(`"mid"\s*:\s*"`)
	updates   = regexp.MustCompile(`"update_id"\s*:\s*\d+`)
	phoneLine = regexp.MustCompile(`"phone_number_id"\s*:\s*"([^"]*)"`)
)

// TestRecordedBodies delivers every recorded webhook, signed as its provider
// would, twice: always 200, nothing set aside that the index calls a message or
// ignored, and each message in exactly one chat.
func TestRecordedBodies(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat(payloads); err != nil {
		t.Skip("the recorded payloads are not beside the repository: ", err)
	}
	s := newStage(t)
	root := s.signIn("root")
	index, err := os.ReadFile(filepath.Join(payloads, "INDEX.md"))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{} // file -> what a correct engine makes of it
	for _, line := range strings.Split(string(index), "\n") {
		if cells := strings.Split(line, "|"); len(cells) > 4 {
			said[strings.TrimSpace(cells[1])] = strings.TrimSpace(cells[3])
		}
	}
	kept := 0
	for folder, channel := range map[string]string{"facebook": "demo-fb", "whatsapp": "demo-wa", "telegram": "demo-tg"} {
		files, err := filepath.Glob(filepath.Join(payloads, folder, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", folder, len(files), err)
		}
		before := 0
		for n, f := range files {
			name := filepath.Base(f)
			if strings.HasPrefix(name, "api_") {
				continue
			}
			body, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				s.hook(channel, unique(n, ours(channel, string(body)))).is(200)
			}
			opens := strings.HasPrefix(said[name], "one MessageIn") || strings.HasPrefix(said[name], "one Postback")
			if opens {
				until(t, name+" in a chat", func() bool { return s.messages(root, channel) == before+1 })
			}
			aside := s.setAside(root)
			if more := aside - kept; more > 1 || (more > 0 && opens) {
				t.Errorf("%s was set aside %d times: %s", name, more, s.get(root, "/api/v1/quarantine?limit=1").raw)
			} else if more == 1 {
				t.Logf("%s was set aside (%s): %s", name, said[name], text(s.get(root, "/api/v1/quarantine?limit=1").is(200), "items", 0, "reason"))
			}
			now := s.messages(root, channel)
			if !opens && now > before+1 {
				t.Errorf("%s made %d messages, but: %s", name, now-before, said[name])
			}
			before, kept = now, aside
		}
	}
}

// ours rewrites whose account a recorded body is about.
func ours(channel, body string) string {
	switch channel {
	case "demo-wa":
		return phoneLine.ReplaceAllString(body, `"phone_number_id":"`+waPhone+`"`)
	case "demo-fb":
		var v any
		if json.Unmarshal([]byte(body), &v) == nil {
			for _, e := range list(v, "entry") {
				if id := text(e, "id"); id != "" {
					body = strings.ReplaceAll(body, `"`+id+`"`, `"`+fbPage+`"`)
				}
			}
		}
	}
	return body
}

// unique gives the messages of a recorded body ids of their own: several samples
// were recorded under one id, and the second would be a redelivery of the first.
func unique(n int, body string) string {
	tag := fmt.Sprintf("f%d.", n)
	body = strings.ReplaceAll(body, `"wamid.`, `"wamid.`+tag)
	body = mids.ReplaceAllString(body, `"mid": "`+tag)
	return updates.ReplaceAllString(body, fmt.Sprintf(`"update_id": %d`, 5_000_000+n))
}

// messages counts what all chats of a channel hold, once they are closed for reading.
func (s *stage) messages(root, channel string) (n int) {
	s.t.Helper()
	items := list(s.get(root, "/api/v1/chats?limit=200&channel="+channel).is(200), "items")
	for _, id := range slices.Sorted(slices.Values(texts(items, "id"))) {
		chat := s.get(root, "/api/v1/chats/"+id).is(200)
		n += number(chat, "unread")
	}
	return n
}

func (s *stage) setAside(root string) int {
	s.t.Helper()
	return len(list(s.get(root, "/api/v1/quarantine?limit=200").is(200), "items"))
}
