package outside

import (
	"context"
	"errors"
	"io"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/gateway/channel"
	"parley/gateway/media"
)

// fetchTimeout bounds bringing one attachment here.
const fetchTimeout = 5 * time.Minute

// Media fetches what an address holds, guarded (package media).
type Media interface {
	Get(ctx context.Context, url string, opts media.Options) (*media.Body, error)
}

// Fetch brings an attachment to the file store under its own id.
func (o *Outside) Fetch(ctx context.Context, f actors.Fetch) actors.Fetched {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	of, _, _ := chat.ParseMessage(f.Message)
	file, err := o.bring(ctx, f.Channel, f.Attachment.ID, of, channel.Attachment{
		Kind: channel.AttachmentKind(f.Attachment.Kind), Mime: f.Attachment.Mime, Name: f.Attachment.Name, Size: f.Attachment.Size,
		SHA256: f.Attachment.Source.SHA256, URL: f.Attachment.Source.URL, MediaID: f.Attachment.Source.MediaID,
	})
	if err == nil {
		return actors.Fetched{State: chat.Stored, Name: file.Name, Mime: file.Mime, Size: file.Size}
	}
	got := o.failure(err)
	o.deps.Log.Info("an attachment was not fetched", "conversation", f.Conversation, "channel", f.Channel, "again", got.Again, "err", err)
	return got
}

// bring finds out where a file is and stores it.
func (o *Outside) bring(ctx context.Context, channelID, id, of string, at channel.Attachment) (File, error) {
	acc, adapter, ok := o.deps.Channels.Account(channelID)
	if !ok {
		return File{}, &channel.SendError{Class: channel.ClassRequest, Text: "the channel no longer exists"}
	}
	where := channel.Location{URL: at.URL, Mime: at.Mime, Size: at.Size}
	if source, ok := adapter.(channel.MediaSource); ok {
		var err error
		if where, err = source.Locate(ctx, acc, at); err != nil {
			return File{}, err
		}
	}
	if where.Size > o.cfg.MediaBytes {
		return File{}, ErrTooBig
	}
	body, err := o.deps.Media.Get(ctx, where.URL, media.Options{Bearer: where.Bearer, MaxBytes: o.cfg.MediaBytes})
	if err != nil {
		return File{}, err
	}
	defer body.Close()
	mime := at.Mime
	if mime == "" {
		mime = where.Mime
	}
	if mime == "" {
		mime = body.ContentType
	}
	return o.deps.Files.Put(ctx, id, of, io.Reader(body), at.Name, mime, o.cfg.MediaBytes)
}

// failure says what a failed fetch means. An address that has expired is asked
// for anew, so it is worth another attempt.
func (o *Outside) failure(err error) actors.Fetched {
	var send *channel.SendError
	switch {
	case errors.Is(err, ErrTooBig), errors.Is(err, media.TooBig):
		return actors.Fetched{State: chat.TooBig}
	case errors.Is(err, media.Blocked), errors.Is(err, media.Permanent):
		return actors.Fetched{State: chat.FetchFailed}
	case errors.As(err, &send) && !send.Retry() && !send.Unknown():
		return actors.Fetched{State: chat.FetchFailed}
	}
	again := actors.Fetched{Again: true, After: time.Second}
	var fault *media.Error
	if errors.As(err, &fault) && fault.RetryAfter > 0 {
		again.After = fault.RetryAfter
	}
	if send != nil && send.RetryAfter > 0 {
		again.After = send.RetryAfter
	}
	return again
}
