package simulator

import (
	"strconv"
	"strings"
	"time"
)

func (c *Customer) tgID() int64 {
	id, _ := strconv.ParseInt(c.id, 10, 64)
	return id
}

func (c *Customer) tgUser() obj {
	return obj{"id": c.tgID(), "is_bot": false, "first_name": c.who.first, "last_name": c.who.last,
		"username": c.who.username, "language_code": c.who.lang}
}

func (c *Customer) tgChat() obj {
	return obj{"id": c.tgID(), "first_name": c.who.first, "last_name": c.who.last, "username": c.who.username, "type": "private"}
}

func (a *account) tgBot() obj {
	return obj{"id": a.botID(), "is_bot": true, "first_name": a.ID, "username": a.Username}
}

// telegramItem is one Update. c.mu is held.
func (c *Customer) telegramItem(st stamp, a act) (fragment, error) {
	key, body, err := c.tgUpdate(st, a)
	if err != nil {
		return fragment{}, err
	}
	return fragment{raw: encode(obj{"update_id": c.acc.nextUpdate(), key: body})}, nil
}

func (c *Customer) tgUpdate(st stamp, a act) (string, obj, error) {
	date := st.at.Unix()
	switch a.kind {
	case KindEdit:
		return "edited_message", obj{"message_id": messageOf(a.target), "from": c.tgUser(), "chat": c.tgChat(),
			"date": c.dateOf(a.target, st.at), "edit_date": date, "text": a.text}, nil
	case KindPostback:
		msg := obj{"message_id": messageOf(a.target), "from": c.acc.tgBot(), "chat": c.tgChat(),
			"date": c.dateOf(a.target, st.at), "text": a.text}
		query := c.acc.w.run.hex(c.acc.ID+"/callback/"+c.id, st.seq, 9)
		c.acc.press(query, c)
		return "callback_query", obj{"id": query, "from": c.tgUser(), "message": msg,
			"chat_instance": "-" + c.id, "data": a.payload}, nil
	case KindReaction:
		before := c.emojis[a.target]
		c.emojis[a.target] = a.emoji
		return "message_reaction", obj{"chat": c.tgChat(), "message_id": messageOf(a.target), "user": c.tgUser(), "date": date,
			"old_reaction": tgReaction(before), "new_reaction": tgReaction(a.emoji)}, nil
	case KindBlock, KindUnblock:
		was, is := "member", "kicked"
		if a.kind == KindUnblock {
			was, is = is, was
		}
		return "my_chat_member", obj{"chat": c.tgChat(), "from": c.tgUser(), "date": date,
			"old_chat_member": c.acc.tgMember(was), "new_chat_member": c.acc.tgMember(is)}, nil
	}
	msg := obj{"message_id": st.message, "from": c.tgUser(), "chat": c.tgChat(), "date": date}
	if a.target != "" {
		msg["reply_to_message"] = c.tgQuoted(a.target, st.at)
	}
	if a.fwd {
		msg["forward_origin"] = obj{"type": "hidden_user", "sender_user_name": "Somebody", "date": date - 60}
	}
	return "message", msg, c.tgContent(msg, a)
}

func tgReaction(emoji string) []obj {
	if emoji == "" {
		return []obj{}
	}
	return []obj{{"type": "emoji", "emoji": emoji}}
}

func (a *account) tgMember(status string) obj {
	m := obj{"user": a.tgBot(), "status": status}
	if status == "kicked" {
		m["until_date"] = 0
	}
	return m
}

func (c *Customer) tgContent(msg obj, a act) error {
	switch a.kind {
	case KindText, KindQuickReply:
		msg["text"] = a.text
		if strings.HasPrefix(a.text, "/") {
			command, _, _ := strings.Cut(a.text, " ")
			msg["entities"] = []obj{{"type": "bot_command", "offset": 0, "length": len(command)}}
		}
		return nil
	case KindLocation:
		place := obj{"latitude": a.lat, "longitude": a.lon}
		msg["location"] = place
		if a.text != "" {
			msg["venue"] = obj{"location": place, "title": a.text, "address": ""}
		}
		return nil
	case KindContact:
		card := obj{"phone_number": a.card.Phone, "first_name": a.card.First, "last_name": a.card.Last}
		if a.card.Own {
			card = obj{"phone_number": c.phone, "first_name": c.who.first, "last_name": c.who.last, "user_id": c.tgID()}
		}
		msg["contact"] = card
		return nil
	case KindUnsupported:
		msg["poll"] = obj{"id": "1", "question": "?", "options": []obj{}, "total_voter_count": 0, "is_closed": false,
			"is_anonymous": true, "type": "regular", "allows_multiple_answers": false}
		return nil
	}
	return c.tgMedia(msg, a)
}

func (c *Customer) tgMedia(msg obj, a act) error {
	if a.media == nil {
		return ErrUnavailable
	}
	file := a.media.tgFile()
	switch a.kind {
	case KindImage:
		small := obj{"file_id": file["file_id"].(string) + "s", "file_unique_id": file["file_unique_id"].(string) + "s",
			"file_size": 40, "width": 4, "height": 4}
		file["width"], file["height"] = 16, 16
		delete(file, "mime_type")
		msg["photo"] = []obj{small, file}
	case KindAudio:
		file["duration"], file["title"], file["file_name"] = 1, "Sound", a.media.name
		msg["audio"] = file
	case KindVoice:
		file["duration"] = 1
		msg["voice"] = file
	case KindVideo:
		file["duration"], file["width"], file["height"], file["file_name"] = 1, 16, 16, a.media.name
		msg["video"] = file
	case KindFile:
		file["file_name"] = a.media.name
		msg["document"] = file
	case KindSticker:
		delete(file, "mime_type")
		file["type"], file["width"], file["height"], file["is_animated"], file["is_video"], file["emoji"] = "regular", 1, 1, false, false, "🌻"
		msg["sticker"] = file
	default:
		return ErrUnavailable
	}
	set(msg, "caption", a.text)
	return nil
}

// messageOf takes the message_id out of "chat:message"; 0 when there is none.
func messageOf(id string) int64 {
	_, n, _ := strings.Cut(id, ":")
	v, _ := strconv.ParseInt(n, 10, 64)
	return v
}

// dateOf is when a message of this chat was written, or now.
func (c *Customer) dateOf(id string, now time.Time) int64 {
	for _, e := range c.events {
		if e.id == id {
			return e.created.Unix()
		}
	}
	for _, a := range c.answers {
		if a.ID == id {
			return a.At.Unix()
		}
	}
	return now.Unix()
}

// tgQuoted is the message a reply quotes, with its text when it is still known.
func (c *Customer) tgQuoted(id string, now time.Time) obj {
	msg := obj{"message_id": messageOf(id), "chat": c.tgChat(), "date": c.dateOf(id, now), "text": "…"}
	for _, e := range c.events {
		if e.id == id {
			msg["from"], msg["text"] = c.tgUser(), e.text
		}
	}
	for _, a := range c.answers {
		if a.ID == id {
			msg["from"], msg["text"] = c.acc.tgBot(), a.Text
		}
	}
	return msg
}
