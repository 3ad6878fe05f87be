package directory

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Cost of a password hash (R5): 19 MiB, two passes, one lane; 20 ms or so of one processor.
const (
	argonMemoryKiB = 19 << 10
	argonPasses    = 2
	argonLanes     = 1
	saltBytes      = 16
	hashBytes      = 32
)

// Bounds for a hash made elsewhere, so that a bad row cannot take the machine's memory.
const (
	maxArgonMemoryKiB = 256 << 10
	maxArgonPasses    = 16
)

var errHashForm = errors.New("directory: password hash is not argon2id in PHC form")

// hasher computes password hashes, at most so many at once: sign-ins must not starve the path of messages.
type hasher struct {
	slots   chan struct{}
	unknown string // a hash nobody has the password of, verified for unknown logins so that they take as long
}

func newHasher(parallel int) hasher {
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key := make([]byte, hashBytes)
	_, _ = rand.Read(key)
	return hasher{slots: make(chan struct{}, parallel), unknown: encodeHash(argonMemoryKiB, argonPasses, argonLanes, salt, key)}
}

// HashPassword gives the argon2id hash of a password in PHC form. ErrPassword if it is shorter than 12 or longer than 128
// characters. It waits for a free slot and uses a processor for some 20 ms.
func (d *Directory) HashPassword(ctx context.Context, password string) (string, error) {
	if n := utf8.RuneCountInString(password); n < 12 || n > 128 {
		return "", ErrPassword
	}
	salt := make([]byte, saltBytes)
	_, _ = rand.Read(salt) // never fails
	key, err := d.hasher.derive(ctx, password, salt, argonMemoryKiB, argonPasses, argonLanes, hashBytes)
	if err != nil {
		return "", err
	}
	return encodeHash(argonMemoryKiB, argonPasses, argonLanes, salt, key), nil
}

// VerifyPassword says whether a password has the given hash, comparing in constant time. An error means the hash is malformed or
// the context ended, not that the password is wrong.
func (d *Directory) VerifyPassword(ctx context.Context, hash, password string) (bool, error) {
	p, err := decodeHash(hash)
	if err != nil {
		return false, err
	}
	if len(password) > 4*128 { // longer than any password we accept; do not hash megabytes
		password = ""
	}
	key, err := d.hasher.derive(ctx, password, p.salt, p.memory, p.passes, p.lanes, uint32(len(p.key)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(key, p.key) == 1 && password != "", nil
}

// Authenticate gives the operator who signs in. ErrCredentials, after the same time, for an unknown login, a wrong password, a
// disabled operator and one without a password.
func (d *Directory) Authenticate(ctx context.Context, login, password string) (Operator, error) {
	op, hash, err := d.operatorWithHash(ctx, login)
	known := err == nil && hash != "" && !op.Disabled
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Operator{}, err
	}
	if !known {
		hash = d.hasher.unknown
	}
	ok, err := d.VerifyPassword(ctx, hash, password)
	if err != nil {
		return Operator{}, fmt.Errorf("verify password: %w", err)
	}
	if !ok || !known {
		return Operator{}, ErrCredentials
	}
	return op, nil
}

func (h hasher) derive(ctx context.Context, password string, salt []byte, memory, passes uint32, lanes uint8, length uint32) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(password), salt, passes, memory, lanes, length), nil
}

// phc is a decoded hash.
type phc struct {
	memory, passes uint32
	lanes          uint8
	salt, key      []byte
}

func encodeHash(memory, passes uint32, lanes uint8, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}

// isHash says whether a configured password is given as its hash.
func isHash(s string) bool { return strings.HasPrefix(s, "$argon2id$") }

func decodeHash(s string) (phc, error) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, errHashForm
	}
	var p phc
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.lanes); err != nil {
		return phc{}, errHashForm
	}
	var errSalt, errKey error
	p.salt, errSalt = base64.RawStdEncoding.DecodeString(parts[4])
	p.key, errKey = base64.RawStdEncoding.DecodeString(parts[5])
	inBounds := p.memory >= 8 && p.memory <= maxArgonMemoryKiB && p.passes >= 1 && p.passes <= maxArgonPasses && p.lanes >= 1 &&
		len(p.salt) >= 8 && len(p.salt) <= 64 && len(p.key) >= 16 && len(p.key) <= 64
	if errSalt != nil || errKey != nil || !inBounds {
		return phc{}, errHashForm
	}
	return p, nil
}
