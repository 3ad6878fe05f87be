package simulator

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Meta still sends the old header beside the new one.
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"unicode/utf16"
	"unicode/utf8"
)

// encode is json.Marshal without the HTML escapes no provider uses.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(fmt.Sprintf("simulator: body cannot be encoded: %v", err)) // only our own literals come here
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// escapeMeta rewrites a JSON text the way Meta sends and signs it: everything outside ASCII as \u with lower-case hex,
// and '/', '<', '%', '@' escaped too. None of these four can stand outside a string, so the text stays valid JSON.
func escapeMeta(in []byte) []byte { return escape(in, true) }

// escapeTelegram rewrites only what is outside ASCII.
func escapeTelegram(in []byte) []byte { return escape(in, false) }

func escape(in []byte, marks bool) []byte {
	out := make([]byte, 0, len(in)+len(in)/4)
	for i := 0; i < len(in); {
		c := in[i]
		if c < utf8.RuneSelf {
			i++
			switch {
			case marks && c == '/':
				out = append(out, '\\', '/')
			case marks && (c == '<' || c == '%' || c == '@'):
				out = fmt.Appendf(out, `\u%04x`, c)
			default:
				out = append(out, c)
			}
			continue
		}
		r, size := utf8.DecodeRune(in[i:])
		i += size
		if hi, lo := utf16.EncodeRune(r); hi != utf8.RuneError {
			out = fmt.Appendf(out, `\u%04x\u%04x`, hi, lo)
			continue
		}
		out = fmt.Appendf(out, `\u%04x`, r)
	}
	return out
}

// signature256 is the value of X-Hub-Signature-256 for a body.
func signature256(secret string, body []byte) string {
	return "sha256=" + mac(sha256.New, secret, body)
}

// signature1 is the old X-Hub-Signature that Meta sends beside it.
func signature1(secret string, body []byte) string { return "sha1=" + mac(sha1.New, secret, body) }

func mac(h func() hash.Hash, secret string, body []byte) string {
	m := hmac.New(h, []byte(secret))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}
