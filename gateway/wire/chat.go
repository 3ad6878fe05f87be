package wire

import (
	"parley/actors/chat"
	"parley/actors/view"
)

// Ref is somebody or something by id and the name to show.
type Ref struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Contact is the customer as rows show one.
type Contact struct {
	ID    string  `json:"id"`
	Name  string  `json:"name"`
	Photo *string `json:"photo"` // file id
}

// Channel is where the customer writes.
type Channel struct {
	ID       string `json:"id"`
	Provider string `json:"provider"`
	Name     string `json:"name"`
}

// Row is a chat as it may be shown before acceptance (S32).
type Row struct {
	ID           string  `json:"id"`
	Conversation string  `json:"conversation"`
	Contact      Contact `json:"contact"`
	Channel      Channel `json:"channel"`
	Queue        Ref     `json:"queue"`
	State        string  `json:"state" enum:"bot,waiting,in_progress,completed"`
	CreatedAt    Time    `json:"created_at"`
	Preview      string  `json:"preview"`
	Parent       *string `json:"parent"`
	Deadline     *Time   `json:"deadline"`
	Unread       int     `json:"unread"`
}

// Full is a chat as its owner sees it.
type Full struct {
	Row
	Owner         *Ref    `json:"owner"`
	AcceptedAt    *Time   `json:"accepted_at"`
	CompletedAt   *Time   `json:"completed_at"`
	Reason        *string `json:"reason" enum:"operator,timeout,transfer,bot_handover,control_taken,administrator"`
	LastAt        *Time   `json:"last_at"`
	WindowCloses  *Time   `json:"window_closes_at"`
	Draft         string  `json:"draft"`
	Similar       int     `json:"similar"`
	ThreadControl string  `json:"thread_control" enum:"ours,other"`
	Child         *string `json:"child"`
	LastPosition  int     `json:"last_position"` // of the newest message counted in unread; 0 = not shown
}

// RowOf spells the part of a chat that may be shown before acceptance.
func RowOf(v view.Chat) Row {
	c := v.Chat
	return Row{
		ID:           c.ID,
		Conversation: v.Conversation,
		Contact:      Contact{ID: v.Contact.ID, Name: v.Contact.Name, Photo: orNull(v.Contact.Photo)},
		Channel:      Channel(v.Channel),
		Queue:        Ref(v.Queue),
		State:        c.Phase.String(),
		CreatedAt:    At(c.CreatedAt),
		Preview:      c.Preview,
		Parent:       orNull(c.Parent),
		Deadline:     AtOrNull(v.Deadline),
		Unread:       c.Unread,
	}
}

// FullOf spells a whole chat.
func FullOf(v view.Chat) Full {
	c := v.Chat
	control := "ours"
	if v.Lost {
		control = "other"
	}
	return Full{
		Row:           RowOf(v),
		Owner:         personOrNull(c.Owner),
		AcceptedAt:    AtOrNull(c.AcceptedAt),
		CompletedAt:   AtOrNull(c.CompletedAt),
		Reason:        orNull(string(c.Reason)),
		LastAt:        AtOrNull(c.LastAt),
		WindowCloses:  AtOrNull(v.WindowCloses),
		Draft:         c.Draft,
		ThreadControl: control,
		Child:         orNull(c.Child),
		LastPosition:  c.Position,
	}
}

// Discreet takes away what only the owner of an open chat may read (I8).
func (f Full) Discreet() Full {
	f.Preview, f.Draft = "", ""
	return f
}

func personOrNull(p chat.Person) *Ref {
	if p.ID == "" {
		return nil
	}
	return &Ref{ID: p.ID, Name: p.Name}
}
