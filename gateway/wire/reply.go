package wire

import "encoding/json"

// Reply answers a request of the websocket. ID is the request's own, as it came.
type Reply struct {
	ID    json.RawMessage `json:"id"`
	OK    bool            `json:"ok"`
	Data  any             `json:"data,omitempty"`
	Error *Error          `json:"error,omitempty"`
}

// Error is why a request was refused.
type Error struct {
	Code    ErrorCode `json:"code"`
	Message string    `json:"message"`
	By      *Ref      `json:"by,omitempty"` // who has the chat, for taken
}

// The data of the replies that are more than {}.
type (
	// StatusReply answers status.set.
	StatusReply struct {
		Status string `json:"status" enum:"active,inactive"`
	}
	// MessageReply answers chat.send and chat.retry.
	MessageReply struct {
		Message Message `json:"message"`
	}
	// HistoryReply answers chat.history and the messages call.
	HistoryReply struct {
		Messages []Message `json:"messages"`
		More     bool      `json:"more"`
	}
	// TransferReply answers chat.transfer; Chat is the child's id.
	TransferReply struct {
		Chat string `json:"chat"`
	}
	// TargetsReply answers transfer.targets.
	TargetsReply struct {
		Queues    []QueueTarget    `json:"queues"`
		Operators []OperatorTarget `json:"operators"`
	}
	// QueueTarget is a queue in the transfer menu.
	QueueTarget struct {
		ID      string `json:"id"`
		Name    string `json:"name"`
		Waiting int    `json:"waiting"`
		Free    int    `json:"free"`
	}
	// OperatorTarget is an operator in the transfer menu (S41, S42).
	OperatorTarget struct {
		ID        string `json:"id"`
		Name      string `json:"name"`
		Indicator string `json:"indicator" enum:"green,red,grey"`
		Load      int    `json:"load"`
		Limit     int    `json:"limit"`
	}
	// TemplatesReply answers template.search, the best first.
	TemplatesReply struct {
		Templates []Template `json:"templates"`
	}
	// Template is a quick reply in the language of the chat (S37). Missing names the macros of Text that have no value
	// here: they stand in Filled as {{contact.phone}}, and what is sent must not have them.
	Template struct {
		ID       string   `json:"id"`
		Name     string   `json:"name"`
		Language string   `json:"language"`
		Text     string   `json:"text"`
		Filled   string   `json:"filled"`
		Missing  []string `json:"missing"`
	}
	// Empty is {}.
	Empty struct{}
)

// Done gives the frame of a granted request.
func Done(id json.RawMessage, data any) []byte {
	return Encode(Reply{ID: id, OK: true, Data: data})
}

// Refused gives the frame of a refused request.
func Refused(id json.RawMessage, e Error) []byte {
	return Encode(Reply{ID: id, Error: &e})
}
