package channel_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"parley/gateway/channel"
)

func TestASecretIsNeverPrinted(t *testing.T) {
	t.Parallel()
	acc := channel.Account{ID: "acme", Provider: "telegram", AccessToken: "hush", Token: "hush", SecretToken: "hush", VerifyToken: "hush", AppSecrets: []string{"hush"}}
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "channel", acc)
	for _, s := range []string{fmt.Sprint(acc), fmt.Sprintf("%v %+v %#v %s", acc, acc, acc, acc), fmt.Sprintf("%+v", []channel.Account{acc}), b.String()} {
		if strings.Contains(s, "hush") {
			t.Errorf("printed %s", s)
		}
	}
}

func TestWhoMayBeSentTheBearer(t *testing.T) {
	t.Parallel()
	acc := channel.Account{MediaHosts: []string{"media.example", "127.0.0.1:9000"}}
	for url, want := range map[string]bool{
		"https://media.example/a":           true,
		"https://cdn.MEDIA.example:443/a":   true,
		"http://media.example/a":            false,
		"https://media.example.evil.com/a":  false,
		"https://evilmedia.example/a":       false,
		"https://user@media.example/a":      false,
		"http://127.0.0.1:9000/a":           true,
		"http://127.0.0.1:9001/a":           false,
		"https://graph.example/v1/a":        true,
		"http://graph.example/v1/a":         false,
		"https://graph.example:8443/a":      false,
		"file:///etc/passwd":                false,
		"//media.example/a":                 false,
		"https://media.example\\@evil.com/": false,
	} {
		if got := acc.Trusts(url, "https://graph.example/v1"); got != want {
			t.Errorf("%s: %v", url, got)
		}
	}
	if !(channel.Account{}).Trusts("https://x.fbcdn.net/a", "", "fbcdn.net") {
		t.Error("the adapter's own list counts where none is configured")
	}
}

func TestCleanName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"../../etc/passwd": "passwd", `C:\a\b.txt`: "b.txt", "a\x00b\n.txt": "ab.txt", "": "", "/": "", ".": "", "..": "",
		"invoice\u202Efdp.exe": "invoicefdp.exe", ".htaccess": "htaccess", "отчёт.pdf": "отчёт.pdf",
	} {
		if got := channel.CleanName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		got := channel.CleanName(rapid.String().Draw(t, "name"))
		if len(got) > 150 || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\x00\n") {
			t.Fatalf("got %q", got)
		}
	})
	if got := channel.CleanName(strings.Repeat("я", 4000) + ".pdf"); len(got) > 150 || !strings.HasSuffix(got, ".pdf") || !utf8.ValidString(got) {
		t.Errorf("long name: %q", got)
	}
}

func TestMarksComeBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := channel.Outbound{OurID: rapid.StringMatching(`[A-Za-z0-9_-]{1,40}`).Draw(t, "id"), Part: rapid.IntRange(0, 50).Draw(t, "part")}
		if id, part := channel.ParseMark(o.Mark()); id != o.OurID || part != o.Part {
			t.Fatalf("%q came back as %q part %d", o.Mark(), id, part)
		}
	})
	for _, foreign := range []string{"", "some data", "x~", "x~y", "x~-1", "x~0"} {
		if id, part := channel.ParseMark(foreign); id != foreign || part != 0 {
			t.Errorf("%q: %q %d", foreign, id, part)
		}
	}
}

func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		class                 channel.Class
		retry, pause, unknown bool
	}{
		{channel.ClassTransient, true, false, false},
		{channel.ClassRateRecipient, true, false, false},
		{channel.ClassRateChannel, true, true, false},
		{channel.ClassWindowClosed, false, false, false},
		{channel.ClassThreadNotOwned, false, false, false},
		{channel.ClassContactUnreachable, false, false, false},
		{channel.ClassMedia, false, false, false},
		{channel.ClassRequest, false, false, false},
		{channel.ClassChannelFault, false, false, false},
		{channel.ClassUnknown, false, false, true},
	} {
		e := &channel.SendError{Class: c.class}
		if e.Retry() != c.retry || e.PausesChannel() != c.pause || e.Unknown() != c.unknown || e.StopsChannel() {
			t.Errorf("%s", c.class)
		}
	}
	if e := channel.AsSendError(fmt.Errorf("deliver: %w", &channel.SendError{Class: channel.ClassMedia})); e.Class != channel.ClassMedia {
		t.Errorf("wrapped: %v", e)
	}
	if e := channel.AsSendError(errors.New("odd")); !e.Unknown() {
		t.Errorf("an odd error is read as %s", e.Class)
	}
	if channel.AsSendError(nil) != nil {
		t.Error("nil")
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	s := channel.Set{"b": nil, "a": nil}
	if _, err := s.Adapter("c"); err == nil || !strings.Contains(err.Error(), "[a b]") {
		t.Errorf("got %v", err)
	}
	if _, err := s.Adapter("a"); err != nil {
		t.Error(err)
	}
}
