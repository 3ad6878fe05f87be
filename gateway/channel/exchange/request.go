package exchange

import (
	"bytes"
	"context"
	"io"
	"net/http"

	"parley/gateway/channel"
)

// JSON makes a POST of a JSON body.
func JSON(ctx context.Context, url string, body []byte) (*http.Request, *channel.SendError) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, misconfigured()
	}
	req.Header.Set("Content-Type", "application/json")
	return req, nil
}

// Get makes a GET.
func Get(ctx context.Context, url string) (*http.Request, *channel.SendError) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, misconfigured()
	}
	return req, nil
}

// Multipart makes a POST of a form with a file.
func Multipart(ctx context.Context, url string, fields []Field, fileField string, file channel.OutFile) (*http.Request, *channel.SendError) {
	form, err := NewForm(fields, fileField, file)
	if err != nil {
		return nil, unreadable(err)
	}
	body, err := form.Open()
	if err != nil {
		return nil, unreadable(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		body.Close()
		return nil, misconfigured()
	}
	req.ContentLength = form.Length
	req.GetBody = func() (io.ReadCloser, error) { return form.Open() }
	req.Header.Set("Content-Type", form.ContentType)
	return req, nil
}

// misconfigured is a URL that is none: configuration, not the message, is wrong. The cause is left out, as it quotes the
// URL and that may hold a token.
func misconfigured() *channel.SendError {
	return &channel.SendError{Class: channel.ClassChannelFault, Code: channel.CodeConfig, Stop: true,
		Text: "the channel's API address is not usable"}
}

func unreadable(err error) *channel.SendError {
	return &channel.SendError{Class: channel.ClassTransient, Code: channel.CodeBadFile, Text: "the file could not be read", Err: err}
}
