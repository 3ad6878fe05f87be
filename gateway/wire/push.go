package wire

import (
	"reflect"

	"parley/actors/chat"
	"parley/actors/view"
)

// Push is one numbered event of an operator's feed. Data is one of the *Data
// types below.
type Push struct {
	Seq  uint64 `json:"seq"`
	Type string `json:"type"`
	Data any    `json:"data"`
}

// The data of the pushes, in the order of the contract.
type (
	// OfferedData belongs to chat.offered.
	OfferedData struct {
		Chat Row `json:"chat"`
	}
	// WithdrawnData belongs to chat.withdrawn.
	WithdrawnData struct {
		Chat   string `json:"chat"`
		Reason string `json:"reason" enum:"taken,expired,completed,transferred,inactive,limit,declined"`
		By     *Ref   `json:"by"`
	}
	// AssignedData belongs to chat.assigned.
	AssignedData struct {
		Chat     Full      `json:"chat"`
		Messages []Message `json:"messages"`
		Why      string    `json:"why" enum:"accepted,transferred,initiated"`
	}
	// MessageData belongs to chat.message and chat.message_updated.
	MessageData struct {
		Chat    string  `json:"chat"`
		Message Message `json:"message"`
	}
	// UpdatedData belongs to chat.updated.
	UpdatedData struct {
		Chat Full `json:"chat"`
	}
	// CompletedData belongs to chat.completed.
	CompletedData struct {
		Chat   string  `json:"chat"`
		Reason string  `json:"reason" enum:"operator,timeout,transfer,control_taken,administrator"`
		Child  *string `json:"child"`
	}
	// WaitingData belongs to queue.waiting.
	WaitingData struct {
		Waiting map[string]int `json:"waiting"`
	}
	// StatusData belongs to operator.status.
	StatusData struct {
		Preferred string `json:"preferred" enum:"active,inactive"`
		Effective string `json:"effective" enum:"active,inactive"`
		Reason    string `json:"reason" enum:"chosen,offer_expired,session"`
		Load      int    `json:"load"`
		Limit     int    `json:"limit"`
	}
)

// PushType is a kind of push with the type of its data.
type PushType struct {
	Name string
	Data reflect.Type
}

// Pushes lists every kind of push, in the order of the contract.
func Pushes() []PushType {
	return []PushType{
		{"chat.offered", reflect.TypeFor[OfferedData]()},
		{"chat.withdrawn", reflect.TypeFor[WithdrawnData]()},
		{"chat.assigned", reflect.TypeFor[AssignedData]()},
		{"chat.message", reflect.TypeFor[MessageData]()},
		{"chat.message_updated", reflect.TypeFor[MessageData]()},
		{"chat.updated", reflect.TypeFor[UpdatedData]()},
		{"chat.completed", reflect.TypeFor[CompletedData]()},
		{"queue.waiting", reflect.TypeFor[WaitingData]()},
		{"operator.status", reflect.TypeFor[StatusData]()},
	}
}

// PushOf spells a push; an unknown body gives ok false.
func PushOf(p view.Push) (out Push, ok bool) {
	kind, data := bodyOf(p.Body)
	return Push{Seq: p.Seq, Type: kind, Data: data}, kind != ""
}

func bodyOf(b view.Body) (kind string, data any) {
	switch b := b.(type) {
	case view.Offered:
		return "chat.offered", OfferedData{RowOf(b.Chat)}
	case view.Withdrawn:
		return "chat.withdrawn", WithdrawnData{Chat: b.Chat, Reason: b.Reason, By: personOrNull(b.By)}
	case view.Took:
		return "chat.assigned", AssignedData{Chat: FullOf(b.Chat), Messages: MessagesOf(b.Messages), Why: b.Why}
	case view.Said:
		return "chat.message", MessageData{Chat: b.Chat, Message: MessageOf(b.Message)}
	case view.Amended:
		return "chat.message_updated", MessageData{Chat: b.Chat, Message: MessageOf(b.Message)}
	case view.Updated:
		return "chat.updated", UpdatedData{updated(b.Chat)}
	case view.Ended:
		return "chat.completed", CompletedData{Chat: b.Chat, Reason: b.Reason, Child: orNull(b.Child)}
	case view.Waiting:
		return "queue.waiting", WaitingData{counts(b.Counts)}
	case view.Status:
		return "operator.status", StatusData(b)
	}
	return "", nil
}

// updated shows a chat nobody has accepted as its row only, in the full shape (S32).
func updated(v view.Chat) Full {
	if v.Chat.Phase == chat.Waiting || v.Chat.Phase == chat.Bot {
		return Full{Row: RowOf(v), ThreadControl: "ours"}
	}
	return FullOf(v)
}

// counts keeps an empty map from becoming null.
func counts(in map[string]int) map[string]int {
	if in == nil {
		return map[string]int{}
	}
	return in
}
