package directory

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

const (
	tokenBytes = 32
	touchEvery = time.Minute
)

// Session is one sign-in. Its Key names it without giving access, for ending it and for logs.
type Session struct {
	Key        string // hash of the token
	OperatorID string
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time     // at the latest, whatever happens
	Idle       time.Duration // ends earlier if not seen for so long; 0 = never
}

// endsAt is when the session ends if it is not touched again.
func (s Session) endsAt() time.Time {
	if idle := s.LastSeenAt.Add(s.Idle); s.Idle > 0 && idle.Before(s.ExpiresAt) {
		return idle
	}
	return s.ExpiresAt
}

// CreateSession signs an operator in for at most lifetime, less if idle for so long (0 = no such limit). The token is returned this
// once and is nowhere in the file. ErrUnknownMember: no such operator.
func (d *Directory) CreateSession(ctx context.Context, operatorID string, now time.Time, lifetime, idle time.Duration) (token string, s Session, err error) {
	secret := make([]byte, tokenBytes)
	_, _ = rand.Read(secret) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret)
	hash := hashToken(token)
	now = fromMillis(millis(now))
	s = Session{Key: keyOf(hash), OperatorID: operatorID, CreatedAt: now, LastSeenAt: now, ExpiresAt: now.Add(lifetime), Idle: idle}
	err = d.inWrite(ctx, "create session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO sessions (token_hash, operator_id, created_at, last_seen_at, expires_at, idle_ms)
			VALUES (?, ?, ?, ?, ?, ?)`, hash, operatorID, millis(now), millis(now), millis(s.ExpiresAt), idle.Milliseconds())
		return err
	})
	if err != nil {
		return "", Session{}, err
	}
	return token, s, nil
}

// Session gives the living session of a token. ErrNoSession if there is none, it has ended, or its operator is disabled.
func (d *Directory) Session(ctx context.Context, token string, now time.Time) (Session, error) {
	hash := hashToken(token)
	var s Session
	var created, seen, expires, idle int64
	err := d.read.QueryRowContext(ctx, `SELECT s.operator_id, s.created_at, s.last_seen_at, s.expires_at, s.idle_ms
		FROM sessions s JOIN operators o ON o.id = s.operator_id WHERE s.token_hash = ? AND o.disabled = 0`, hash).
		Scan(&s.OperatorID, &created, &seen, &expires, &idle)
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, ErrNoSession
	}
	if err != nil {
		return Session{}, fmt.Errorf("read session: %w", err)
	}
	s.Key, s.Idle = keyOf(hash), time.Duration(idle)*time.Millisecond
	s.CreatedAt, s.LastSeenAt, s.ExpiresAt = fromMillis(created), fromMillis(seen), fromMillis(expires)
	if !now.Before(s.endsAt()) {
		return Session{}, ErrNoSession
	}
	return s, nil
}

// TouchSession notes that a session was used and gives it back with the new time; it writes at most once a minute per session, so
// keep what it returns. An ended session is not revived.
func (d *Directory) TouchSession(ctx context.Context, s Session, now time.Time) (Session, error) {
	if now.Sub(s.LastSeenAt) < touchEvery {
		return s, nil
	}
	hash, err := hashOfKey(s.Key)
	if err != nil {
		return s, fmt.Errorf("touch session: %w", ErrInvalid)
	}
	err = d.inWrite(ctx, "touch session", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE sessions SET last_seen_at = ?1 WHERE token_hash = ?2 AND last_seen_at <= ?3
			AND expires_at > ?1 AND (idle_ms = 0 OR last_seen_at + idle_ms > ?1)`,
			millis(now), hash, millis(now.Add(-touchEvery)))
		return err
	})
	if err == nil {
		s.LastSeenAt = fromMillis(millis(now))
	}
	return s, err
}

// DeleteSession ends the session of a token and gives its operator, "" if there was none.
func (d *Directory) DeleteSession(ctx context.Context, token string) (operatorID string, err error) {
	err = d.inWrite(ctx, "delete session", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `DELETE FROM sessions WHERE token_hash = ? RETURNING operator_id`, hashToken(token)).Scan(&operatorID)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return operatorID, err
}

// DeleteSessionsOf ends all sessions of an operator and says how many there were.
func (d *Directory) DeleteSessionsOf(ctx context.Context, operatorID string) (n int64, err error) {
	err = d.inWrite(ctx, "delete sessions", func(tx *sql.Tx) error {
		n, err = deleteSessionsOf(ctx, tx, operatorID)
		return err
	})
	return n, err
}

// CountSessions counts an operator's living sessions.
func (d *Directory) CountSessions(ctx context.Context, operatorID string, now time.Time) (n int, err error) {
	const living = `SELECT count(*) FROM sessions WHERE operator_id = ?1 AND expires_at > ?2 AND (idle_ms = 0 OR last_seen_at + idle_ms > ?2)`
	if err = d.read.QueryRowContext(ctx, living, operatorID, millis(now)).Scan(&n); err != nil {
		err = fmt.Errorf("count sessions: %w", err)
	}
	return n, err
}

// SweepSessions deletes ended sessions and names the operators who thereby lost one, each once.
func (d *Directory) SweepSessions(ctx context.Context, now time.Time) (operators []string, err error) {
	err = d.inWrite(ctx, "sweep sessions", func(tx *sql.Tx) error {
		const ended = ` FROM sessions WHERE expires_at <= ?1 OR (idle_ms > 0 AND last_seen_at + idle_ms <= ?1)`
		if operators, err = texts(ctx, tx, `SELECT DISTINCT operator_id`+ended, millis(now)); err != nil || len(operators) == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, `DELETE`+ended, millis(now))
		return err
	})
	return operators, err
}

func deleteSessionsOf(ctx context.Context, tx *sql.Tx, operatorID string) (int64, error) {
	res, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE operator_id = ?`, operatorID)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func keyOf(hash []byte) string { return base64.RawURLEncoding.EncodeToString(hash) }

func hashOfKey(key string) ([]byte, error) { return base64.RawURLEncoding.DecodeString(key) }
