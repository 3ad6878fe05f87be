package exchange

import (
	"net/http"
	"time"

	"parley/gateway/channel"
)

// ByStatus reads an answer that carries no error of the provider's own form. A success that does not say what was made
// of the message is unknown, and so is a gateway that stopped waiting for the provider behind it, unless repeatable.
func ByStatus(a Answer, repeatable bool, now time.Time) *channel.SendError {
	e := &channel.SendError{Status: a.Status, RetryAfter: a.RetryAfter(now)}
	switch {
	case a.Status < 300 || a.Status == http.StatusGatewayTimeout:
		e.Class, e.Text = channel.ClassUnknown, "the provider's answer cannot be understood; the message may have been sent"
		if repeatable {
			e.Class, e.Text = channel.ClassTransient, "the provider's answer cannot be understood"
		}
	case a.Status == http.StatusTooManyRequests:
		e.Class, e.Text = channel.ClassRateChannel, "the provider asks to go slower"
	case a.Status >= 500 || a.Status == http.StatusRequestTimeout:
		e.Class, e.Text = channel.ClassTransient, "the provider has a temporary fault"
	case a.Status == http.StatusRequestEntityTooLarge:
		e.Class, e.Text = channel.ClassMedia, "the file is too large for the provider"
	case a.Status == http.StatusUnauthorized:
		e.Class, e.Stop, e.Text = channel.ClassChannelFault, true, "the provider does not accept the channel's token"
	default:
		e.Class, e.Text = channel.ClassRequest, "the provider refused the message"
	}
	return e
}
