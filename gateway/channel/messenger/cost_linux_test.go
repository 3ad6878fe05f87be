package messenger

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/gateway/channel"
)

// event is a body up to its first event.
const event = `{"object":"page","entry":[{"id":"1","time":1,"messaging":[`

// dear are bodies of about so many bytes made to be dear to read.
var dear = map[string]func(size int) string{
	"open brackets":         func(n int) string { return strings.Repeat("[", n) },
	"nested arrays":         func(n int) string { return strings.Repeat("[", n/2) + strings.Repeat("]", n/2) },
	"nested objects":        func(n int) string { return strings.Repeat(`{"a":`, n/6) + "1" + strings.Repeat("}", n/6) },
	"a nested event":        func(n int) string { return event + strings.Repeat("[", n/2) + strings.Repeat("]", n/2) + "]}]}" },
	"many keys":             func(n int) string { return "{" + keys(n) + `"end":0}` },
	"many keys inside":      func(n int) string { return event + "{" + keys(n) + `"end":0}]}]}` },
	"the same key":          func(n int) string { return "{" + strings.Repeat(`"":0,`, n/5) + `"":0}` },
	"one long string":       func(n int) string { return event + `{"message":{"text":"` + strings.Repeat("a", n) + `"}}]}]}` },
	"one string of escapes": func(n int) string { return event + personal + strings.Repeat(`\u0000`, n/6) + `"}}]}]}` },
	"one long number":       func(n int) string { return event + strings.Repeat("9", n) + "]}]}" },
	"empty events":          func(n int) string { return event + strings.Repeat("{},", n/3) + "{}]}]}" },
	"empty entries":         func(n int) string { return `{"object":"page","entry":[` + strings.Repeat("{},", n/3) + "{}]}" },
	"messages":              func(n int) string { return event + strings.Repeat(personal+`x"}},`, n/90) + "{}]}]}" },
	"white space":           func(n int) string { return strings.Repeat(" ", n) + "{}" },
	"half a string":         func(n int) string { return `{"` + strings.Repeat(`\\`, n/2) },
}

// personal is a message up to its text.
const personal = `{"sender":{"id":"2"},"recipient":{"id":"1"},"message":{"mid":"m","text":"`

func keys(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `"k%d":0,`, i)
	}
	return b.String()
}

// spent is the processor time this thread has used. Unlike the clock it does not
// count what other work on a busy machine takes.
func spent(t *testing.T) time.Duration {
	t.Helper()
	const thisThread = 1 // RUSAGE_THREAD
	var use syscall.Rusage
	if err := syscall.Getrusage(thisThread, &use); err != nil {
		t.Fatal(err)
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// TestHostileBodiesAreCheap: abuse case 12. Reading a signed body takes processor time in
// proportion to its size, whatever is in it, and something is said of every one. The
// bound is wide, for the race detector: reading in the square of these 256 KiB would
// take minutes. Without it 3 MiB of any of these took less than 80 ms.
func TestHostileBodiesAreCheap(t *testing.T) {
	t.Parallel()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const most = 2 * time.Second
	acc := channel.Account{PageID: "1"}
	least := func(body []byte) (took time.Duration) {
		took = time.Hour
		for range 3 {
			started := spent(t)
			if p := (&Adapter{}).Parse(acc, body, time.Time{}); len(p.Events)+len(p.Bad)+p.Ignored == 0 {
				t.Errorf("nothing is said of %.60s", body)
			}
			took = min(took, spent(t)-started)
		}
		return took
	}
	for name, body := range dear {
		took := least([]byte(body(256 << 10)))
		t.Logf("%-22s %8s", name, took)
		if took > most {
			t.Errorf("%s: %s of processor time", name, took)
		}
	}
}
