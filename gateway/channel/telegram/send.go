package telegram

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
)

// chatID goes out as a number where it is one, as the documentation has it.
type chatID string

func (c chatID) MarshalJSON() ([]byte, error) {
	if _, err := strconv.ParseInt(string(c), 10, 64); err == nil {
		return []byte(c), nil
	}
	return json.Marshal(string(c))
}

// replyParameters names the message answered; that it is gone must not stop the answer.
type replyParameters struct {
	MessageID    json.Number `json:"message_id"`
	EvenIfItGone bool        `json:"allow_sending_without_reply"`
}

type sendMessage struct {
	ChatID chatID           `json:"chat_id"`
	Text   string           `json:"text"`
	Reply  *replyParameters `json:"reply_parameters,omitempty"`
}

// Send hands one part to the bot's chat with the customer. A chat that moved is followed once.
func (a *Adapter) Send(ctx context.Context, acc channel.Account, out channel.Outbound) (channel.Sent, error) {
	if err := out.CheckPart(); err != nil {
		return channel.Sent{}, err
	}
	if err := tokenError(acc); err != nil {
		return channel.Sent{}, err
	}
	chat := out.To.ID(channel.TGUser)
	if chat == "" {
		return channel.Sent{}, &channel.SendError{Class: channel.ClassRequest, Code: channel.CodeNoRecipient, Text: "the recipient has no Telegram id"}
	}
	sent, f := a.sendTo(ctx, acc, chat, out)
	if f != nil && f.movedTo != "" && f.Code == 400 {
		sent, f = a.sendTo(ctx, acc, f.movedTo, out)
	}
	if f != nil {
		return channel.Sent{}, f.SendError
	}
	return sent, nil
}

func (a *Adapter) sendTo(ctx context.Context, acc channel.Account, chat string, out channel.Outbound) (channel.Sent, *failure) {
	req, serr := request(ctx, acc, chat, out)
	if serr != nil {
		return channel.Sent{}, &failure{SendError: serr}
	}
	m, f := a.call(acc, req, false)
	if f != nil {
		return channel.Sent{}, f
	}
	where := m.Get("chat", "id").ID()
	if where == "" {
		where = chat
	}
	id := messageRef(where, m.Get("message_id"))
	if id == "" {
		return channel.Sent{}, &failure{SendError: &channel.SendError{
			Class: channel.ClassUnknown, Status: http.StatusOK, Text: "the provider did not confirm the message"}}
	}
	return channel.Sent{MessageID: id, At: m.Get("date").Time()}, nil
}

func request(ctx context.Context, acc channel.Account, chat string, out channel.Outbound) (*http.Request, *channel.SendError) {
	reply := replyTo(out.ReplyTo)
	if len(out.Files) == 0 {
		return exchange.JSON(ctx, method(acc, "sendMessage"), encode(sendMessage{ChatID: chatID(chat), Text: out.Text, Reply: reply}))
	}
	fields := []exchange.Field{{Name: "chat_id", Value: chat}}
	if out.Text != "" {
		fields = append(fields, exchange.Field{Name: "caption", Value: out.Text})
	}
	if reply != nil {
		fields = append(fields, exchange.Field{Name: "reply_parameters", Value: string(encode(reply))})
	}
	name, field := upload(out.Files[0].Kind)
	return exchange.Multipart(ctx, method(acc, name), fields, field, out.Files[0])
}

// upload names the method and the form field a kind of file is sent with.
func upload(kind channel.AttachmentKind) (method, field string) {
	switch kind {
	case channel.Image:
		return "sendPhoto", "photo"
	case channel.Video:
		return "sendVideo", "video"
	case channel.Audio:
		return "sendAudio", "audio"
	case channel.Voice:
		return "sendVoice", "voice"
	case channel.Sticker:
		return "sendSticker", "sticker"
	}
	return "sendDocument", "document"
}

// replyTo takes the number out of our chat_id:message_id; anything else names nothing.
func replyTo(ref string) *replyParameters {
	_, id, _ := strings.Cut(ref, ":")
	if _, err := strconv.ParseInt(id, 10, 64); err != nil {
		return nil
	}
	return &replyParameters{MessageID: json.Number(id), EvenIfItGone: true}
}

// encode cannot fail for the structs of this package.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func tokenError(acc channel.Account) error {
	if acc.Token == "" {
		return &channel.SendError{Class: channel.ClassChannelFault, Code: channel.CodeConfig, Stop: true, Text: "the channel has no bot token"}
	}
	return nil
}
