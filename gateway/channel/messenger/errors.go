package messenger

import (
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/graph"
)

// barred is how long a channel rests when Meta bars it from sending without saying for how long.
const barred = 10 * time.Minute

// classify is Messenger's table of codes; it decides on code and subcode, never on the text.
func classify(f graph.Fault) *channel.SendError {
	switch f.Code {
	case 10:
		return permission(f)
	case 100:
		return parameter(f)
	case 190, 102:
		return &channel.SendError{Class: channel.ClassChannelFault, Stop: true, Text: "the page's access token is not valid any more"}
	case 200, 230:
		return &channel.SendError{Class: channel.ClassChannelFault}
	case 551:
		return &channel.SendError{Class: channel.ClassContactUnreachable}
	case 4:
		if f.Subcode == 2018047 {
			return &channel.SendError{Class: channel.ClassMedia}
		}
		return &channel.SendError{Class: channel.ClassRateChannel}
	case 17, 32, 613, 80006:
		return &channel.SendError{Class: channel.ClassRateChannel}
	case 36000:
		return &channel.SendError{Class: channel.ClassMedia}
	case 368:
		return &channel.SendError{Class: channel.ClassRateChannel, RetryAfter: barred}
	case 1, 2, 1200:
		return &channel.SendError{Class: channel.ClassTransient}
	}
	return f.Otherwise()
}

func permission(f graph.Fault) *channel.SendError {
	switch f.Subcode {
	case 2018278:
		return &channel.SendError{Class: channel.ClassWindowClosed}
	case 2018300:
		return &channel.SendError{Class: channel.ClassThreadNotOwned}
	case 1893063:
		return &channel.SendError{Class: channel.ClassRateChannel, RetryAfter: barred}
	}
	return &channel.SendError{Class: channel.ClassChannelFault}
}

func parameter(f graph.Fault) *channel.SendError {
	switch f.Subcode {
	case 2018001:
		return &channel.SendError{Class: channel.ClassContactUnreachable}
	case 2018047:
		return &channel.SendError{Class: channel.ClassMedia}
	}
	return &channel.SendError{Class: channel.ClassRequest}
}
