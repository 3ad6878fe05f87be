package app

import (
	"context"
	"errors"
	"time"

	"parley/gateway"
	"parley/persistence/directory"
)

// How long a sign-in lasts (reliability: idle 12 h, absolute 7 d).
const (
	sessionLifetime = 7 * 24 * time.Hour
	sessionIdle     = 12 * time.Hour
)

// sessions are the directory's, as the gateway asks for them.
type sessions struct {
	dir    *directory.Directory
	people *catalogue
}

// Verify checks a login and a password.
func (s *sessions) Verify(ctx context.Context, login, password string) (gateway.Operator, error) {
	o, err := s.dir.Authenticate(ctx, login, password)
	if errors.Is(err, directory.ErrCredentials) {
		return gateway.Operator{}, gateway.ErrCredentials
	}
	if err != nil {
		return gateway.Operator{}, err
	}
	op, ok := s.people.operator(o.ID)
	if !ok {
		return gateway.Operator{}, gateway.ErrCredentials
	}
	return op, nil
}

// Open starts a session.
func (s *sessions) Open(ctx context.Context, operatorID string) (string, gateway.Session, error) {
	token, session, err := s.dir.CreateSession(ctx, operatorID, time.Now(), sessionLifetime, sessionIdle)
	if err != nil {
		return "", gateway.Session{}, err
	}
	out, err := s.of(session)
	return token, out, err
}

// Find gives the session of a token.
func (s *sessions) Find(ctx context.Context, token string) (gateway.Session, error) {
	now := time.Now()
	session, err := s.dir.Session(ctx, token, now)
	if errors.Is(err, directory.ErrNoSession) {
		return gateway.Session{}, gateway.ErrNoSession
	}
	if err != nil {
		return gateway.Session{}, err
	}
	if session, err = s.dir.TouchSession(ctx, session, now); err != nil {
		return gateway.Session{}, err
	}
	return s.of(session)
}

func (s *sessions) of(session directory.Session) (gateway.Session, error) {
	op, ok := s.people.operator(session.OperatorID)
	if !ok {
		return gateway.Session{}, gateway.ErrNoSession
	}
	return gateway.Session{ID: session.Key, Operator: op, Expires: session.ExpiresAt}, nil
}

// End ends a session and says whether it was its operator's last.
func (s *sessions) End(ctx context.Context, token string) (last bool, err error) {
	id, err := s.dir.DeleteSession(ctx, token)
	if err != nil {
		return false, err
	}
	if id == "" {
		return false, gateway.ErrNoSession
	}
	n, err := s.Living(ctx, id)
	return n == 0, err
}

// Living counts an operator's sessions that have not ended.
func (s *sessions) Living(ctx context.Context, operatorID string) (int, error) {
	return s.dir.CountSessions(ctx, operatorID, time.Now())
}
