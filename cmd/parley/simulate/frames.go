package simulate

import (
	"encoding/json"
	"time"
)

// frame is anything the server sends over an operator's websocket, in the words of the contract.
type frame struct {
	ID       *int            `json:"id"` // replies
	OK       bool            `json:"ok"`
	Error    *refusal        `json:"error"`
	Seq      *uint64         `json:"seq"` // pushes, ping, hello
	Type     string          `json:"type"`
	Data     json.RawMessage `json:"data"`
	Epoch    string          `json:"epoch"` // hello
	Resumed  bool            `json:"resumed"`
	Snapshot *snapshot       `json:"snapshot"`
}

// refusal is the error of a reply.
type refusal struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type snapshot struct {
	Operator struct {
		ID        string `json:"id"`
		Preferred string `json:"preferred"`
		Effective string `json:"effective"`
		Load      int    `json:"load"`
		Limit     int    `json:"limit"`
	} `json:"operator"`
	Offers []chatRow `json:"offers"`
	Chats  []struct {
		Chat     chatRow   `json:"chat"`
		Messages []message `json:"messages"`
	} `json:"chats"`
}

type ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// chatRow is a chat as a row or in full.
type chatRow struct {
	ID           string     `json:"id"`
	Conversation string     `json:"conversation"`
	Queue        ref        `json:"queue"`
	CreatedAt    time.Time  `json:"created_at"`
	Preview      string     `json:"preview"`
	Parent       *string    `json:"parent"`
	Deadline     *time.Time `json:"deadline"`
	Owner        *ref       `json:"owner"`
}

func (c chatRow) parent() string {
	if c.Parent == nil {
		return ""
	}
	return *c.Parent
}

// attachment is a file of a message, as far as a simulation looks at it.
type attachment struct {
	ID    string `json:"id"`
	State string `json:"state"`
}

type message struct {
	ID          string       `json:"id"`
	Position    int          `json:"position"`
	Chat        string       `json:"chat"`
	At          time.Time    `json:"at"`
	Direction   string       `json:"direction"`
	Text        string       `json:"text"`
	Attachments []attachment `json:"attachments"`
	State       *string      `json:"state"`
	Error       *refusal     `json:"error"`
}

func (m message) state() string {
	if m.State == nil {
		return ""
	}
	return *m.State
}

// The data of pushes and replies, as far as a run looks at them.
type (
	rowData struct {
		Chat chatRow `json:"chat"`
	}
	assignedData struct {
		Chat     chatRow   `json:"chat"`
		Messages []message `json:"messages"`
		Why      string    `json:"why"`
	}
	messageData struct {
		Chat    string  `json:"chat"`
		Message message `json:"message"`
	}
	endedData struct {
		Chat   string  `json:"chat"`
		Reason string  `json:"reason"`
		Child  *string `json:"child"`
	}
	statusData struct {
		Preferred string `json:"preferred"`
		Effective string `json:"effective"`
		Reason    string `json:"reason"`
		Load      int    `json:"load"`
		Limit     int    `json:"limit"`
	}
	historyData struct {
		Messages []message `json:"messages"`
		More     bool      `json:"more"`
	}
	targetsData struct {
		Queues []struct {
			ID string `json:"id"`
		} `json:"queues"`
		Operators []struct {
			ID        string `json:"id"`
			Indicator string `json:"indicator"`
		} `json:"operators"`
	}
)
