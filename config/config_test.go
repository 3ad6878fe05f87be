package config

import (
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var rules = []string{"everyone", "least_busy"}

// macros stands for the check of package template, which config may not know.
func macros(text string) error {
	if strings.Contains(text, "{{contact.nmae}}") {
		return errors.New("there is no macro {{contact.nmae}}")
	}
	return nil
}

// companyEnv is what testdata/company.yaml refers to.
var companyEnv = []string{"BORIS_PASSWORD=a password from outside", "FB_PAGE=1001"}

// check loads and validates, as `parley check` does.
func check(file string, environ []string, flags Flags) (Config, []Problem) {
	cfg, problems := Load(file, environ, flags)
	return cfg, Sorted(append(problems, cfg.Validate(rules, macros)...))
}

// write puts a configuration into a private file.
func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "parley.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func wantNone(t *testing.T, problems []Problem) {
	t.Helper()
	for _, p := range problems {
		if p.Severity == Error {
			t.Errorf("unexpected problem: %s", p)
		}
	}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestNothingToldIsAValidConfiguration(t *testing.T) {
	t.Parallel()
	cfg, problems := check("", nil, nil)
	if len(problems) != 0 {
		t.Fatalf("problems: %v", problems)
	}
	equal(t, "listen", cfg.Listen, "127.0.0.1:8080")
	equal(t, "public_url", cfg.PublicURL, "http://127.0.0.1:8080")
	equal(t, "accept_timeout", cfg.Settings.AcceptTimeout, 5*time.Minute)
	equal(t, "disconnect_grace", cfg.Settings.DisconnectGrace, 30*time.Second)
	equal(t, "bot_completion_timeout", cfg.Settings.BotCompletionTimeout, time.Hour)
	equal(t, "simultaneous_chats", cfg.Settings.SimultaneousChats, 5)
	equal(t, "level", cfg.Level(), slog.LevelInfo)
	equal(t, "cluster", cfg.Cluster, nil)
}

func TestTheContractsCompanyIsRead(t *testing.T) {
	t.Parallel()
	cfg, problems := check("testdata/company.yaml", companyEnv, nil)
	wantNone(t, problems)
	equal(t, "public_url loses its slash", cfg.PublicURL, "https://chat.example.com")
	equal(t, "password from the environment", cfg.Operators[1].Password.Reveal(), "a password from outside")
	equal(t, "password from a file", cfg.Operators[2].Password.Reveal(), "correct horse battery")
	equal(t, "name is the id when absent", cfg.Operators[1].Name, "boris")
	equal(t, "role when absent", cfg.Operators[1].Roles[0], "operator")
	equal(t, "group", cfg.Groups[0].Members[0], "boris")

	support, sales := cfg.Queues[0], cfg.Queues[1]
	equal(t, "completion_timeout", *support.CompletionTimeout, 30*time.Minute)
	equal(t, "no limit", *support.SimultaneousChats, 0)
	equal(t, "an absent override stays absent", support.AcceptTimeout, nil)
	equal(t, "an override of 0 is there", *sales.AcceptTimeout, 0)

	fb, wa, tg := cfg.Channels[0], cfg.Channels[1], cfg.Channels[2]
	equal(t, "active when absent", fb.Active, true)
	equal(t, "deactivated", tg.Active, false)
	equal(t, "an unquoted id keeps its digits", wa.PhoneNumberID, "106540352242922")
	equal(t, "whatsapp's address", wa.APIURL, "https://graph.facebook.com/v24.0")
	equal(t, "a plain value from the environment", fb.PageID, "1001")
	equal(t, "messenger's address", fb.APIURL, "https://graph.facebook.com/v24.0")
	equal(t, "telegram's address", tg.APIURL, "https://api.telegram.org")
	equal(t, "telegram's files", tg.FileURL, "https://api.telegram.org")
	equal(t, "rate", wa.Rate, 80)
	equal(t, "language of the house", wa.Language, "en")

	greeting, thanks := cfg.Templates[0], cfg.Templates[1]
	equal(t, "template", greeting.Name, "Greeting")
	equal(t, "a macro is not the environment's", greeting.Texts["en"], "{{contact.name}}, good day!")
	equal(t, "a block's last line end goes", greeting.Texts["pt-BR"], "Olá!\nTudo bem?")
	equal(t, "a template's name when absent", thanks.Name, "thanks")
}

func TestEveryProblemIsNamedAtOnce(t *testing.T) {
	t.Parallel()
	_, problems := check("testdata/broken.yaml", nil, nil)
	var b strings.Builder
	for _, p := range problems {
		if strings.HasPrefix(p.Message, "everybody on this machine") {
			continue // depends on how the repository was checked out; it has a test of its own
		}
		if p.Message == "" || p.Remedy == "" || p.Key == "" || p.Line == 0 {
			t.Errorf("a problem needs line, key, message and remedy: %#v", p)
		}
		b.WriteString(p.String() + "\n")
	}
	const golden = "testdata/broken.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("problems differ from %s (run with -update and read the diff):\n%s", golden, b.String())
	}
}

func TestFileThenEnvironmentThenFlags(t *testing.T) {
	t.Parallel()
	file := write(t, "listen: 127.0.0.1:1\nlog_level: warn\nsettings: {accept_timeout: 1m}\ntrusted_proxies: [nonsense, more]\n")
	environ := []string{
		"PARLEY_LISTEN=127.0.0.1:2", "PARLEY_SETTINGS_ACCEPT_TIMEOUT=0", "PARLEY_DATA=", "PARLEY_CONFIG=x",
		"PARLEY_TRUSTED_PROXIES=10.0.0.0/8, 192.0.2.1/32", "PARLEY_SETTINGS_SIMULTANEOUS_CHATS=-1", "OTHER=1", "odd",
	}
	cfg, problems := check(file, environ, Flags{"listen": "127.0.0.1:3", "store": ""})
	if len(problems) != 0 {
		t.Fatalf("problems: %v", problems)
	}
	equal(t, "a flag wins", cfg.Listen, "127.0.0.1:3")
	equal(t, "public_url follows", cfg.PublicURL, "http://127.0.0.1:3")
	equal(t, "the environment wins over the file", cfg.Settings.AcceptTimeout, 0)
	equal(t, "the file wins over the default", cfg.Level(), slog.LevelWarn)
	equal(t, "an empty variable is none", cfg.Data, "./data")
	equal(t, "a list replaces a list", strings.Join(cfg.TrustedProxies, " "), "10.0.0.0/8 192.0.2.1/32")
	equal(t, "no limit", cfg.Settings.SimultaneousChats, -1)
}

func TestPortZeroLeavesThePublicURLToWhoListens(t *testing.T) {
	t.Parallel()
	cfg, problems := check("", nil, Flags{"listen": "127.0.0.1:0"})
	if len(problems) != 0 || cfg.PublicURL != "" {
		t.Fatalf("public_url %q, problems %v", cfg.PublicURL, problems)
	}
	cfg, _ = check("", nil, Flags{"listen": ":9000"})
	equal(t, "all interfaces", cfg.PublicURL, "http://127.0.0.1:9000")
}
