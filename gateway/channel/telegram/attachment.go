package telegram

import (
	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

func one(a channel.Attachment) []channel.Attachment { return []channel.Attachment{a} }

// photo takes the largest of the sizes.
func photo(sizes loose.Value) []channel.Attachment {
	var best loose.Value
	area := int64(-1)
	for s := range sizes.Items() {
		if n := s.Get("width").Int() * s.Get("height").Int(); n >= area && s.Get("file_id").ID() != "" {
			best, area = s, n
		}
	}
	if !best.Exists() {
		return nil
	}
	return one(channel.Attachment{Kind: channel.Image, Mime: "image/jpeg", MediaID: best.Get("file_id").ID(), Size: size(best)})
}

func file(kind channel.AttachmentKind, f loose.Value) []channel.Attachment {
	a := channel.Attachment{
		Kind: kind, Mime: f.Get("mime_type").Text(), Name: channel.CleanName(f.Get("file_name").Text()),
		MediaID: f.Get("file_id").ID(), Size: size(f), Title: f.Get("title").Text(),
	}
	if kind == channel.Sticker {
		a.Title, a.Mime = f.Get("emoji").Text(), stickerMime(f)
	}
	return one(a)
}

func stickerMime(f loose.Value) string {
	switch {
	case f.Get("is_animated").Bool():
		return "application/x-tgsticker"
	case f.Get("is_video").Bool():
		return "video/webm"
	}
	return "image/webp"
}

func size(f loose.Value) int64 { return max(f.Get("file_size").Int(), 0) }

func place(l loose.Value) []channel.Attachment {
	return one(channel.Attachment{Kind: channel.Place, Lat: l.Get("latitude").Float(), Lon: l.Get("longitude").Float()})
}

func venue(v loose.Value) []channel.Attachment {
	a := place(v.Get("location"))
	a[0].Title, a[0].Address = v.Get("title").Text(), v.Get("address").Text()
	return a
}

// card is a contact somebody sent; when it is the customer's own it also tells their number.
func card(e *channel.Event, c loose.Value) []channel.Attachment {
	p := person(c)
	out := &channel.Card{Name: p.Name, UserID: c.Get("user_id").ID()}
	if n := c.Get("phone_number").Text(); n != "" {
		out.Phones = []string{n}
		if out.UserID == e.Customer {
			e.Contact.Phone = n
		}
	}
	return one(channel.Attachment{Kind: channel.ContactCard, Title: p.Name, Card: out})
}
