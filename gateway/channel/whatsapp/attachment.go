package whatsapp

import (
	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

func media(typ string, b loose.Value) channel.Attachment {
	a := channel.Attachment{
		Mime: b.Get("mime_type").Text(), SHA256: b.Get("sha256").Text(), MediaID: b.Get("id").ID(),
		URL: b.Get("url").Text(), Name: channel.CleanName(b.Get("filename").Text()), Size: max(b.Get("file_size").Int(), 0),
	}
	switch typ {
	case "image":
		a.Kind = channel.Image
	case "video":
		a.Kind = channel.Video
	case "sticker":
		a.Kind = channel.Sticker
	case "document":
		a.Kind = channel.File
	case "voice":
		a.Kind = channel.Voice
	case "audio":
		a.Kind = channel.Audio
		if b.Get("voice").Bool() {
			a.Kind = channel.Voice
		}
	}
	return a
}

func place(b loose.Value) channel.Attachment {
	return channel.Attachment{
		Kind: channel.Place, Lat: b.Get("latitude").Float(), Lon: b.Get("longitude").Float(),
		Title: b.Get("name").Text(), Address: b.Get("address").Text(),
	}
}

func cards(list loose.Value) []channel.Attachment {
	var out []channel.Attachment
	for c := range list.Items() {
		card := &channel.Card{Name: c.Get("name", "formatted_name").Text(), UserID: c.Get("user_id").ID()}
		for p := range c.Get("phones").Items() {
			if n := p.Get("phone").Text(); n != "" {
				card.Phones = append(card.Phones, n)
			} else if n := p.Get("wa_id").ID(); n != "" {
				card.Phones = append(card.Phones, n)
			}
		}
		for m := range c.Get("emails").Items() {
			card.Emails = append(card.Emails, m.Get("email").Text())
		}
		out = append(out, channel.Attachment{Kind: channel.ContactCard, Title: card.Name, Card: card})
	}
	return out
}
