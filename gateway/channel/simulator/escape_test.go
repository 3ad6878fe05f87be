package simulator

import (
	"encoding/json"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func TestMetaEscapesAndSignsWhatItSends(t *testing.T) {
	t.Parallel()
	body := escapeMeta(encode(obj{"text": "äöå </%@> 🌻 \"q\""}))
	want := `{"text":"\u00e4\u00f6\u00e5 \u003c\/\u0025\u0040> \ud83c\udf3b \"q\""}`
	if string(body) != want {
		t.Fatalf("body %s, want %s", body, want)
	}
	// printf '%s' "$want" | openssl dgst -sha256 -hmac s3cret
	const signed = "sha256=fd4be39044d0ee81100efaf809c1b339293d0b1b5deb6086096df26ee723c77a"
	if got := signature256("s3cret", body); got != signed {
		t.Fatalf("signature %s, want %s", got, signed)
	}
	var back map[string]string
	if err := json.Unmarshal(body, &back); err != nil || back["text"] != "äöå </%@> 🌻 \"q\"" {
		t.Fatalf("decoded %q, %v", back["text"], err)
	}
}

func TestEscapingNeverChangesTheMeaning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := map[string]string{rapid.String().Draw(t, "key"): rapid.String().Draw(t, "value")}
		for _, f := range []func([]byte) []byte{escapeMeta, escapeTelegram} {
			var back map[string]string
			out := f(encode(in))
			if err := json.Unmarshal(out, &back); err != nil || !reflect.DeepEqual(in, back) {
				t.Fatalf("%q became %q by %s: %v", in, back, out, err)
			}
			for _, c := range out {
				if c >= 0x80 {
					t.Fatalf("byte %x outside ASCII in %s", c, out)
				}
			}
		}
	})
}
