package gateway

import (
	"cmp"
	"maps"
	"slices"

	"parley/gateway/channel"
)

// ListedChannel is a channel as those who answer on it need to know it: no
// account, no address and no secret of it.
type ListedChannel struct {
	ID       string          `json:"id"`
	Name     string          `json:"name"`
	Provider string          `json:"provider"`
	Active   bool            `json:"active"` // an inactive one opens no chats; open ones are answered (S1)
	Limits   ChannelLimits   `json:"limits"`
	Receipts ChannelReceipts `json:"receipts"`
}

// ChannelLimits says what one message on a channel may hold, so that a client can
// tell before it sends what would be refused or fail afterwards.
//
// Text and Caption count UTF-16 units: the length of a string in a browser. A text
// longer than Text is refused (too_long). With one file of a kind that takes
// captions, a text of up to Caption units goes out as its caption; any other text
// goes out as a message of its own before the files.
//
// A file goes out as its own kind (UploadedFile.Kind) if the rule of that kind takes
// it: the size is at most MaxSize, and the type (UploadedFile.Mime in lower case,
// without what follows a semicolon) is in Mimes, or begins as an entry that ends in
// * does up to there, or Mimes is empty. Where there is no such rule, or it does not
// take the file, the same is asked of the rule for kind "file", and the file goes out
// as a document. If that one does not take it either, the whole message fails once
// it is to be delivered. This is channel.Capabilities.Fit in words.
type ChannelLimits struct {
	Text        int         `json:"text"`
	Caption     int         `json:"caption"` // 0 = files have none
	Attachments int         `json:"attachments"`
	WindowMS    int64       `json:"window_ms,omitempty"` // how long after the customer's last message an answer may be sent; left out = for ever
	Files       []FileLimit `json:"files"`               // by kind
}

// FileLimit is the rule for files of one kind.
type FileLimit struct {
	Kind    string   `json:"kind"`
	MaxSize int64    `json:"max_size"` // bytes, never more than an upload may have
	Mimes   []string `json:"mimes"`    // "image/*" is every image; none = any type
	Caption bool     `json:"caption"`
}

// ChannelReceipts says what a provider tells of a sent message: only that it took
// it, or also that it was delivered and read.
type ChannelReceipts struct {
	Delivered bool `json:"delivered"`
	Read      bool `json:"read"`
}

// listChannels gives all channels on one page: an installation has few.
func (s *Server) listChannels(*exchange, none) (List[ListedChannel], error) {
	out := List[ListedChannel]{Items: []ListedChannel{}}
	for _, c := range s.deps.Channels.All() {
		out.Items = append(out.Items, s.listed(c))
	}
	slices.SortFunc(out.Items, func(a, b ListedChannel) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

func (s *Server) listed(c Channel) ListedChannel {
	caps := channel.CapabilitiesOf(c.Adapter)
	return ListedChannel{
		ID: c.Account.ID, Name: c.Name, Provider: c.Account.Provider, Active: !c.Inactive,
		Limits: ChannelLimits{
			Text: caps.MaxText, Caption: caps.MaxCaption, Attachments: maxAttachments, WindowMS: caps.Window.Milliseconds(),
			Files: fileLimits(caps, s.cfg.UploadBytes),
		},
		Receipts: ChannelReceipts{Delivered: caps.Delivered, Read: caps.Read},
	}
}

func fileLimits(caps channel.Capabilities, upload int64) []FileLimit {
	out := []FileLimit{}
	for _, kind := range slices.Sorted(maps.Keys(caps.Files)) {
		rule := caps.Files[kind]
		out = append(out, FileLimit{Kind: string(kind), MaxSize: min(rule.MaxSize, upload), Mimes: list(rule.Mimes), Caption: rule.Caption})
	}
	return out
}
