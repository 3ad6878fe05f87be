package chat

import (
	"strconv"
	"strings"
)

// ChatID gives the id of the n-th chat of a conversation; it carries the
// conversation's id, so that a command for a chat finds its actor without a look-up.
func ChatID(conversation string, n int) string {
	return conversation + "." + strconv.Itoa(n)
}

// MessageID gives the id of the message at a position of a chat.
func MessageID(chat string, position int) string {
	return chat + "." + strconv.Itoa(position)
}

// ParseChat splits a chat id; ok is false when it is not one.
func ParseChat(id string) (conversation string, n int, ok bool) {
	conversation, tail, found := strings.Cut(id, ".")
	if !found || conversation == "" {
		return "", 0, false
	}
	n, ok = number(tail)
	return conversation, n, ok
}

// ParseMessage splits a message id; ok is false when it is not one.
func ParseMessage(id string) (chat string, position int, ok bool) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return "", 0, false
	}
	if _, _, ok := ParseChat(id[:i]); !ok {
		return "", 0, false
	}
	position, ok = number(id[i+1:])
	return id[:i], position, ok
}

// number reads a canonical positive decimal: "01" and "+1" would be second
// names of the same thing.
func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || strconv.Itoa(n) != s {
		return 0, false
	}
	return n, true
}
