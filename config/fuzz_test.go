package config

import (
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// FuzzLoad feeds the loader any file, variable and flag: it must neither panic nor tell a problem without
// a remedy, and what it read must be printable.
func FuzzLoad(f *testing.F) {
	for _, name := range []string{"testdata/company.yaml", "testdata/broken.yaml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data, "PARLEY_LISTEN=:1", "listen", ":2")
	}
	f.Add([]byte("a: &a [*a]\noperators: [*a, *a]\n"), "PARLEY_CLUSTER_NODE=x", "cluster.listen", ":1")
	f.Add([]byte("? [x]\n: y\n<<: {listen: x}\n"), "PARLEY_TRUSTED_PROXIES=,,", "trusted_proxies", "a,b")
	f.Add([]byte("channels: [{token: !!binary aGk=, rate: .inf}, ~, {}]\nsettings: ~\n"), "PARLEY_X", "", "x")
	f.Add([]byte("operators: [{password: 'file:/etc/passwd'}, {password: '${X}'}]\n"), "X=", "nowhere", "x")
	f.Add([]byte("templates: [{id: a, texts: {en: [x], en: x, EN: ' ', ? [x] : y, <<: {x: y}}}, {texts: []}, {texts: {\"a\\nb\": x}}]\n"), "X=", "templates", "x")
	f.Add([]byte("\xef\xbb\xbflisten: \"\\u0000\"\n"), "", "data", "\x00")

	f.Fuzz(func(t *testing.T, data []byte, variable, flag, value string) {
		l := newLoader("parley.yaml", []string{variable}, func(string, int64) ([]byte, error) { return nil, fs.ErrNotExist })
		l.parse("parley.yaml", data)
		l.environment()
		l.flags(Flags{flag: value})
		l.cfg.Complete()
		l.cfg.origin = l.origin
		for _, p := range append(l.problems, l.cfg.Validate(rules, macros)...) {
			if p.Message == "" || p.Remedy == "" || strings.ContainsAny(p.Message, "\n\r") {
				t.Errorf("problem: %#v", p)
			}
		}
		if _, err := json.Marshal(l.cfg); err != nil {
			t.Error(err)
		}
	})
}
