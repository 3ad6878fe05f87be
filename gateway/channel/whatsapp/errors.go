package whatsapp

import (
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/graph"
)

// barred is how long a number rests after a spam or messaging limit, pairRest how long after being too fast for one
// customer, when the provider does not say.
const (
	barred   = 10 * time.Minute
	pairRest = 6 * time.Second
)

// classify is WhatsApp's table of codes, for answers and for failed statuses.
func classify(f graph.Fault) *channel.SendError {
	switch f.Code {
	case 131047:
		return &channel.SendError{Class: channel.ClassWindowClosed}
	case 131026, 131030, 131062:
		return &channel.SendError{Class: channel.ClassContactUnreachable}
	case 131052, 131053:
		return &channel.SendError{Class: channel.ClassMedia}
	case 100, 131008, 131009, 131021, 131049, 131051, 130472:
		return &channel.SendError{Class: channel.ClassRequest}
	case 130429, 4, 80007:
		return &channel.SendError{Class: channel.ClassRateChannel}
	case 131056:
		return &channel.SendError{Class: channel.ClassRateRecipient, RetryAfter: pairRest}
	case 131048, 131064:
		return &channel.SendError{Class: channel.ClassRateChannel, RetryAfter: barred}
	case 131031, 368, 130497, 131042, 3, 10:
		return &channel.SendError{Class: channel.ClassChannelFault, Stop: true}
	case 190:
		return &channel.SendError{Class: channel.ClassChannelFault, Stop: true, Text: "the number's access token is not valid any more"}
	case 131000, 131016, 131057, 133004, 1, 2:
		return &channel.SendError{Class: channel.ClassTransient}
	}
	return ranges(f)
}

// ranges covers codes that come in families. Code 0 is an authorization fault only where a status says so: it also is
// what an error object without a code reads as.
func ranges(f graph.Fault) *channel.SendError {
	switch {
	case f.Code >= 200 && f.Code <= 299, f.Code == 0 && (f.Status == 401 || f.Status == 403):
		return &channel.SendError{Class: channel.ClassChannelFault, Stop: true}
	case f.Code >= 132000 && f.Code <= 132016:
		return &channel.SendError{Class: channel.ClassRequest}
	}
	return f.Otherwise()
}
