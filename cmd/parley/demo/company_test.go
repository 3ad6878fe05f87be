package demo

import (
	"maps"
	"slices"
	"testing"

	"parley/actors/queue"
	"parley/config"
	"parley/gateway/template"
)

// TestTheCompanyIsAValidConfiguration: whoever starts the demo is not met with problems, not even warnings.
func TestTheCompanyIsAValidConfiguration(t *testing.T) {
	t.Parallel()
	cfg := Company(config.Default(), func(channel string) string { return "http://127.0.0.1:9999/" + channel })
	for _, p := range cfg.Validate(slices.Collect(maps.Keys(queue.Builtin())), template.Check) {
		t.Error(p)
	}
	for _, r := range cfg.Templates {
		for _, language := range []string{"en", "ru"} {
			if r.Texts[language] == "" {
				t.Errorf("%s: no text in %s", r.ID, language)
			}
		}
	}
}
