package messenger

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/gateway/channel"
)

// TestHostileBodiesAreCheap: abuse case 12. A signed body made to be dear, at the size
// webhooks may have, is looked at in little time and kept aside or understood. The
// bound of 50 ms is for an idle processor; ten times that leaves room for the race
// detector and a busy machine, and still shows anything quadratic.
func TestHostileBodiesAreCheap(t *testing.T) {
	t.Parallel()
	const size = 3 << 20
	fill := func(before, unit, after string) []byte {
		return []byte(before + strings.Repeat(unit, (size-len(before)-len(after))/len(unit)) + after)
	}
	var keys strings.Builder
	for i := range 250_000 {
		fmt.Fprintf(&keys, `"k%d":0,`, i)
	}
	event := `{"object":"page","entry":[{"id":"1","time":1,"messaging":[`
	bodies := map[string][]byte{
		"open brackets":         fill("", "[", ""),
		"nested arrays":         []byte(strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000)),
		"nested objects":        []byte(strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000)),
		"a nested event":        []byte(event + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "]}]}"),
		"250,000 keys":          []byte("{" + keys.String() + `"end":0}`),
		"250,000 keys inside":   []byte(event + "{" + keys.String() + `"end":0}]}]}`),
		"a million keys":        fill("{", `"":0,`, `"":0}`),
		"one long string":       fill(event+`{"message":{"text":"`, "a", `"}}]}]}`),
		"one string of escapes": fill(event+`{"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"mid":"m","text":"`, `\u0000`, `"}}]}]}`),
		"one long number":       fill(event, "9", "]}]}"),
		"empty events":          fill(event, "{},", "{}]}]}"),
		"empty entries":         fill(`{"object":"page","entry":[`, "{},", "{}]}"),
		"white space":           fill("", " ", "{}"),
		"half a string":         fill(`{"`, `\\`, ""),
	}
	acc := channel.Account{PageID: "1"}
	for name, body := range bodies {
		least, pieces := time.Hour, 0
		for range 5 {
			started := time.Now()
			p := (&Adapter{}).Parse(acc, body, started)
			least, pieces = min(least, time.Since(started)), len(p.Events)+len(p.Bad)+p.Ignored
		}
		t.Logf("%-22s %8d bytes %8s", name, len(body), least)
		if least > 500*time.Millisecond {
			t.Errorf("%s: %s", name, least)
		}
		if pieces == 0 && name != "empty events" {
			t.Errorf("%s: nothing is said of it", name)
		}
	}
}
