package bench

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"
)

// The company's Messenger page, as webhooks name it.
const (
	pageID    = "117172741761305"
	appID     = "1517776481860111"
	appSecret = "0123456789abcdef0123456789abcdef"
)

// The channels of the company; webhooks come by the first.
const hookPath = "/hooks/messenger/bench-fb"

// Widths of the numbers in a webhook. All are fixed, so a webhook is written once and then only overwritten.
const (
	customerDigits = 14 // behind psidHead
	numberDigits   = 8
	timeDigits     = 13 // Unix milliseconds
	stampDigits    = 16 // Unix microseconds
	psidHead       = "33"
)

// webhook is one request of the provider, ready to be sent again and again: a plain text message whose customer,
// number and time are overwritten in place, and which is signed anew each time. Meta's own form: compact, one event.
type webhook struct {
	request   []byte
	body      []byte // its end
	signature []byte // within request
	customer  [][]byte
	number    [][]byte
	times     [][]byte
	stamp     []byte
	mac       hash.Hash
	sum       [sha256.Size]byte
}

// Marks in the template that become fields.
const (
	markCustomer = "CCCCCCCCCCCCCC"
	markNumber   = "NNNNNNNN"
	markTime     = "TTTTTTTTTTTTT"
	markStamp    = "SSSSSSSSSSSSSSSS"
)

// template is a text message as Messenger sends it, some 450 bytes. Its text begins with who writes, which message of
// this customer it is, and when it was due: whoever receives it can check and time it.
func template() string {
	return `{"object":"page","entry":[{"id":"` + pageID + `","time":` + markTime + `,"messaging":[{"sender":{"id":"` + psidHead + markCustomer +
		`"},"recipient":{"id":"` + pageID + `"},"timestamp":` + markTime + `,"message":{"mid":"m_KXGKDUpO6xbVdAmZFBVpzU1AhKVJdAIUnUH4cwkvb_K3iZsWhowDRyJ_Dcow` +
		markCustomer + markNumber + `","text":"#` + markCustomer + `:` + markNumber + `:` + markStamp +
		` Hello, my order came yesterday, but one of the two lamps is broken. Can I send it back?"}}]}]}`
}

// newWebhook makes a webhook for a server at host (host:port).
func newWebhook(host, path string) *webhook {
	body := template()
	head := "POST " + path + " HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: facebookexternalua\r\nAccept: */*\r\n" +
		"Content-Type: application/json\r\nX-Hub-Signature-256: sha256=" + strings.Repeat("0", 2*sha256.Size) +
		"\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n"
	w := &webhook{request: []byte(head + body), mac: hmac.New(sha256.New, []byte(appSecret))}
	w.body = w.request[len(head):]
	at := strings.Index(head, "sha256=") + len("sha256=")
	w.signature = w.request[at : at+2*sha256.Size]
	w.customer, w.number = fields(w.body, markCustomer), fields(w.body, markNumber)
	w.times, w.stamp = fields(w.body, markTime), fields(w.body, markStamp)[0]
	return w
}

// fields gives every place of a mark.
func fields(b []byte, mark string) [][]byte {
	var out [][]byte
	for from := 0; ; {
		i := strings.Index(string(b[from:]), mark)
		if i < 0 {
			return out
		}
		from += i + len(mark)
		out = append(out, b[from-len(mark):from])
	}
}

// fill makes it the customer's message of that number, due at a time, and signs it.
func (w *webhook) fill(customer int, number uint32, due time.Time) {
	for _, f := range w.customer {
		digits(f, uint64(customer))
	}
	for _, f := range w.number {
		digits(f, uint64(number))
	}
	for _, f := range w.times {
		digits(f, uint64(due.UnixMilli()))
	}
	digits(w.stamp, uint64(due.UnixMicro()))
	w.mac.Reset()
	w.mac.Write(w.body)
	hex.Encode(w.signature, w.mac.Sum(w.sum[:0]))
}

// digits writes n right-aligned with leading zeros.
func digits(into []byte, n uint64) {
	for i := len(into) - 1; i >= 0; i-- {
		into[i] = byte('0' + n%10)
		n /= 10
	}
}

// psid is the customer's id at the provider.
func psid(customer int) string { return fmt.Sprintf("%s%0*d", psidHead, customerDigits, customer) }

// customerOf reads a customer back from the id at the provider.
func customerOf(id string) (int, bool) {
	rest, ok := strings.CutPrefix(id, psidHead)
	if !ok || len(rest) != customerDigits {
		return 0, false
	}
	n, err := strconv.Atoi(rest)
	return n, err == nil
}

// written is what a message's text says of itself.
type written struct {
	customer int
	number   uint32
	due      time.Time
}

// readText reads what template wrote; ok is false for any other text.
func readText(text string) (w written, ok bool) {
	const length = 1 + customerDigits + 1 + numberDigits + 1 + stampDigits
	if len(text) < length || text[0] != '#' {
		return written{}, false
	}
	parts := strings.Split(text[1:length], ":")
	if len(parts) != 3 {
		return written{}, false
	}
	customer, err1 := strconv.Atoi(parts[0])
	number, err2 := strconv.ParseUint(parts[1], 10, 32)
	stamp, err3 := strconv.ParseInt(parts[2], 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return written{}, false
	}
	return written{customer, uint32(number), time.UnixMicro(stamp)}, true
}
