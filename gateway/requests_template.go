package gateway

import (
	"context"
	"unicode/utf8"

	"parley/actors/view"
	"parley/gateway/template"
	"parley/gateway/wire"
)

// Templates are searched at every key: a query is short, and nobody reads a longer list.
const (
	maxTemplateQuery = 200 // characters
	maxTemplates     = 20
)

// searchTemplates finds quick replies for a chat and fills them in (S37). Contact data stands in them, so only its owner asks.
func (s *Server) searchTemplates(ctx context.Context, who Operator, in wire.TemplateSearch) (wire.TemplatesReply, error) {
	if utf8.RuneCountInString(in.Q) > maxTemplateQuery {
		return wire.TemplatesReply{}, badRequest("q: at most 200 characters")
	}
	c, err := s.deps.Engine.Chat(ctx, in.Chat)
	if err != nil {
		return wire.TemplatesReply{}, err
	}
	if !owns(c, who) {
		return wire.TemplatesReply{}, forbidden()
	}
	out := wire.TemplatesReply{Templates: []wire.Template{}}
	if s.deps.Templates == nil {
		return out, nil
	}
	contact, err := s.contact(ctx, c.Contact.ID)
	if err != nil {
		return wire.TemplatesReply{}, err
	}
	languages := []string{contact.Language, s.languageOf(c), s.deps.Templates.Language()}
	values := macrosOf(c, contact, who)
	for _, f := range template.Search(s.deps.Templates.Templates(), in.Q, languages, maxTemplates) {
		filled, missing := template.Fill(f.Text, values)
		out.Templates = append(out.Templates, wire.Template{
			ID: f.ID, Name: f.Name, Language: f.Language, Text: f.Text, Filled: filled, Missing: missing,
		})
	}
	return out, nil
}

func (s *Server) contact(ctx context.Context, id string) (Contact, error) {
	if s.deps.Contacts == nil {
		return Contact{}, nil
	}
	return s.deps.Contacts.Contact(ctx, id)
}

func (s *Server) languageOf(c view.Chat) string {
	ch, _ := s.deps.Channels.Channel(c.Channel.Provider, c.Channel.ID)
	return ch.Language
}

// macrosOf are the values of template.Macros.
func macrosOf(c view.Chat, contact Contact, who Operator) map[string]string {
	return map[string]string{
		"contact.name": contact.Name, "contact.first_name": contact.First, "contact.last_name": contact.Last,
		"contact.username": contact.Username, "contact.phone": contact.Phone,
		"operator.name": who.Name, "chat.id": c.Chat.ID, "chat.channel": c.Channel.Name, "queue.name": c.Queue.Name,
	}
}
