package simulator

import (
	"encoding/json"
	"fmt"
)

// obj is a JSON object under construction.
type obj = map[string]any

// set adds a field unless its value is empty.
func set(o obj, key, value string) {
	if value != "" {
		o[key] = value
	}
}

type envelope struct {
	Object string `json:"object"`
	Entry  []any  `json:"entry"`
}

type pageEntry struct {
	ID        string            `json:"id"`
	Time      int64             `json:"time"`
	Messaging []json.RawMessage `json:"messaging,omitempty"`
	Standby   []json.RawMessage `json:"standby,omitempty"`
}

type wabaEntry struct {
	ID      string       `json:"id"`
	Changes []wabaChange `json:"changes"`
}

type wabaChange struct {
	Value json.RawMessage `json:"value"`
	Field string          `json:"field"`
}

// body puts events into one POST of the provider's form, escaped as the provider sends it. A large batch is spread over
// several entries.
func (a *account) body(frags []fragment, d *dice) []byte {
	switch a.Provider {
	case Messenger:
		return escapeMeta(encode(envelope{"page", a.pageEntries(frags, d)}))
	case WhatsApp:
		return escapeMeta(encode(envelope{"whatsapp_business_account", a.wabaEntries(frags, d)}))
	default:
		return escapeTelegram(frags[0].raw)
	}
}

func (a *account) pageEntries(frags []fragment, d *dice) []any {
	var out []any
	var e *pageEntry
	for _, f := range frags {
		if e == nil || f.standby != (e.Standby != nil) || len(frags) > 2 && d.pick(8) == 0 {
			e = &pageEntry{ID: a.PageID, Time: a.w.cfg.Now().UnixMilli()}
			out = append(out, e)
		}
		if f.standby {
			e.Standby = append(e.Standby, f.raw)
		} else {
			e.Messaging = append(e.Messaging, f.raw)
		}
	}
	return out
}

func (a *account) wabaEntries(frags []fragment, d *dice) []any {
	var out []any
	var e *wabaEntry
	for _, f := range frags {
		if e == nil || len(frags) > 2 && d.pick(8) == 0 {
			e = &wabaEntry{ID: a.WABAID}
			out = append(out, e)
		}
		e.Changes = append(e.Changes, wabaChange{Value: f.raw, Field: "messages"})
	}
	return out
}

// poison is an authentic event nobody understands: an unknown kind, a wrong type, no sender, nothing at all.
func (a *account) poison(d *dice) fragment {
	id := fmt.Sprintf("poison_%d", a.nextSerial())
	stranger := obj{"id": "1"}
	var forms []any
	switch a.Provider {
	case Messenger:
		page := obj{"id": a.PageID}
		forms = []any{
			obj{"sender": stranger, "recipient": page, "timestamp": 1, "hologram": obj{"id": id, "beams": []int{1, 2, 3}}},
			obj{"sender": stranger, "recipient": page, "timestamp": "yesterday", "message": "POISON " + id},
			obj{"sender": 17, "recipient": page, "message": obj{"mid": obj{"nested": id}, "text": []string{"POISON"}}},
			obj{"recipient": page},
			[]any{}, 17, nil,
		}
	case WhatsApp:
		forms = []any{
			obj{"messaging_product": "whatsapp", "metadata": a.waMetadata(), "holograms": []any{obj{"id": id}}},
			obj{"messaging_product": "whatsapp", "metadata": a.waMetadata(), "messages": []any{nil, 17, obj{"id": 5, "type": obj{}}}},
			obj{"messaging_product": "whatsapp", "metadata": a.waMetadata(), "messages": "POISON " + id},
			obj{"metadata": nil}, []any{}, "POISON", nil,
		}
	default:
		forms = []any{
			obj{"update_id": a.nextUpdate(), "hologram": obj{"id": id}},
			obj{"update_id": a.nextUpdate(), "message": "POISON " + id},
			obj{"update_id": a.nextUpdate(), "message": obj{"message_id": "x", "chat": 17, "date": obj{}}},
			obj{"update_id": a.nextUpdate()},
		}
	}
	return fragment{raw: encode(forms[d.pick(len(forms))])}
}

// forgery is a believable body that the provider never sent. A company that accepts it shows the word FORGED.
func (a *account) forgery(d *dice) []byte {
	c := newCustomer(a, 999_999)
	c.phone = "15550999999" // on no list, so a forged line cannot be mistaken for a customer's
	c.mu.Lock()
	defer c.mu.Unlock()
	st := stamp{at: c.tick(), seq: 1}
	st.id, st.message = c.newID(KindText)
	frag, err := a.item(c, st, act{kind: KindText, text: "FORGED message, must not appear"})
	if err != nil {
		frag = fragment{raw: []byte("{}")}
	}
	return a.body([]fragment{frag}, d)
}
