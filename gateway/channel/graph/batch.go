package graph

import (
	"errors"
	"iter"

	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

// Batch gathers the outcome of one body within the bounds of a Parsed.
type Batch struct {
	Account channel.Account
	parsed  channel.Parsed
	body    []byte
	full    bool
}

// Entries opens a body whose frame names the given object and yields its entries. A frame of another shape is noted as
// bad and yields nothing.
func Entries(acc channel.Account, body []byte, object string) (*Batch, iter.Seq[loose.Value]) {
	b := &Batch{Account: acc, body: body}
	root, err := loose.Parse(body)
	switch {
	case errors.Is(err, loose.ErrComplex):
		b.refuse(channel.BadTooComplex)
	case err != nil || !root.IsObject():
		b.refuse(channel.BadJSON)
	case !root.Get("object").Is(object) || !root.Get("entry").IsArray():
		b.refuse(channel.BadEnvelope)
	default:
		return b, root.Get("entry").Items()
	}
	return b, func(func(loose.Value) bool) {}
}

// Parsed returns what was gathered.
func (b *Batch) Parsed() channel.Parsed { return b.parsed }

// Add takes an event. After the last one a body may have, the body is kept aside once: its keys make a replay harmless.
func (b *Batch) Add(e channel.Event) {
	if len(b.parsed.Events) < channel.MaxEvents {
		b.parsed.Events = append(b.parsed.Events, e)
		return
	}
	b.overflow()
}

// Bad keeps a piece aside. Pieces count like events, so a body cannot multiply itself.
func (b *Batch) Bad(reason, account string, v loose.Value) {
	if len(b.parsed.Bad) >= channel.MaxEvents {
		b.overflow()
		return
	}
	b.parsed.Bad = append(b.parsed.Bad, channel.Bad{Reason: reason, AccountID: account, Raw: v.Raw()})
}

// Ignore counts pieces of no interest.
func (b *Batch) Ignore(n int) { b.parsed.Ignored += n }

func (b *Batch) overflow() {
	if !b.full {
		b.full = true
		b.refuse(channel.BadTooMany)
	}
}

func (b *Batch) refuse(reason string) {
	b.parsed.Bad = append(b.parsed.Bad, channel.Bad{Reason: reason, Raw: append([]byte(nil), b.body...)})
}

// Sound reports whether an event is an object within the depth bound; otherwise it is kept aside.
func (b *Batch) Sound(account string, v loose.Value) bool {
	switch {
	case v.Height() > channel.MaxDepth:
		b.Bad(channel.BadTooDeep, account, v)
	case !v.IsObject():
		b.Bad(channel.BadShape, account, v)
	default:
		return true
	}
	return false
}
