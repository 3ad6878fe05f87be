package simulator

import (
	"strconv"
	"time"
)

func (a *account) waMetadata() obj {
	return obj{"display_phone_number": a.DisplayNumber, "phone_number_id": a.PhoneNumberID}
}

// waContact tells the company who writes; a customer with a hidden number has a username and no wa_id.
func (c *Customer) waContact() obj {
	profile := obj{"name": c.Name()}
	contact := obj{"profile": profile}
	set(contact, "wa_id", c.phone)
	if c.bsuid != "" {
		contact["user_id"] = c.bsuid
		profile["username"] = c.who.username
	}
	return contact
}

// whatsappItem is the value of one change. c.mu is held.
func (c *Customer) whatsappItem(st stamp, a act) (fragment, error) {
	msg := obj{"id": st.id, "timestamp": strconv.FormatInt(st.at.Unix(), 10)}
	set(msg, "from", c.phone)
	set(msg, "from_user_id", c.bsuid)
	if err := c.waContent(msg, a); err != nil {
		return fragment{}, err
	}
	if context := c.waContext(a); len(context) > 0 {
		msg["context"] = context
	}
	value := obj{"messaging_product": "whatsapp", "metadata": c.acc.waMetadata(), "messages": []obj{msg}}
	if a.kind != KindNewNumber {
		value["contacts"] = []obj{c.waContact()}
	}
	return fragment{raw: encode(value)}, nil
}

func (c *Customer) waContext(a act) obj {
	context := obj{}
	if a.fwd {
		context["forwarded"] = true
	}
	quotes := a.kind == KindText || a.kind == KindPostback || a.kind == KindQuickReply
	if a.target != "" && quotes {
		context["id"] = a.target
		context["from"] = c.acc.DisplayNumber
		if c.mine(a.target) {
			context["from"] = c.id
		}
	}
	return context
}

func (c *Customer) waContent(msg obj, a act) error {
	switch a.kind {
	case KindText:
		msg["type"] = "text"
		msg["text"] = obj{"body": a.text}
		if a.lead != nil {
			msg["referral"] = obj{"source_url": a.lead.source, "source_id": a.lead.id, "source_type": "ad",
				"headline": a.lead.headline, "body": "", "media_type": "image", "ctwa_clid": "clid_" + a.lead.id}
		}
	case KindImage, KindAudio, KindVoice, KindVideo, KindFile, KindSticker:
		c.waMedia(msg, a)
	case KindLocation:
		place := obj{"latitude": a.lat, "longitude": a.lon}
		set(place, "name", a.text)
		msg["type"], msg["location"] = "location", place
	case KindContact:
		msg["type"] = "contacts"
		msg["contacts"] = []obj{{"name": obj{"first_name": a.card.First, "last_name": a.card.Last,
			"formatted_name": a.card.First + " " + a.card.Last},
			"phones": []obj{{"phone": a.card.Phone, "wa_id": digits(a.card.Phone), "type": "CELL"}}}}
	case KindQuickReply:
		msg["type"], msg["button"] = "button", obj{"payload": a.payload, "text": a.text}
	case KindPostback:
		msg["type"] = "interactive"
		msg["interactive"] = obj{"type": "button_reply", "button_reply": obj{"id": a.payload, "title": a.text}}
	case KindReaction:
		reaction := obj{"message_id": a.target}
		if a.emoji != "" || c.N%2 == 0 { // removal: half of the clients send an empty emoji, half none
			reaction["emoji"] = a.emoji
		}
		msg["type"], msg["reaction"] = "reaction", reaction
	case KindEdit:
		msg["type"] = "edit"
		msg["edit"] = obj{"original_message_id": a.target, "message": obj{"type": "text", "text": obj{"body": a.text}}}
	case KindDelete:
		msg["type"], msg["revoke"] = "revoke", obj{"original_message_id": a.target}
	case KindNewNumber:
		msg["type"] = "system"
		msg["system"] = obj{"type": "user_changed_number", "wa_id": a.newPhone,
			"body": "User " + c.Name() + " changed from " + c.phone + " to " + a.newPhone}
	case KindUnsupported:
		msg["type"] = "unsupported"
		msg["errors"] = []obj{waError(131051)}
	default:
		return ErrUnavailable
	}
	return nil
}

func (c *Customer) waMedia(msg obj, a act) {
	body := obj{"id": a.media.id, "mime_type": a.media.mime, "sha256": a.media.sum64()}
	kind := string(a.kind)
	switch a.kind {
	case KindAudio:
		body["voice"] = false
	case KindVoice:
		kind = "audio"
		body["voice"] = true
	case KindFile:
		kind = "document"
		body["filename"] = a.media.name
	case KindSticker:
		body["animated"] = false
	}
	if a.kind == KindImage || a.kind == KindVideo || a.kind == KindFile {
		set(body, "caption", a.text)
	}
	msg["type"], msg[kind] = kind, body
}

// waStatus is a status webhook for one of our messages. code is set for "failed" only.
func (c *Customer) waStatus(a Answer, status string, code int, now time.Time) fragment {
	st := obj{"id": a.ID, "status": status, "timestamp": strconv.FormatInt(now.Unix(), 10)}
	set(st, "recipient_id", c.phone)
	set(st, "recipient_user_id", c.bsuid)
	set(st, "biz_opaque_callback_data", a.OurID)
	switch {
	case status == "failed":
		st["errors"] = []obj{waError(code)}
	case status != "read":
		st["pricing"] = obj{"billable": false, "pricing_model": "PMP", "category": "service", "type": "free_customer_service"}
	}
	return fragment{raw: encode(obj{"messaging_product": "whatsapp", "metadata": c.acc.waMetadata(), "statuses": []obj{st}})}
}

// waError is an error as webhooks carry it.
func waError(code int) obj {
	r := whatsappRefusal(code)
	return obj{"code": code, "title": r.Title, "message": r.Title, "error_data": obj{"details": r.Details},
		"href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}
}
