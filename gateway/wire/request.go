package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// Errors of a frame.
var (
	// ErrNotJSON says that the frame is no UTF-8 JSON: the connection is closed.
	ErrNotJSON = errors.New("wire: the frame is not JSON in UTF-8")
	// ErrBadRequest says that it is JSON, but no request of the expected shape.
	ErrBadRequest = errors.New("wire: the request has the wrong shape")
)

// Request is one frame from the client. ID is null where none or no usable one came.
type Request struct {
	ID   json.RawMessage
	Type string
	body []byte
}

// The fields of the requests, named after their type. Unknown fields are ignored.
// Any may be absent; ts:"optional" marks those whose absence the contract gives a
// meaning, and ts:"either" those of which exactly one is set.
type (
	// StatusSet is status.set.
	StatusSet struct {
		Status string `json:"status" enum:"active,inactive"`
	}
	// OfChat is chat.accept, chat.decline, chat.finish and transfer.targets.
	OfChat struct {
		Chat string `json:"chat"`
	}
	// ChatSend is chat.send; it has text or attachments or both.
	ChatSend struct {
		Chat        string   `json:"chat"`
		ClientID    string   `json:"client_id" ts:"optional"`
		Text        string   `json:"text" ts:"optional"`
		Attachments []string `json:"attachments" ts:"optional"` // file ids
		ReplyTo     string   `json:"reply_to" ts:"optional"`    // message id
	}
	// ChatRetry is chat.retry.
	ChatRetry struct {
		Chat    string `json:"chat"`
		Message string `json:"message"`
	}
	// ChatRead is chat.read.
	ChatRead struct {
		Chat     string `json:"chat"`
		Position int    `json:"position"`
	}
	// ChatHistory is chat.history.
	ChatHistory struct {
		Chat   string `json:"chat"`
		Before string `json:"before" ts:"optional"` // message id, empty = the newest page
		Limit  int    `json:"limit" ts:"optional"`
	}
	// ChatDraft is chat.draft.
	ChatDraft struct {
		Chat string `json:"chat"`
		Text string `json:"text"`
	}
	// ChatTransfer is chat.transfer; exactly one of To's fields is set.
	ChatTransfer struct {
		Chat string `json:"chat"`
		To   Target `json:"to"`
		Note string `json:"note" ts:"optional"`
	}
	// TemplateSearch is template.search (S37).
	TemplateSearch struct {
		Chat string `json:"chat"`
		Q    string `json:"q" ts:"optional"` // part of a name or a text; empty = all
	}
	// Target of a transfer.
	Target struct {
		Queue    string `json:"queue" ts:"either"`
		Operator string `json:"operator" ts:"either"`
	}
)

var null = json.RawMessage("null")

// maxID bounds an echoed request id, in bytes.
const maxID = 64

// ParseRequest reads the envelope of a frame. ErrNotJSON ends the connection;
// with ErrBadRequest the Request holds what can be echoed. The Request keeps frame.
func ParseRequest(frame []byte) (Request, error) {
	if !utf8.Valid(frame) || !json.Valid(frame) {
		return Request{ID: null}, ErrNotJSON
	}
	var head struct {
		ID   json.RawMessage `json:"id"`
		Type json.RawMessage `json:"type"`
	}
	r := Request{ID: null, body: frame}
	if err := json.Unmarshal(frame, &head); err != nil {
		return r, ErrBadRequest
	}
	if !usableID(head.ID) {
		return r, ErrBadRequest
	}
	r.ID = head.ID
	if err := json.Unmarshal(head.Type, &r.Type); err != nil || r.Type == "" {
		return r, ErrBadRequest
	}
	return r, nil
}

// usableID accepts a number or a string of moderate length.
func usableID(id json.RawMessage) bool {
	if len(id) == 0 || len(id) > maxID {
		return false
	}
	return id[0] == '"' || id[0] == '-' || (id[0] >= '0' && id[0] <= '9')
}

// Decode reads the request's fields into a struct of this package; null counts
// as absent. ErrBadRequest.
func (r Request) Decode(into any) error {
	if err := json.NewDecoder(bytes.NewReader(r.body)).Decode(into); err != nil {
		return ErrBadRequest
	}
	return nil
}
