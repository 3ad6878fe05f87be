package gateway

import (
	"context"
	"reflect"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/gateway/wire"
)

// endpoint is one line of the table of routes. Handlers and the OpenAPI document
// are both made from it; routes are listed nowhere else.
type endpoint struct {
	method, path, summary string // path with {name}
	access                access
	status                int // of success
	request, response     reflect.Type
	media                 string // of the response; empty = application/json
	upload                bool   // the request is a multipart form with a file
	serve                 fiber.Handler
}

// exchange is one authenticated call.
type exchange struct {
	ctx     context.Context
	c       *fiber.Ctx
	session Session
	cred    credential
}

// none is a request or response without content.
type none struct{}

// endpoints is the table.
func (s *Server) endpoints() []endpoint {
	return []endpoint{
		call(s, "POST", "/api/v1/session", "Sign in", public, 200, s.signIn),
		call(s, "DELETE", "/api/v1/session", "Sign out", signedIn, 204, s.signOut),
		call(s, "GET", "/api/v1/session", "Who is signed in", signedIn, 200, s.whoAmI),
		call(s, "GET", "/api/v1/chats", "List chats, open and completed", signedIn, 200, s.listChats),
		call(s, "GET", "/api/v1/chats/{chat}", "One chat", signedIn, 200, s.oneChat),
		call(s, "GET", "/api/v1/chats/{chat}/messages", "A page of messages, parents' included", signedIn, 200, s.chatMessages),
		call(s, "GET", "/api/v1/chats/{chat}/routing", "Who was considered for a waiting chat, and why each was passed over", signedIn, 200, s.chatRouting),
		call(s, "POST", "/api/v1/chats/{chat}/close", "Close a chat in any open state", administrator, 204, s.closeChat),
		call(s, "GET", "/api/v1/channels", "The channels, and what can be sent over each", signedIn, 200, s.listChannels),
		call(s, "GET", "/api/v1/quarantine", "Input that could not be understood", administrator, 200, s.listQuarantine),
		raw(s, "POST", "/api/v1/files", "Upload a file", s.uploadFile, reflect.TypeFor[UploadedFile](), "").uploads(),
		raw(s, "GET", "/api/v1/files/{file}", "Download a file", s.downloadFile, nil, "*/*"),
		{method: "GET", path: "/api/v1/ws", summary: "Operator protocol (websocket)", access: signedIn, status: 101, request: reflect.TypeFor[resume](), serve: s.upgrade},
		{method: "GET", path: "/api/v1/openapi.json", summary: "This document", access: public, status: 200, serve: s.openAPI},
	}
}

// call makes an endpoint of a typed function: the request is bound by its tags
// (path, query, json), the response is spelled as JSON.
func call[Req, Resp any](s *Server, method, path, summary string, need access, status int, f func(*exchange, Req) (Resp, error)) endpoint {
	e := endpoint{method: method, path: path, summary: summary, access: need, status: status}
	e.request, e.response = contentType[Req](), contentType[Resp]()
	e.serve = s.admitted(need, func(x *exchange) error {
		var in Req
		if err := bind(x.c, reflect.ValueOf(&in).Elem()); err != nil {
			return err
		}
		out, err := f(x, in)
		if err != nil {
			return err
		}
		if e.response == nil {
			return x.c.SendStatus(status)
		}
		x.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
		return x.c.Status(status).Send(wire.Encode(out))
	})
	return e
}

// raw makes an endpoint that reads and writes its own content.
func raw(s *Server, method, path, summary string, f func(*exchange) error, response reflect.Type, media string) endpoint {
	return endpoint{method: method, path: path, summary: summary, access: signedIn, status: 200, response: response, media: media, serve: s.admitted(signedIn, f)}
}

func (e endpoint) uploads() endpoint { e.upload = true; return e }

func contentType[T any]() reflect.Type {
	if t := reflect.TypeFor[T](); t != reflect.TypeFor[none]() {
		return t
	}
	return nil
}

// admitted runs f for whoever may make the call, with the deadline of a request.
func (s *Server) admitted(need access, f func(*exchange) error) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(s.base, s.cfg.RequestTimeout)
		defer cancel()
		session, cred, err := s.admit(ctx, c, need)
		if err != nil {
			return err
		}
		return f(&exchange{ctx: ctx, c: c, session: session, cred: cred})
	}
}

// mount adds the table to the application.
func (s *Server) mount(app *fiber.App) {
	for _, e := range s.routes {
		app.Add(e.method, fiberPath(e.path), e.serve)
		if e.method == fiber.MethodGet && e.status != 101 {
			app.Add(fiber.MethodHead, fiberPath(e.path), e.serve)
		}
	}
}

// fiberPath turns {name} into Fiber's :name.
func fiberPath(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "{", ":"), "}", "")
}
