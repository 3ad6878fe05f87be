package gateway

import (
	"context"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// access is who may make a call.
type access int

const (
	public        access = iota // anybody
	signedIn                    // any operator with a session
	administrator               // the role administrator
)

// The roles that mean something at the rim.
const roleAdministrator = "administrator"

// readLive is the permission to read other operators' open chats (S33).
const readLive = "chats.read_live"

func (o Operator) is(role string) bool        { return slices.Contains(o.Roles, role) }
func (o Operator) may(permission string) bool { return slices.Contains(o.Permissions, permission) }

// credential is a token with the way it came.
type credential struct {
	token  string
	cookie bool // it came without the client's doing, so the page it came from matters
}

// cookieName is host-bound where cookies are secure.
func (s *Server) cookieName() string {
	if s.site.secure {
		return "__Host-parley"
	}
	return "parley"
}

// credentialOf reads the token of a request; a bearer token wins over the cookie.
func (s *Server) credentialOf(c *fiber.Ctx) credential {
	if scheme, token, ok := strings.Cut(c.Get(fiber.HeaderAuthorization), " "); ok && strings.EqualFold(scheme, "Bearer") {
		return credential{token: strings.Clone(strings.TrimSpace(token))}
	}
	return credential{token: strings.Clone(c.Cookies(s.cookieName())), cookie: true}
}

// maxToken bounds what is looked up, in bytes.
const maxToken = 512

// authenticate finds the session of a credential; unauthorized when there is none.
func (s *Server) authenticate(ctx context.Context, cred credential) (Session, error) {
	if cred.token == "" || len(cred.token) > maxToken {
		return Session{}, unauthorized()
	}
	session, err := s.deps.Sessions.Find(ctx, cred.token)
	if err != nil {
		return Session{}, err
	}
	if !session.Expires.IsZero() && !s.now().Before(session.Expires) {
		return Session{}, unauthorized()
	}
	return session, nil
}

// admit decides whether a REST call may be made, and by whom.
func (s *Server) admit(ctx context.Context, c *fiber.Ctx, need access) (Session, credential, error) {
	if need == public {
		return Session{}, credential{}, nil
	}
	cred := s.credentialOf(c)
	if cred.cookie && cred.token != "" && unsafeMethod(c.Method()) && !s.fromOurPage(c) {
		return Session{}, cred, forbidden()
	}
	session, err := s.authenticate(ctx, cred)
	if err != nil {
		return Session{}, cred, err
	}
	if need == administrator && !session.Operator.is(roleAdministrator) {
		s.log.Warn("refused an administrator's call", "operator", session.Operator.ID, "route", c.Route().Path)
		return Session{}, cred, forbidden()
	}
	return session, cred, nil
}

func unsafeMethod(m string) bool { return m != fiber.MethodGet && m != fiber.MethodHead }
