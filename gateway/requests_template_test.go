package gateway

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"parley/actors/chat"
	"parley/actors/view"
	"parley/gateway/template"
)

type fakeTemplates []template.Template

func (f fakeTemplates) Templates() []template.Template { return f }
func (fakeTemplates) Language() string                 { return "en" }

// fakeContacts are known by their ids; others are nobody.
type fakeContacts map[string]Contact

func (f fakeContacts) Contact(_ context.Context, id string) (Contact, error) { return f[id], nil }

// spokenChannels gives channels a language of their own.
type spokenChannels struct{ fakeChannels }

func (s spokenChannels) Channel(provider, id string) (Channel, bool) {
	c, ok := s.fakeChannels.Channel(provider, id)
	c.Language = "ru"
	return c, ok
}

func TestTemplatesAreFilledForTheirChat(t *testing.T) {
	t.Parallel()
	b := setup(t, func(_ *Config, d *Deps) {
		d.Channels = spokenChannels{}
		d.Templates = fakeTemplates{
			{ID: "hello", Name: "Greeting", Texts: map[string]string{
				"en": "Hello {{contact.name}}, this is {{operator.name}} of {{queue.name}}.", "ru": "Здравствуйте, {{contact.name}}!",
			}},
			{ID: "phone", Name: "Phone", Texts: map[string]string{"en": "Is {{contact.phone}} right?"}},
			{ID: "no", Name: "Norwegian only", Texts: map[string]string{"no": "Hei"}},
		}
		d.Contacts = fakeContacts{
			"english": {Name: "{{contact.phone}} Lee", Language: "en-GB", Phone: "+44 20"}, "silent": {Name: "Lee"},
		}
	})
	for _, contact := range []string{"english", "silent", "unknown"} {
		id := contact + ".1"
		b.engine.chats[id] = view.Chat{
			Chat:    chat.Chat{ID: id, Phase: chat.InProgress, Owner: chat.Person{ID: "anna", Name: "Anna"}},
			Contact: chat.Contact{ID: contact, Name: "7283910283"}, Queue: view.Named{ID: "support", Name: "Support"},
			Channel: view.Channel{ID: "acme-fb", Provider: "messenger", Name: "Acme"},
		}
	}
	c := b.connect("anna")
	search := func(chat, q string) []any {
		t.Helper()
		reply := c.ask(fmt.Sprintf(`{"id":1,"type":"template.search","chat":%q,"q":%q}`, chat, q))
		data, ok := reply["data"].(map[string]any)
		if !ok {
			t.Fatalf("reply %v", reply)
		}
		return data["templates"].([]any)
	}
	cases := []struct {
		chat, q string
		want    []string // id, language, filled, missing
	}{
		{"english.1", "", []string{
			"hello en Hello {{contact.phone}} Lee, this is Anna of Support. []", // a value is text, whatever it looks like
			"phone en Is +44 20 right? []",
		}},
		{"silent.1", "greet", []string{"hello ru Здравствуйте, Lee! []"}},
		{"silent.1", "phone", []string{"phone en Is {{contact.phone}} right? [contact.phone]"}},     // neither contact nor channel: the house
		{"unknown.1", "greet", []string{"hello ru Здравствуйте, {{contact.name}}! [contact.name]"}}, // a number is no name
		{"english.1", "norwegian", nil},
	}
	for _, tc := range cases {
		var got []string
		for _, each := range search(tc.chat, tc.q) {
			f := each.(map[string]any)
			got = append(got, fmt.Sprint(f["id"], " ", f["language"], " ", f["filled"], " ", f["missing"]))
		}
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%s, %q: %v, want %v", tc.chat, tc.q, got, tc.want)
		}
	}
	if reply := c.ask(`{"id":1,"type":"template.search","chat":"silent.1","q":"` + strings.Repeat("я", 201) + `"}`); code(reply) != "bad_request" {
		t.Errorf("a query of 201 characters: %v", reply)
	}
}

func TestTemplatesAreForTheOwnerAlone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.engine.chats["conv.1"] = view.Chat{Chat: chat.Chat{ID: "conv.1", Phase: chat.InProgress, Owner: chat.Person{ID: "boris"}}}
	if reply := b.connect("anna").ask(`{"id":1,"type":"template.search","chat":"conv.1"}`); code(reply) != "forbidden" {
		t.Errorf("somebody else: %v", reply)
	}
	reply := b.connect("boris").ask(`{"id":1,"type":"template.search","chat":"conv.1"}`)
	if data, ok := reply["data"].(map[string]any); !ok || fmt.Sprint(data["templates"]) != "[]" {
		t.Errorf("without templates: %v", reply)
	}
}
