package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOneMistakeOneProblem(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, file string
		environ    []string
		flags      Flags
		want       string // the whole line; FILE stands for the file's name
	}{
		{
			name: "a wrong value in the environment names the variable", environ: []string{"PARLEY_LOG_LEVEL=inof"},
			want: `environment PARLEY_LOG_LEVEL: log_level: "inof" is not a log level; remedy: write info`,
		},
		{
			name: "a wrong flag names the flag", flags: Flags{"settings.accept_timeout": "soon"},
			want: `flag --accept-timeout: settings.accept_timeout: "soon" is not a duration with its unit; remedy: write a duration such as 30s, 5m or 1h30m; 0 turns it off`,
		},
		{
			name: "a completed history that holds nothing", environ: []string{"PARLEY_LIMITS_COMPLETED_HISTORY_BYTES=1000"},
			want: `environment PARLEY_LIMITS_COMPLETED_HISTORY_BYTES: limits.completed_history_bytes: 1000 is less than an empty history needs; remedy: write at least 67108864 (64 MB), or remove the line for 20 GB`,
		},
		{
			name: "a mistyped variable", environ: []string{"PARLEY_LOGLEVEL=info"},
			want: `environment PARLEY_LOGLEVEL: warning: sets no known key; remedy: did you mean PARLEY_LOG_LEVEL?`,
		},
		{
			name: "a variable of a section that has no such key", environ: []string{"PARLEY_SETTINGS_NIGHT_MODE=1"},
			want: `environment PARLEY_SETTINGS_NIGHT_MODE: warning: sets no known key; remedy: remove it, or see the configuration's keys`,
		},
		{
			name: "a flag of a key in a list", flags: Flags{"channels": "x"},
			want: `flag --channels: channels: is not a key that a flag can set; remedy: set it in the configuration file`,
		},
		{
			name: "broken YAML hides what it quotes", file: "listen: :1\nstore: *hunter2hunter2\n",
			want: `FILE: is not valid YAML: unknown anchor *** referenced; remedy: correct the indentation or quoting; special characters, and ${ENV_NAME} inside { }, need double quotes`,
		},
		{
			name: "two documents", file: "listen: :1\n---\nlisten: :2\n",
			want: `FILE:2: is not valid YAML: a second document begins; remedy: correct the indentation or quoting; special characters, and ${ENV_NAME} inside { }, need double quotes`,
		},
		{
			name: "a file of one word", file: "hello\n",
			want: `FILE:1: holds one value where keys are expected; remedy: write ` + "`key: value`" + ` lines here`,
		},
		{
			name: "a secret that names no variable", file: "operators:\n- {id: a, password: '${A B}'}\n",
			want: `FILE:2: operators[0].password: does not name an environment variable inside ${ }; remedy: write ${ENV_NAME}, with letters, digits and _ only`,
		},
		{
			name: "metrics on the same address", file: "metrics_listen: 127.0.0.1:8080\n",
			want: `FILE:1: metrics_listen: is the same address as listen; remedy: use another port, or remove it: then listen serves /metrics`,
		},
		{
			name: "an open address without TLS", flags: Flags{"public_url": "http://chat.example.com"},
			want: `flag --public-url: public_url: warning: is not encrypted: passwords can be read on the way, and providers call https only; remedy: put a TLS proxy in front and write https://`,
		},
		{
			name: "credentials are not repeated", flags: Flags{"store": "redis://app:hunter2@db/0?x=hunter2"},
			want: `flag --store: store: has parameters, of which there are none; remedy: write redis://[user:password@]host:port/db, or redis+cluster://host:port,host:port`,
		},
		{
			name: "no Redis server", flags: Flags{"store": "redis://"},
			want: `flag --store: store: names no Redis server; remedy: write redis://[user:password@]host:port/db, or redis+cluster://host:port,host:port`,
		},
		{
			name: "several servers without a cluster", flags: Flags{"store": "rediss://:p@a:1,b:2"},
			want: `flag --store: store: names several servers, which rediss cannot have; remedy: write redis://[user:password@]host:port/db, or redis+cluster://host:port,host:port`,
		},
		{
			name: "an open Redis beyond this machine", flags: Flags{"store": "redis+cluster://127.0.0.1:1,db:2"},
			want: `flag --store: store: warning: has no password: whoever reaches "db" can read and change all chats; remedy: set one on the Redis server and write redis://user:password@host`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			file := ""
			if tc.file != "" {
				file = write(t, tc.file)
			}
			_, problems := check(file, tc.environ, tc.flags)
			if len(problems) != 1 {
				t.Fatalf("want one problem, got %d: %v", len(problems), problems)
			}
			got := problems[0].String()
			if file != "" {
				got = strings.ReplaceAll(got, file, "FILE")
			}
			// Warnings carry their mark before the key.
			want := tc.want
			if problems[0].Severity == Warning && problems[0].Key != "" {
				want = strings.Replace(want, problems[0].Key+": warning: ", "warning: "+problems[0].Key+": ", 1)
			}
			equal(t, "problem", got, want)
		})
	}
}

func TestAMissingFileIsAProblem(t *testing.T) {
	t.Parallel()
	cfg, problems := check(filepath.Join(t.TempDir(), "none.yaml"), nil, nil)
	if len(problems) != 1 || !Failed(problems) || !strings.Contains(problems[0].Message, "no such file") {
		t.Fatalf("problems: %v", problems)
	}
	equal(t, "defaults stand", cfg.Listen, "127.0.0.1:8080")
}

func TestAFileOfSecretsThatEverybodyReadsIsWarnedAbout(t *testing.T) {
	t.Parallel()
	const literal = "operators: [{id: a, password: 'written out in full'}]\n"
	for _, tc := range []struct {
		name, text string
		mode       os.FileMode
		want       bool
	}{
		{"literal, readable by all", literal, 0o644, true},
		{"literal, readable by the owner", literal, 0o600, false},
		{"from the environment", "operators: [{id: a, password: '${SECRET}'}]\n", 0o644, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			file := write(t, tc.text)
			if err := os.Chmod(file, tc.mode); err != nil {
				t.Fatal(err)
			}
			_, problems := check(file, []string{"SECRET=twelve characters"}, nil)
			equal(t, "warned", len(problems) == 1, tc.want)
			equal(t, "fails the check", Failed(problems), false)
			for _, p := range problems {
				if !strings.Contains(p.Message, "operators[0].password") || strings.Contains(p.String(), "written out") {
					t.Errorf("warning: %s", p)
				}
			}
		})
	}
}

func TestAConfigMadeInCodeIsValidated(t *testing.T) {
	t.Parallel()
	cfg := Default()
	cfg.Operators = []Operator{{ID: "anna", Password: "correct horse battery"}}
	cfg.Queues = []Queue{{ID: "support", Members: []string{"anna"}}}
	cfg.Channels = []Channel{{
		ID: "tg", Provider: "telegram", Queue: "support", Active: true,
		Token: "1:a", SecretToken: "s", APIURL: "http://127.0.0.1:9999/bot",
	}}
	cfg.Complete()
	if problems := cfg.Validate(rules, macros); len(problems) != 0 {
		t.Fatalf("problems: %v", problems)
	}
	cfg.Channels[0].Queue = "sales"
	equal(t, "problem", cfg.Validate(rules, macros)[0].String(), `channels[0].queue: there is no queue "sales"; remedy: add it to queues, or correct the id`)
}

func TestClosestWord(t *testing.T) {
	t.Parallel()
	known := []string{"id", "name", "language", "log_level"}
	for word, want := range map[string]string{
		"langauge": "language", "nmae": "name", "loglevel": "log_level", "x": "", "completely_else": "", "": "",
	} {
		equal(t, word, closest(word, known), want)
	}
}
