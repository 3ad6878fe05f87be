package gateway

import (
	"encoding/base64"
	"unicode/utf8"

	"parley/gateway/wire"
)

type listQuarantine struct {
	Cursor string `query:"cursor"`
	Limit  int    `query:"limit"`
}

// QuarantinedItem is one piece of input that could not be understood.
type QuarantinedItem struct {
	ID       string    `json:"id"`
	At       wire.Time `json:"at"`
	Provider string    `json:"provider"`
	Channel  string    `json:"channel"`
	Account  string    `json:"account"`
	Reason   string    `json:"reason"`
	Size     int       `json:"size"`   // bytes
	Raw      string    `json:"raw"`    // as it came
	Base64   bool      `json:"base64"` // raw is base64, because it is no text
}

func (s *Server) listQuarantine(x *exchange, in listQuarantine) (List[QuarantinedItem], error) {
	out := List[QuarantinedItem]{Items: []QuarantinedItem{}}
	items, next, err := s.deps.Quarantine.Kept(x.ctx, in.Cursor, clamp(in.Limit, pageList))
	if err != nil {
		return out, err
	}
	for _, k := range items {
		out.Items = append(out.Items, quarantined(k))
	}
	if next != "" {
		out.Next = &next
	}
	return out, nil
}

func quarantined(k Kept) QuarantinedItem {
	out := QuarantinedItem{ID: k.ID, At: wire.At(k.At), Provider: k.Provider, Channel: k.Channel, Account: k.Account, Reason: k.Reason, Size: max(k.Size, len(k.Raw))}
	if out.Base64 = !utf8.Valid(k.Raw); out.Base64 {
		out.Raw = base64.StdEncoding.EncodeToString(k.Raw)
	} else {
		out.Raw = string(k.Raw)
	}
	return out
}
