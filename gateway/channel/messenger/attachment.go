package messenger

import (
	"net/url"
	"strings"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// attachments reads the list; withText says the message has a text besides, so that the preview of a link in it is no
// attachment of its own.
func attachments(list loose.Value, withText bool) []channel.Attachment {
	var out []channel.Attachment
	stickers := stickerIDs(list)
	for a := range list.Items() {
		typ, payload := a.Get("type"), a.Get("payload")
		sticker := payload.Get("sticker_id").ID()
		switch {
		case typ.Is("image") && sticker != "" && stickers[sticker]:
			continue // the older twin of a sticker
		case typ.Is("fallback") && withText:
			continue
		}
		out = append(out, attachment(a, typ.Text(), payload, sticker))
	}
	return out
}

// stickerIDs returns the stickers that came in their own form; nil when there is none.
func stickerIDs(list loose.Value) map[string]bool {
	var ids map[string]bool
	for a := range list.Items() {
		if id := a.Get("payload", "sticker_id").ID(); id != "" && a.Get("type").Is("sticker") {
			if ids == nil {
				ids = map[string]bool{}
			}
			ids[id] = true
		}
	}
	return ids
}

func attachment(a loose.Value, typ string, payload loose.Value, sticker string) channel.Attachment {
	out := channel.Attachment{URL: payload.Get("url").Text(), Title: payload.Get("title").Text()}
	switch typ {
	case "image":
		out.Kind = channel.Image
		if sticker != "" {
			out.Kind = channel.Sticker
		}
	case "sticker":
		out.Kind = channel.Sticker
	case "video":
		out.Kind = channel.Video
	case "audio":
		out.Kind = channel.Audio
	case "file":
		out.Kind = channel.File
	case "location":
		at := payload.Get("coordinates")
		return channel.Attachment{
			Kind: channel.Place, Lat: at.Get("lat").Float(), Lon: at.Get("long").Float(), Title: a.Get("title").Text(),
		}
	default:
		return other(a, typ, payload)
	}
	out.Name = fileName(out.URL)
	return out
}

// other is what cannot be shown as it is: shares, reels, posts, templates. Its address is a page, not a file, so it is
// told as words and never fetched.
func other(a loose.Value, typ string, payload loose.Value) channel.Attachment {
	out := channel.Attachment{Kind: channel.Unsupported}
	if typ == "template" {
		out.Kind = channel.Template
	}
	title, link := first(payload.Get("title"), a.Get("title")), first(payload.Get("url"), a.Get("url"))
	out.Title = strings.Join(strings.Fields(strings.Join([]string{title, link}, " ")), " ")
	if out.Title == "" {
		out.Title = typ
	}
	return out
}

func first(values ...loose.Value) string {
	for _, v := range values {
		if s := v.Text(); s != "" {
			return s
		}
	}
	return ""
}

// fileName takes the name from the path of an address.
func fileName(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Path == "" {
		return ""
	}
	return channel.CleanName(u.Path)
}
