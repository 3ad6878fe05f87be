package gateway

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/actors/operator"
	"parley/actors/route"
)

// What sign-in allows: failures per account and per address in fifteen minutes.
const (
	signInWindow     = 15 * time.Minute
	failsPerAccount  = 10
	failsPerAddress  = 50
	maxLogin         = 128 // bytes
	maxPasswordBytes = 512 // 128 characters of any script
)

// SignIn is the body of the sign-in call.
type SignIn struct {
	Login    string `json:"login"`
	Password string `json:"password"`
}

// SignedIn answers it.
type SignedIn struct {
	Token    string         `json:"token"`
	Operator SignedOperator `json:"operator"`
}

// SignedOperator is who signed in; Status is the effective one. Language is that
// of the workspace's languages which is the operator's; none of them: empty.
type SignedOperator struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Roles       []string `json:"roles"`
	Permissions []string `json:"permissions"`
	Language    string   `json:"language" enum:"en,ru,"`
	Status      string   `json:"status" enum:"active,inactive"`
}

func signedOperator(o Operator, status string) SignedOperator {
	return SignedOperator{ID: o.ID, Name: o.Name, Roles: list(o.Roles), Permissions: list(o.Permissions), Language: spoken(o.Language), Status: status}
}

// spoken gives the language of the workspace (S103) that a code means: ru-RU is ru.
func spoken(code string) string {
	switch primary, _, _ := strings.Cut(strings.ToLower(code), "-"); primary {
	case "en", "ru":
		return primary
	}
	return ""
}

// signIn opens a session. A wrong password, an unknown login and a disabled
// operator get the same answer after the same work.
func (s *Server) signIn(x *exchange, in SignIn) (SignedIn, error) {
	if s.fromForeignPage(x.c) { // or somebody would be signed in as another
		return SignedIn{}, forbidden()
	}
	who, err := s.checkPassword(x, in)
	if err != nil {
		return SignedIn{}, err
	}
	token, session, err := s.deps.Sessions.Open(x.ctx, who.ID)
	if err != nil {
		return SignedIn{}, err
	}
	status, err := s.arrive(x.ctx, who.ID)
	if err != nil {
		// Without the operator's actor knowing, the session would look signed in and get no chats.
		_, endErr := s.deps.Sessions.End(context.WithoutCancel(x.ctx), token)
		return SignedIn{}, errors.Join(err, endErr)
	}
	s.metrics.signIns.WithLabelValues("ok").Inc()
	s.endFormer(x)
	s.setCookie(x.c, token, session.Expires)
	return SignedIn{Token: token, Operator: signedOperator(who, status)}, nil
}

// endFormer ends the session whose cookie this browser had until now: whoever knows its token must not
// go on with it (abuse case 25). A cookie of nobody, planted before the sign-in, opens nothing anyway.
func (s *Server) endFormer(x *exchange) {
	token := strings.Clone(x.c.Cookies(s.cookieName()))
	former, err := s.authenticate(x.ctx, credential{token: token})
	if err != nil {
		return
	}
	if err := s.end(x.ctx, token, former); err != nil {
		s.log.Warn("a former session was not ended", "operator", former.Operator.ID, "err", err)
	}
}

// checkPassword verifies off the number of processors the process can spare, and counts failures.
func (s *Server) checkPassword(x *exchange, in SignIn) (Operator, error) {
	account, address := "account "+strings.ToLower(in.Login), "address "+s.clientIP(x.c)
	at, wait := s.accounts.begin(account)
	if wait > 0 {
		return Operator{}, s.tooMany(wait)
	}
	from, wait := s.addresses.begin(address)
	if wait > 0 {
		s.accounts.forgive(account, at) // this attempt never reached the account
		return Operator{}, s.tooMany(wait)
	}
	who, err := s.verify(x.ctx, in)
	if errors.Is(err, ErrCredentials) {
		s.metrics.signIns.WithLabelValues("wrong").Inc()
		return Operator{}, &fault{Status: http.StatusUnauthorized, Code: "unauthorized", Text: "wrong login or password"}
	}
	s.accounts.forgive(account, at)
	s.addresses.forgive(address, from)
	return who, err
}

func (s *Server) verify(ctx context.Context, in SignIn) (Operator, error) {
	select {
	case s.passwords <- struct{}{}:
		defer func() { <-s.passwords }()
	case <-ctx.Done():
		return Operator{}, ctx.Err()
	}
	if len(in.Login) > maxLogin || len(in.Password) > maxPasswordBytes {
		in = SignIn{Login: in.Login[:min(len(in.Login), maxLogin)]} // never right, same work
	}
	return s.deps.Sessions.Verify(ctx, in.Login, in.Password)
}

func (s *Server) tooMany(wait time.Duration) *fault {
	s.metrics.signIns.WithLabelValues("throttled").Inc()
	return &fault{Status: http.StatusTooManyRequests, Code: "too_many_requests", Text: "too many attempts, wait", Retry: wait}
}

// arrive tells the operator's actor of the session and gives the status now in force (S14).
func (s *Server) arrive(ctx context.Context, id string) (string, error) {
	reply, err := s.deps.Engine.Do(ctx, route.Operator(id), operator.SignIn{})
	if err != nil {
		return "", err
	}
	if st, ok := reply.(operator.StatusReply); ok {
		return st.Effective.String(), nil
	}
	for _, o := range s.deps.Engine.Operators() {
		if o.ID == id {
			return o.Effective, nil
		}
	}
	return operator.Inactive.String(), nil
}

// signOut ends the session of the request and every websocket that hangs on it (S13).
func (s *Server) signOut(x *exchange, _ none) (none, error) {
	if err := s.end(x.ctx, x.cred.token, x.session); err != nil {
		return none{}, err
	}
	s.clearCookie(x.c)
	return none{}, nil
}

// end ends a session, its websockets, and the operator's presence if it was the last one.
func (s *Server) end(ctx context.Context, token string, session Session) error {
	last, err := s.deps.Sessions.End(ctx, token)
	if err != nil {
		return err
	}
	s.sockets.endSession(session.ID)
	if _, err := s.deps.Engine.Do(ctx, route.Operator(session.Operator.ID), operator.SignOut{Last: last}); err != nil {
		// The session is gone and stays gone; without connections the operator is inactive after the grace anyway.
		s.log.Warn("the operator's actor was not told of a sign-out", "operator", session.Operator.ID, "err", err)
	}
	return nil
}

func (s *Server) setCookie(c *fiber.Ctx, token string, expires time.Time) {
	c.Cookie(&fiber.Cookie{Name: s.cookieName(), Value: token, Path: "/", HTTPOnly: true, Secure: s.site.secure, SameSite: fiber.CookieSameSiteLaxMode, Expires: expires})
}

func (s *Server) clearCookie(c *fiber.Ctx) {
	s.setCookie(c, "", time.Unix(1, 0))
}

// list keeps an empty list from becoming null.
func list(in []string) []string {
	if in == nil {
		return []string{}
	}
	return in
}
