package app_test

import (
	"slices"
	"strings"
	"testing"

	"parley/config"
	"parley/gateway/channel/simulator"
)

// replies are quick replies in two languages; the page's customers are taken to speak Russian.
func replies(cfg *config.Config) {
	cfg.Templates = []config.Template{
		{ID: "greeting", Name: "Greeting", Texts: map[string]string{
			"en": "Hello {{contact.first_name}}, {{operator.name}} here",
			"ru": "{{contact.first_name}}, здравствуйте! Это {{operator.name}}, {{ queue.name }}",
		}},
		{ID: "phone", Name: "Phone", Texts: map[string]string{"en": "Is {{contact.phone}} right?", "ru": "{{contact.phone}}, верно?"}},
		{ID: "bye", Name: "Goodbye", Texts: map[string]string{"en": "Good bye from {{chat.channel}}, {{contact.username}}"}},
	}
	for i := range cfg.Channels {
		if cfg.Channels[i].ID == "demo-fb" {
			cfg.Channels[i].Language = "ru"
		}
	}
}

// speaking gives a customer of a channel who speaks a language.
func (s *stage) speaking(channel, language string) *simulator.Customer {
	s.t.Helper()
	for n := range 100 {
		if c := s.customer(channel, n); c.Language() == language {
			return c
		}
	}
	s.t.Fatalf("nobody on %s speaks %s", channel, language)
	return nil
}

// chatOf lets a customer write, and the operator take the chat once the provider's profile is in it.
func (c *client) chatOf(s *stage, who *simulator.Customer, words string) string {
	c.t.Helper()
	sent(c.t)(who.Text(deadline(c.t), words))
	id := c.take(words)
	s.profiled(c.token, id, who)
	return id
}

// filled is what a search gives: the filled texts by id, and the missing macros.
func (c *client) filled(chat, q string) (texts map[string]string, missing []string) {
	c.t.Helper()
	texts = map[string]string{}
	for _, f := range list(shape(c.t, c.ask("template.search", object{"chat": chat, "q": q}), "templates"), "templates") {
		shape(c.t, f, "id", "name", "language", "text", "filled", "missing")
		texts[text(f, "id")] = text(f, "filled")
		if dig(f, "missing") == nil {
			c.t.Errorf("missing is null: %s", spelled(f))
		}
		for _, m := range list(f, "missing") {
			missing = append(missing, m.(string))
		}
	}
	return texts, missing
}

// first is the first of a customer's names.
func first(c *simulator.Customer) string { name, _, _ := strings.Cut(c.Name(), " "); return name }

// TestQuickReplies: the owner of a chat finds templates in the contact's language, else in the channel's, else in that of
// the house, filled in; nobody else finds any (S37).
func TestQuickReplies(t *testing.T) {
	t.Parallel()
	s := newStage(t, replies)
	anna, clara := s.operator("anna"), s.operator("clara")

	russian, english := s.speaking("demo-tg", "ru"), s.speaking("demo-tg", "en")
	inRussian := clara.chatOf(s, russian, "по-русски")
	texts, missing := clara.filled(inRussian, "greet")
	if want := first(russian) + ", здравствуйте! Это Clara Jensen, Sales"; len(texts) != 1 || texts["greeting"] != want || len(missing) != 0 {
		t.Errorf("the contact's language: %q, missing %q, want %q", texts, missing, want)
	}
	if texts, missing = clara.filled(inRussian, "верно"); texts["phone"] != "{{contact.phone}}, верно?" || !slices.Equal(missing, []string{"contact.phone"}) {
		t.Errorf("what is not known is told: %q, missing %q", texts, missing)
	}
	if texts, missing = clara.filled(inRussian, "bye"); !strings.HasPrefix(texts["bye"], "Good bye from Demo bot, user_") || len(missing) != 0 {
		t.Errorf("the language of the house where there is no other: %q, missing %q", texts, missing)
	}
	inEnglish := clara.chatOf(s, english, "in English")
	if texts, _ = clara.filled(inEnglish, ""); len(texts) != 3 || texts["greeting"] != "Hello "+first(english)+", Clara Jensen here" {
		t.Errorf("another contact's language: %q", texts)
	}

	customer := s.speaking("demo-fb", "en") // Messenger does not tell the language
	onThePage := anna.chatOf(s, customer, "on the page")
	if texts, _ = anna.filled(onThePage, "greet"); texts["greeting"] != first(customer)+", здравствуйте! Это Anna Orlova, Support" {
		t.Errorf("the channel's language: %q", texts)
	}

	anna.refused("forbidden", "template.search", object{"chat": inRussian, "q": ""})
	anna.refused("forbidden", "template.search", object{"chat": "nothing.1", "q": ""})
	anna.refused("bad_request", "template.search", object{"chat": onThePage, "q": strings.Repeat("ж", 201)})
	anna.ask("chat.finish", object{"chat": onThePage})
	anna.refused("forbidden", "template.search", object{"chat": onThePage, "q": ""})
}

// TestTheDemoHasQuickReplies: each of them serves both languages, and those asked for a phone number say when there is none.
func TestTheDemoHasQuickReplies(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	id := anna.chatOf(s, s.customer("demo-fb", 1), "hello demo")
	if texts, missing := anna.filled(id, ""); len(texts) < 8 || !slices.Equal(missing, []string{"contact.phone"}) {
		t.Errorf("%q, missing %q", texts, missing)
	}
}
