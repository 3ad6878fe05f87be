package simulator

import (
	"encoding/json"
	"strconv"
	"time"
)

// inboxAppID is the page inbox, the app in which a page's staff answer by hand.
const inboxAppID = "263902037430900"

// messengerItem is one element of messaging[] or standby[]. c.mu is held.
func (c *Customer) messengerItem(st stamp, a act) (fragment, error) {
	item, err := c.messengerAct(st, a)
	if err != nil {
		return fragment{}, err
	}
	item["sender"] = obj{"id": c.id}
	item["recipient"] = obj{"id": c.acc.PageID}
	item["timestamp"] = st.at.UnixMilli()
	standby := c.standby(st.at)
	if p, ok := item["postback"].(obj); ok && standby {
		delete(p, "payload") // standby postbacks come without it
	}
	return fragment{raw: encode(item), standby: standby}, nil
}

// standby says whether another app has the thread, so that we only overhear it.
func (c *Customer) standby(now time.Time) bool {
	return c.acc.BotAppID != "" && c.holder(now) != c.acc.AppID
}

func (c *Customer) messengerAct(st stamp, a act) (obj, error) {
	msg := obj{"mid": st.id}
	switch a.kind {
	case KindText:
		msg["text"] = a.text
		if a.target != "" {
			msg["reply_to"] = obj{"mid": a.target, "is_self_reply": c.mine(a.target)}
		}
	case KindQuickReply:
		msg["text"] = a.text
		msg["quick_reply"] = obj{"payload": a.payload}
	case KindImage, KindAudio, KindVoice, KindVideo, KindFile:
		kind := map[Kind]string{KindVoice: "audio"}[a.kind]
		if kind == "" {
			kind = string(a.kind)
		}
		msg["attachments"] = []obj{{"type": kind, "payload": obj{"url": c.acc.w.cdnURL(a.media)}}}
	case KindSticker:
		id := 369_239_263_222_822
		msg["sticker_id"] = id
		msg["attachments"] = []obj{{"type": "sticker", "payload": obj{"url": c.acc.w.cdnURL(a.media), "sticker_id": id}},
			{"type": "image", "payload": obj{"url": c.acc.w.cdnURL(a.media), "sticker_id": id}}}
	case KindLocation:
		msg["attachments"] = []obj{{"type": "location", "title": a.text,
			"payload": obj{"coordinates": obj{"lat": a.lat, "long": a.lon}}}}
	case KindUnsupported:
		msg["attachments"] = []obj{{"type": "template", "payload": nil}}
	case KindDelete:
		return obj{"message": obj{"mid": a.target, "is_deleted": true}}, nil
	default:
		return c.messengerEvent(st, a)
	}
	return obj{"message": msg}, nil
}

func (c *Customer) messengerEvent(st stamp, a act) (obj, error) {
	switch a.kind {
	case KindEdit:
		c.edits[a.target]++
		return obj{"message_edit": obj{"mid": a.target, "text": a.text, "num_edit": c.edits[a.target]}}, nil
	case KindPostback:
		return obj{"postback": obj{"mid": st.id, "title": a.text, "payload": a.payload}}, nil
	case KindReaction:
		if a.emoji == "" {
			return obj{"reaction": obj{"mid": a.target, "action": "unreact"}}, nil
		}
		return obj{"reaction": obj{"mid": a.target, "action": "react", "reaction": reactionName(a.emoji), "emoji": a.emoji}}, nil
	case KindReferral:
		return obj{"referral": obj{"ref": a.payload, "source": "SHORTLINK", "type": "OPEN_THREAD"}}, nil
	}
	return nil, ErrUnavailable
}

func reactionName(emoji string) string {
	switch emoji {
	case "❤", "❤️":
		return "love"
	case "👍":
		return "like"
	case "😆":
		return "smile"
	}
	return "other"
}

// mine says whether id names one of the customer's own messages.
func (c *Customer) mine(id string) bool {
	for _, e := range c.events {
		if e.id == id {
			return true
		}
	}
	return false
}

// messengerEcho is the echo of a message the page sent through an app; it goes to the app itself too.
func (c *Customer) messengerEcho(a Answer, app string, now time.Time) fragment {
	msg := obj{"is_echo": true, "mid": a.ID, "app_id": appNumber(app)}
	set(msg, "text", a.Text)
	set(msg, "metadata", a.OurID)
	if len(a.Attachments) > 0 {
		var list []obj
		for _, at := range a.Attachments {
			list = append(list, obj{"type": string(at.Kind), "payload": obj{"url": c.acc.w.URL() + "/media/sent/" + a.ID}})
		}
		msg["attachments"] = list
	}
	item := obj{"sender": obj{"id": c.acc.PageID}, "recipient": obj{"id": c.id}, "timestamp": a.At.UnixMilli(), "message": msg}
	return fragment{raw: encode(item), standby: app != c.acc.AppID && c.standby(now)}
}

func appNumber(app string) json.Number {
	if _, err := strconv.ParseUint(app, 10, 64); err != nil {
		return "0"
	}
	return json.Number(app)
}

// messengerWatermark is a delivery or a read receipt for everything up to a time. Every fourth customer's deliveries come
// without mids, as older clients' do.
func (c *Customer) messengerWatermark(kind string, a Answer, now time.Time) fragment {
	mark := obj{"watermark": a.At.UnixMilli()}
	if kind == "delivery" && c.N%4 != 3 {
		mark["mids"] = []string{a.ID}
	}
	return fragment{raw: encode(obj{"sender": obj{"id": c.id}, "recipient": obj{"id": c.acc.PageID},
		"timestamp": now.UnixMilli(), kind: mark}), standby: c.standby(now)}
}
