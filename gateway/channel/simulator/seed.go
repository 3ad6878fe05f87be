package simulator

import (
	"crypto/sha512"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
)

// seed makes every identity and id of a world out of one number: the same label always gives the same id.
type seed uint64

func (s seed) sum(label string, n int) [64]byte {
	return sha512.Sum512([]byte(fmt.Sprintf("%d/%s/%d", uint64(s), label, n)))
}

func (s seed) number(label string, n int) uint64 {
	sum := s.sum(label, n)
	return binary.BigEndian.Uint64(sum[:8])
}

func (s seed) below(label string, n int, limit uint64) uint64 {
	return s.number(label, n) % limit
}

// hex gives 2*size hex digits.
func (s seed) hex(label string, n, size int) string {
	sum := s.sum(label, n)
	return hex.EncodeToString(sum[:size])
}

// token gives an id of the look of Messenger's: 86 characters of URL-safe base64.
func (s seed) token(label string, n int) string {
	sum := s.sum(label, n)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// psid is a page-scoped id just above 2^53, where a float64 loses the last digit. Unique for n below a million.
func (s seed) psid(channel string, n int) string {
	return strconv.FormatUint(9_007_199_254_740_993+s.below(channel+"/psid", 0, 1_000_000_000)*1_000_000+uint64(n), 10)
}

// telegramID is a user id of 52 bits, the most Telegram promises to need.
func (s seed) telegramID(channel string, n int) int64 {
	return int64(4_400_000_000_000_000 + s.below(channel+"/tg", 0, 100_000_000)*1_000_000 + uint64(n))
}

func (s seed) phone(channel, country string, n int) string {
	return fmt.Sprintf("%s%03d%06d", country, 100+s.below(channel+"/phone", 0, 900), n%1_000_000)
}

// bsuid is a business-scoped user id: country, dot, twenty digits.
func (s seed) bsuid(channel, country string, n int) string {
	return fmt.Sprintf("%s.%d%010d", country, 1_000_000_000+s.below(channel+"/bsuid", 0, 8_999_999_999), n)
}

// wamid is a WhatsApp message id: standard base64, so '/', '+' and '=' occur in it.
func (s seed) wamid(label string, n int) string {
	sum := s.sum(label, n)
	return "wamid.HBgL" + base64.StdEncoding.EncodeToString(sum[:38])
}
