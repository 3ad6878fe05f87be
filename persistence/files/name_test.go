package files_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"parley/persistence/files"
)

func TestSanitizeName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"report.pdf":               "report.pdf",
		"отчёт за май.xlsx":        "отчёт за май.xlsx",
		"../../etc/passwd":         "passwd",
		`C:\Windows\system.ini`:    "system.ini",
		"cod\u202egpj.exe":         "codgpj.exe",
		"a\x00b\r\nc.txt":          "abc.txt",
		"..":                       "",
		"":                         "",
		"folder/":                  "",
		" .hidden ":                "hidden",
		"bad\xff\xfeutf8.txt":      "badutf8.txt",
		"tab\u00a0space\u2003.txt": "tab space .txt",
		"می\u200cخواهم.txt":        "می\u200cخواهم.txt",
	} {
		if got := files.SanitizeName(in); got != want {
			t.Errorf("SanitizeName(%q) = %q, want %q", in, got, want)
		}
	}
	long := files.SanitizeName(strings.Repeat("ы", 4096) + ".docx")
	if len(long) > 255 || !strings.HasSuffix(long, ".docx") || !utf8.ValidString(long) {
		t.Errorf("long name: %d bytes, %q", len(long), long)
	}
}

func FuzzSanitizeName(f *testing.F) {
	for _, s := range []string{"a.txt", "../..", "\u202e", strings.Repeat("é.", 300), "\xff", "a\u2028b", "x." + strings.Repeat("y", 300)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := files.SanitizeName(in)
		called := in[strings.LastIndexAny(in, `/\\`)+1:]
		if out == "" && strings.ContainsFunc(strings.ToValidUTF8(called, ""), wordy) {
			t.Fatalf("%q has a name and lost it", in)
		}
		if out == "." || out == ".." || len(out) > 255 || !utf8.ValidString(out) || strings.ContainsAny(out, "/\\\x00") {
			t.Fatalf("%q gave %q", in, out)
		}
		for _, r := range out {
			if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) {
				t.Fatalf("%q kept %U", in, r)
			}
		}
		if again := files.SanitizeName(out); again != out {
			t.Fatalf("not stable: %q then %q", out, again)
		}
	})
}

func wordy(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func FuzzTrailer(f *testing.F) {
	f.Add([]byte("PARLEYF1"))
	f.Add([]byte("hi{}\x00\x00\x00\x02PARLEYF1"))
	f.Add([]byte("\xff\xff\xff\xffPARLEYF1"))
	f.Add([]byte(`x{"size":1}` + "\x00\x00\x00\x0aPARLEYF1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := files.ParseTrailer(bytes.NewReader(b), int64(len(b)))
		if err == nil && (file.Size < 0 || file.Size > int64(len(b))) {
			t.Fatalf("accepted size %d of %d bytes", file.Size, len(b))
		}
	})
}
