package gateway

import (
	"context"
	"errors"
	"reflect"

	fws "github.com/fasthttp/websocket"

	"parley/gateway/wire"
)

// request is one line of the operator protocol: a kind of frame a client may send.
type request struct {
	fields, reply reflect.Type // of the frame, and of the data that answers it
	serve         func(ctx context.Context, who Operator, r wire.Request) (any, error)
}

// requests is the table. Frames are answered from it and the workspace's
// TypeScript is generated from it; requests are listed nowhere else.
func (s *Server) requests() map[string]request {
	return map[string]request{
		"status.set":       typed(s.setStatus),
		"chat.accept":      typed(s.acceptChat),
		"chat.decline":     typed(s.declineChat),
		"chat.send":        typed(s.sendMessage),
		"chat.retry":       typed(s.retryMessage),
		"chat.finish":      typed(s.finishChat),
		"chat.read":        typed(s.readChat),
		"chat.history":     typed(s.chatHistory),
		"chat.draft":       typed(s.draftReply),
		"chat.transfer":    typed(s.transferChat),
		"transfer.targets": typed(s.transferTargets),
		"template.search":  typed(s.searchTemplates),
	}
}

// typed makes a request of a typed function: the frame is decoded into Fields,
// Reply is the data of the answer.
func typed[Fields, Reply any](f func(context.Context, Operator, Fields) (Reply, error)) request {
	serve := func(ctx context.Context, who Operator, r wire.Request) (any, error) {
		var in Fields
		if err := r.Decode(&in); err != nil {
			return nil, err
		}
		return f(ctx, who, in)
	}
	return request{fields: reflect.TypeFor[Fields](), reply: reflect.TypeFor[Reply](), serve: serve}
}

// answer carries out one frame and queues the reply. What is no JSON ends the connection.
func (k *socket) answer(frame []byte) {
	r, err := wire.ParseRequest(frame)
	if errors.Is(err, wire.ErrNotJSON) {
		k.out.finish(ending{code: fws.CloseInvalidFramePayloadData, text: "not JSON", flush: true})
		return
	}
	var data any
	if err == nil {
		data, err = k.server.perform(k.who(), r)
	}
	if err != nil {
		f := faultOf(err)
		k.server.note(r.Type, f)
		k.out.Send(wire.Refused(r.ID, wire.Error{Code: wire.ErrorCode(f.Code), Message: f.Text, By: f.By}))
		return
	}
	k.server.metrics.frames.WithLabelValues(r.Type, "ok").Inc()
	k.out.Send(wire.Done(r.ID, data))
}

// perform runs a request under its deadline; a panic is an internal error of this request only.
func (s *Server) perform(who Operator, r wire.Request) (data any, err error) {
	kind, ok := s.protocol[r.Type]
	if !ok {
		return nil, &fault{Status: 400, Code: "unknown_type", Text: "no such request"}
	}
	ctx, cancel := context.WithTimeout(s.base, s.cfg.RequestTimeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			data, err = nil, s.caught(p, r.Type)
		}
	}()
	return kind.serve(ctx, who, r)
}

// note counts a refusal and logs what is our fault.
func (s *Server) note(kind string, f *fault) {
	if _, known := s.protocol[kind]; !known {
		kind = "unknown" // a client's word must not become a label
	}
	s.metrics.frames.WithLabelValues(kind, f.Code).Inc()
	if f.Code == "internal" {
		s.log.Error("a request failed", "type", kind, "err", f.Cause)
	}
}
