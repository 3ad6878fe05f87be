package simulator

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzAPI throws hostile calls at the APIs: they may refuse, never panic.
func FuzzAPI(f *testing.F) {
	for _, s := range []struct{ path, kind, body string }{
		{fbMessages, "application/json", `{"recipient":{"id":"1"},"message":{"text":"x"}}`},
		{waMessages, "application/json", `{"messaging_product":"whatsapp","to":"1","type":"text","text":{"body":1}}`},
		{bot + "sendMessage", "application/x-www-form-urlencoded", `chat_id=1&text=%zz`},
		{bot + "sendMediaGroup", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"media\"\r\n\r\n[]\r\n--x--"},
		{"/media/cdn/5", "", ""}, {"/file/bot123:abc/photos/5", "", "null"}, {"//", "application/json", `[]`},
	} {
		f.Add(s.path, s.kind, s.body)
	}
	w, err := New(Config{Seed: 7, Run: "fuzz", Channels: channels("http://127.0.0.1:1")})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = w.Close() })
	f.Fuzz(func(t *testing.T, path, kind, body string) {
		req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		req.URL.Path = path
		req.Header.Set("Content-Type", kind)
		for _, token := range []string{"fb-token", "wa-token"} {
			req.Header.Set("Authorization", "Bearer "+token)
			w.ServeHTTP(httptest.NewRecorder(), req)
		}
	})
}
