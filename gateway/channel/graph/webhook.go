package graph

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"

	"parley/gateway/channel"
)

// SignatureHeader carries the MAC of a webhook's raw body.
const SignatureHeader = "X-Hub-Signature-256"

// maxChallenge bounds what a handshake echoes.
const maxChallenge = 256

// Verify reports whether one of the account's app secrets signed exactly these bytes. Only the sha256 form counts.
func Verify(acc channel.Account, header func(string) string, body []byte) bool {
	mac, ok := Signature(header)
	if !ok {
		return false
	}
	var want [sha256.Size]byte
	valid := false
	for _, secret := range acc.AppSecrets {
		if secret == "" {
			continue
		}
		h := hmac.New(sha256.New, []byte(secret))
		h.Write(body)
		valid = hmac.Equal(mac[:], h.Sum(want[:0])) || valid
	}
	return valid
}

// Signature reads the MAC that came with a webhook; false when there is none of the sha256 form.
func Signature(header func(string) string) (mac [sha256.Size]byte, ok bool) {
	given, ok := strings.CutPrefix(header(SignatureHeader), "sha256=")
	if !ok || len(given) != 2*sha256.Size {
		return mac, false
	}
	_, err := hex.Decode(mac[:], []byte(given))
	return mac, err == nil
}

// Sign returns the header value for a body; simulators and tests sign with it.
func Sign(secret string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return "sha256=" + hex.EncodeToString(h.Sum(nil))
}

// Handshake answers the subscription check: the challenge when mode and token are right, nothing otherwise. A challenge
// that is long, or anything but word characters, is refused too, so that nothing can be echoed into a page.
func Handshake(acc channel.Account, query func(string) string) (string, bool) {
	token := query("hub.verify_token")
	right := acc.VerifyToken != "" && subtle.ConstantTimeCompare([]byte(token), []byte(acc.VerifyToken)) == 1
	challenge := query("hub.challenge")
	if !right || query("hub.mode") != "subscribe" || !wordy(challenge) {
		return "", false
	}
	return strings.Clone(challenge), true
}

func wordy(s string) bool {
	if s == "" || len(s) > maxChallenge {
		return false
	}
	for _, c := range []byte(s) {
		if c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}
