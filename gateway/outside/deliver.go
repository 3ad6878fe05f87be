package outside

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/gateway/channel"
)

// How long one call to a provider may take. The messages behind it wait, so a
// text is given up early; what became of it an echo or a status tells.
const (
	textTimeout = 10 * time.Second
	fileTimeout = 60 * time.Second
)

// Pace waits until the provider's limits let a part leave.
func (o *Outside) Pace(ctx context.Context, d actors.Delivery) error {
	_, a, ok := o.deps.Channels.Account(d.Channel)
	if !ok {
		return nil // Deliver says what is wrong
	}
	media := d.Part < len(d.Message.Attachments) && d.Message.Text == "" || d.Part > 0
	return o.pace(d.Channel, a).Wait(ctx, d.Conversation, media)
}

// Deliver hands one part to the provider.
func (o *Outside) Deliver(ctx context.Context, d actors.Delivery) actors.Outcome {
	acc, adapter, ok := o.deps.Channels.Account(d.Channel)
	if !ok {
		return actors.Outcome{Verdict: actors.Rejected, Error: chat.Problem{Code: "channel_fault", Text: "the channel no longer exists"}}
	}
	parts, err := o.split(ctx, d, adapter)
	if err != nil {
		return o.judge(d, adapter, channel.AsSendError(err))
	}
	part := min(d.Part, len(parts)-1)
	patience := textTimeout
	if len(parts[part].Files) > 0 {
		patience = fileTimeout
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	sent, err := adapter.Send(ctx, acc, parts[part])
	if err != nil {
		return o.judge(d, adapter, channel.AsSendError(err))
	}
	o.channelWorks(d.Channel)
	return actors.Outcome{Verdict: actors.Taken, Provider: sent.MessageID, Parts: len(parts)}
}

// split makes the provider's messages of one of ours.
func (o *Outside) split(ctx context.Context, d actors.Delivery, a channel.Adapter) ([]channel.Outbound, error) {
	caps := channel.CapabilitiesOf(a)
	out := channel.Outbound{
		OurID: d.Message.ID, Text: d.Message.Text, ReplyTo: d.ReplyTo, To: recipient(d.Address),
		OutsideWindow: caps.Window > 0 && (d.LastIn.IsZero() || time.Since(d.LastIn) > caps.Window),
	}
	for _, at := range d.Message.Attachments {
		f, err := o.file(ctx, at, caps)
		if err != nil {
			return nil, err
		}
		out.Files = append(out.Files, f)
	}
	return out.Split(caps)
}

func (o *Outside) file(ctx context.Context, at chat.Attachment, caps channel.Capabilities) (channel.OutFile, error) {
	known, err := o.deps.Files.Stat(ctx, at.ID)
	if err != nil {
		return channel.OutFile{}, &channel.SendError{Class: channel.ClassMedia, Code: channel.CodeBadFile, Text: "the file is not here any more", Err: err}
	}
	f := channel.OutFile{
		ID: known.ID, Kind: channel.AttachmentKind(at.Kind), Name: known.Name, Mime: known.Mime, Size: known.Size,
		Open: func() (io.ReadCloser, error) { return o.deps.Files.Open(context.WithoutCancel(ctx), known.ID) },
	}
	if kind, ok := caps.Fit(f); ok {
		f.Kind = kind
	}
	return f, nil
}

// recipient lists the customer's ids, the provider's preferred ones first.
func recipient(a chat.Address) channel.ContactRef {
	var ref channel.ContactRef
	for _, id := range a.IDs {
		ref.IDs = append(ref.IDs, channel.ContactID{Type: channel.IDType(id.Type), Value: id.Value})
	}
	slices.SortStableFunc(ref.IDs, func(x, y channel.ContactID) int { return cmp.Compare(rank(x.Type), rank(y.Type)) })
	return ref
}

// rank puts a WhatsApp number before a business-scoped id: every message type
// can be sent to a number, not to the other (131062).
func rank(t channel.IDType) int {
	if t == channel.BSUID {
		return 1
	}
	return 0
}

// judge turns a provider's refusal into what happens next.
func (o *Outside) judge(d actors.Delivery, a channel.Adapter, e *channel.SendError) actors.Outcome {
	problem := chat.Problem{Code: string(e.Class), Text: cmp.Or(e.Text, string(e.Class))}
	if e.Code > 0 {
		problem.Text = fmt.Sprintf("%s (%d)", problem.Text, e.Code)
	}
	limits := o.pace(d.Channel, a)
	switch {
	case e.Unknown():
		return actors.Outcome{Verdict: actors.Nobody, Error: problem}
	case e.StopsChannel():
		rest := o.channelFault(d.Channel, problem.Text)
		limits.Pause(time.Now().Add(rest))
		return actors.Outcome{Verdict: actors.Rejected, Error: problem}
	case e.Class == channel.ClassRateChannel:
		after := jitter(cmp.Or(e.RetryAfter, 2*time.Second)) + e.RetryAfter/2
		limits.Pause(time.Now().Add(after))
		return actors.Outcome{Verdict: actors.Again, After: after, Error: problem}
	case e.Class == channel.ClassRateRecipient:
		after := jitter(cmp.Or(e.RetryAfter, 6*time.Second)) + e.RetryAfter/2
		limits.PauseRecipient(d.Conversation, time.Now().Add(after))
		return actors.Outcome{Verdict: actors.Again, After: after, Error: problem}
	case e.Retry():
		return actors.Outcome{Verdict: actors.Again, After: e.RetryAfter, Error: problem} // the engine backs off
	}
	return actors.Outcome{
		Verdict: actors.Rejected, Error: problem,
		Blocked: e.Class == channel.ClassContactUnreachable, Lost: e.Class == channel.ClassThreadNotOwned,
	}
}
