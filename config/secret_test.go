package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	const text = "hunter2"
	cfg := Default()
	cfg.Store = "redis://app:" + text + "@db:6379/0?password=" + text
	cfg.Operators = []Operator{{ID: "anna", Password: text}}
	cfg.Channels = []Channel{{
		ID: "x", AppSecret: text, VerifyToken: text, AccessToken: text, Token: text, SecretToken: text,
	}}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Info("start", "config", cfg, "token", cfg.Channels[0].Token, "store", cfg.Store)
	slog.New(slog.NewJSONHandler(&logged, nil)).Info("start", "config", cfg, "token", cfg.Channels[0].Token, "store", cfg.Store)
	asJSON, err := json.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(cfg)
	if err != nil {
		t.Fatal(err)
	}
	shown := []string{logged.String(), string(asJSON), string(asYAML)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t"} {
		shown = append(shown, fmt.Sprintf(verb, cfg), fmt.Sprintf(verb, cfg.Operators[0].Password), fmt.Sprintf(verb, cfg.Store))
	}
	for _, s := range shown {
		if strings.Contains(s, text) || strings.Contains(strings.ToLower(s), fmt.Sprintf("%x", text)) {
			t.Errorf("shows a secret: %s", s)
		}
	}
	equal(t, "revealed", cfg.Operators[0].Password.Reveal(), text)
}

func TestAddressesShowNoCredentials(t *testing.T) {
	t.Parallel()
	for address, want := range map[Address]string{
		"pebble":                        "pebble",
		"redis://db:6379/0":             "redis://db:6379/0",
		"redis://u:p@db:6379/0":         "redis://***@db:6379/0",
		"postgres://u:p@ss/w@db/x?s=p":  "postgres://***@db/x",
		"redis+cluster://h1:1,u:p@h2:2": "redis+cluster://***@h2:2",
	} {
		equal(t, "address", address.String(), want)
	}
}
