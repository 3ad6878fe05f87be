package telegram

import (
	"context"
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/loose"
)

// get makes a call that may be repeated.
func (a *Adapter) get(ctx context.Context, acc channel.Account, name string, args any) (loose.Value, error) {
	if err := tokenError(acc); err != nil {
		return loose.Value{}, err
	}
	req, serr := exchange.JSON(ctx, method(acc, name), encode(args))
	if serr != nil {
		return loose.Value{}, serr
	}
	result, f := a.call(acc, req, true)
	if f != nil {
		return loose.Value{}, f.SendError
	}
	return result, nil
}

// AnswerCallback ends the waiting state of a pressed button.
func (a *Adapter) AnswerCallback(ctx context.Context, acc channel.Account, callbackID string) error {
	_, err := a.get(ctx, acc, "answerCallbackQuery", struct {
		ID string `json:"callback_query_id"`
	}{callbackID})
	return err
}

// Typing shows for 5 s that an answer is being written.
func (a *Adapter) Typing(ctx context.Context, acc channel.Account, to channel.ContactRef, _ string) error {
	_, err := a.get(ctx, acc, "sendChatAction", struct {
		ChatID chatID `json:"chat_id"`
		Action string `json:"action"`
	}{chatID(to.ID(channel.TGUser)), "typing"})
	return err
}

// Profile asks for the customer's photo; the names are those the messages brought.
func (a *Adapter) Profile(ctx context.Context, acc channel.Account, who channel.ContactRef) (channel.Profile, error) {
	photos, err := a.get(ctx, acc, "getUserProfilePhotos", struct {
		UserID chatID `json:"user_id"`
		Limit  int    `json:"limit"`
	}{chatID(who.ID(channel.TGUser)), 1})
	if err != nil {
		return channel.Profile{}, err
	}
	p := channel.Profile{Name: who.Name, First: who.First, Last: who.Last, Username: who.Username, Phone: who.Phone, Language: who.Language}
	if sizes := photo(photos.Get("photos").Index(0)); len(sizes) > 0 {
		p.Photo = &sizes[0]
	}
	return p, nil
}

// Locate asks for a download address, good for an hour at least. It holds the bot's token.
func (a *Adapter) Locate(ctx context.Context, acc channel.Account, att channel.Attachment) (channel.Location, error) {
	f, err := a.get(ctx, acc, "getFile", struct {
		FileID string `json:"file_id"`
	}{att.MediaID})
	if err != nil {
		if se := channel.AsSendError(err); se.Class == channel.ClassRequest {
			se.Class = channel.ClassMedia
		}
		return channel.Location{}, err
	}
	path := f.Get("file_path").Text()
	if path == "" || strings.HasPrefix(path, "/") || strings.Contains(path, "..") {
		return channel.Location{}, &channel.SendError{Class: channel.ClassMedia, Text: "the provider gave no address for the file"}
	}
	loc := channel.Location{URL: fileURL(acc, path), Size: size(f), Mime: att.Mime}
	files := acc.FileURL
	if files == "" {
		files = base(acc)
	}
	loc.Trusted = acc.Trusts(loc.URL, files)
	return loc, nil
}
