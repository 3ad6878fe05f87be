package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/route"
	"parley/actors/view"
	"parley/gateway/wire"
)

// Bounds of what a client chooses.
const (
	maxClientID    = 128 // bytes
	maxAttachments = 10
)

func (s *Server) setStatus(ctx context.Context, who Operator, in wire.StatusSet) (wire.StatusReply, error) {
	status := operator.Inactive
	switch in.Status {
	case "active":
		status = operator.Active
	case "inactive":
	default:
		return wire.StatusReply{}, badRequest("status: active or inactive")
	}
	reply, err := s.deps.Engine.Do(ctx, route.Operator(who.ID), operator.SetStatus{Status: status})
	if err != nil {
		return wire.StatusReply{}, err
	}
	if st, ok := reply.(operator.StatusReply); ok {
		return wire.StatusReply{Status: st.Effective.String()}, nil
	}
	return wire.StatusReply{Status: in.Status}, nil
}

func (s *Server) acceptChat(ctx context.Context, who Operator, in wire.OfChat) (wire.Assigned, error) {
	if _, _, ok := chat.ParseChat(in.Chat); !ok {
		return wire.Assigned{}, forbidden()
	}
	// A conversation that is asked for a chat must answer durably, so one that does not exist is not asked:
	// made-up ids would fill the store. The words are those for a chat of others: they do not tell which ids exist.
	if _, err := s.deps.Engine.Chat(ctx, in.Chat); errors.Is(err, actors.ErrNotFound) {
		return wire.Assigned{}, operator.ErrNotOffered
	}
	reply, err := s.deps.Engine.Do(ctx, route.Operator(who.ID), operator.Accept{ID: rand.Text(), Chat: in.Chat})
	if err != nil {
		return wire.Assigned{}, err
	}
	a, ok := reply.(view.Assigned)
	if !ok {
		return wire.Assigned{}, unexpected(reply)
	}
	return wire.AssignedOf(a), nil
}

func (s *Server) declineChat(ctx context.Context, who Operator, in wire.OfChat) (wire.Empty, error) {
	if _, _, ok := chat.ParseChat(in.Chat); !ok {
		return wire.Empty{}, forbidden()
	}
	_, err := s.deps.Engine.Do(ctx, route.Operator(who.ID), operator.Decline{Chat: in.Chat})
	return wire.Empty{}, err
}

// ask sends a command to the conversation that a chat's id carries.
func (s *Server) ask(ctx context.Context, chatID string, c chat.Command) (any, error) {
	conversation, _, ok := chat.ParseChat(chatID)
	if !ok {
		return nil, forbidden()
	}
	return s.deps.Engine.Do(ctx, route.Conversation(conversation), c)
}

func (s *Server) sendMessage(ctx context.Context, who Operator, in wire.ChatSend) (wire.MessageReply, error) {
	if strings.TrimSpace(in.Text) == "" && len(in.Attachments) == 0 {
		return wire.MessageReply{}, badRequest("a message needs text or a file")
	}
	if len(in.ClientID) > maxClientID || len(in.Attachments) > maxAttachments {
		return wire.MessageReply{}, badRequest("client_id or attachments: too long")
	}
	if in.ClientID == "" {
		in.ClientID = rand.Text()
	}
	if in.ReplyTo != "" {
		if err := sameConversation(in.Chat, in.ReplyTo); err != nil {
			return wire.MessageReply{}, err
		}
	}
	files, err := s.attachments(ctx, who, in)
	if err != nil {
		return wire.MessageReply{}, err
	}
	return s.messageReply(s.ask(ctx, in.Chat, chat.Send{
		By: person(who), Chat: in.Chat, ClientID: in.ClientID, Text: in.Text, Attachments: files, ReplyTo: in.ReplyTo,
	}))
}

// attachments describes files by what the store knows of them. Only what the
// sender may read can be sent; from then on it stands in this chat too.
func (s *Server) attachments(ctx context.Context, who Operator, in wire.ChatSend) ([]chat.Attachment, error) {
	var out []chat.Attachment
	var strange []string // files that do not stand in this chat yet
	for _, id := range in.Attachments {
		f, err := s.deps.Files.Stat(ctx, id)
		if err == nil {
			err = s.mayRead(ctx, f, who)
		}
		if errors.Is(err, ErrNoFile) || isForbidden(err) {
			return nil, badRequest("attachments: no such file")
		}
		if err != nil {
			return nil, err
		}
		if !slices.Contains(f.Of, in.Chat) {
			strange = append(strange, id)
		}
		out = append(out, chat.Attachment{ID: f.ID, Kind: kindOf(f), Name: f.Name, Mime: mimeOf(f), Size: f.Size, State: chat.Stored})
	}
	return out, s.introduce(ctx, who, in.Chat, strange)
}

// introduce notes in which chat files are sent, before they are. To a chat that is
// not the sender's nothing is added: the send will be refused.
func (s *Server) introduce(ctx context.Context, who Operator, chatID string, files []string) error {
	if len(files) == 0 {
		return nil
	}
	c, err := s.deps.Engine.Chat(ctx, chatID)
	if err != nil || !owns(c, who) {
		return err
	}
	for _, id := range files {
		if err := s.deps.Files.Attach(ctx, id, chatID); err != nil {
			return err
		}
	}
	return nil
}

// mimeOf trusts the content before the name.
func mimeOf(f File) string {
	if f.Sniffed != "" {
		return f.Sniffed
	}
	return f.Mime
}

func kindOf(f File) string {
	family, _, _ := strings.Cut(mimeOf(f), "/")
	switch family {
	case "image", "video", "audio":
		return family
	}
	return "file"
}

func (s *Server) retryMessage(ctx context.Context, who Operator, in wire.ChatRetry) (wire.MessageReply, error) {
	return s.messageReply(s.ask(ctx, in.Chat, chat.Retry{By: person(who), Chat: in.Chat, Message: in.Message}))
}

func (s *Server) messageReply(reply any, err error) (wire.MessageReply, error) {
	if err != nil {
		return wire.MessageReply{}, err
	}
	m, ok := reply.(chat.Message)
	if !ok {
		return wire.MessageReply{}, unexpected(reply)
	}
	return wire.MessageReply{Message: wire.MessageOf(m)}, nil
}

func (s *Server) finishChat(ctx context.Context, who Operator, in wire.OfChat) (wire.Empty, error) {
	_, err := s.ask(ctx, in.Chat, chat.Finish{By: person(who), Chat: in.Chat})
	return wire.Empty{}, err
}

func (s *Server) readChat(ctx context.Context, who Operator, in wire.ChatRead) (wire.Empty, error) {
	if in.Position < 0 {
		return wire.Empty{}, badRequest("position: not negative")
	}
	_, err := s.ask(ctx, in.Chat, chat.MarkRead{By: person(who), Chat: in.Chat, Position: in.Position})
	return wire.Empty{}, err
}

func (s *Server) draftReply(ctx context.Context, who Operator, in wire.ChatDraft) (wire.Empty, error) {
	_, err := s.ask(ctx, in.Chat, chat.Draft{By: person(who), Chat: in.Chat, Text: in.Text})
	return wire.Empty{}, err
}

func (s *Server) chatHistory(ctx context.Context, who Operator, in wire.ChatHistory) (wire.HistoryReply, error) {
	return s.history(ctx, who, in)
}

// unexpected is a reply of the engine that this package does not know.
func unexpected(reply any) error { return fmt.Errorf("the engine replied with %T", reply) }
