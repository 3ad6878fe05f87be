package graph

import (
	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// Fault is an error object of the Graph API or of a WhatsApp webhook.
type Fault struct {
	Code, Subcode int
	Status        int // HTTP status, 0 in a webhook
	Message       string
	Details       string // error_data.details
	UserMessage   string // error_user_msg
}

// ReadFault reads either form.
func ReadFault(e loose.Value) Fault {
	f := Fault{
		Code:        int(e.Get("code").Int()),
		Subcode:     int(e.Get("error_subcode").Int()),
		Message:     e.Get("message").Text(),
		Details:     e.Get("error_data", "details").Text(),
		UserMessage: e.Get("error_user_msg").Text(),
	}
	if f.Message == "" {
		f.Message = e.Get("title").Text()
	}
	return f
}

// Text returns the provider's best words for a person.
func (f Fault) Text() string {
	for _, s := range []string{f.UserMessage, f.Details, f.Message} {
		if s != "" {
			return s
		}
	}
	return "the provider gave no reason"
}

// Otherwise classes a fault no table knows: by the status where there is one. An answer that says error is never unknown.
func (f Fault) Otherwise() *channel.SendError {
	switch {
	case f.Status == 429:
		return &channel.SendError{Class: channel.ClassRateChannel}
	case f.Status >= 500:
		return &channel.SendError{Class: channel.ClassTransient}
	case f.Status == 401:
		return &channel.SendError{Class: channel.ClassChannelFault, Stop: true, Text: "the provider does not accept the channel's token"}
	case f.Status == 413:
		return &channel.SendError{Class: channel.ClassMedia}
	}
	return &channel.SendError{Class: channel.ClassRequest}
}
