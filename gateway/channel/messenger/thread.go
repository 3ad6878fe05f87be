package messenger

import (
	"parley/gateway/channel"
	"parley/gateway/channel/loose"
)

func (p *parser) pass(e *channel.Event, _, t loose.Value) bool {
	return control(e, channel.ThreadPass, t, "new_owner_app_id")
}

func (p *parser) take(e *channel.Event, _, t loose.Value) bool {
	return control(e, channel.ThreadTake, t, "new_owner_app_id")
}

func (p *parser) request(e *channel.Event, _, t loose.Value) bool {
	return control(e, channel.ThreadRequest, t, "requested_owner_app_id")
}

// control reads an ownership event. Any of its fields may be null or absent: an idle thread has no previous owner.
func control(e *channel.Event, op channel.ThreadOp, t loose.Value, to string) bool {
	e.Kind, e.Thread = channel.ThreadControl, op
	e.FromApp, e.ToApp = t.Get("previous_owner_app_id").ID(), t.Get(to).ID()
	e.Metadata = t.Get("metadata").Text()
	return true
}

func (p *parser) roles(e *channel.Event, _, r loose.Value) bool {
	e.Kind, e.Thread, e.Roles = channel.ThreadControl, channel.ThreadRoles, map[string][]string{}
	e.Customer, e.Contact = "", channel.ContactRef{}
	for app, list := range r.Members() {
		for role := range list.Items() {
			e.Roles[app] = append(e.Roles[app], role.Text())
		}
	}
	return true
}

// policy is Meta's word that the page was blocked or freed.
func (p *parser) policy(e *channel.Event, _, n loose.Value) bool {
	e.Kind, e.Error = channel.Notice, &channel.Reason{Text: n.Get("reason").Text()}
	e.Customer, e.Contact = "", channel.ContactRef{}
	e.Payload = n.Get("action").Text()
	if e.Payload == "block" {
		e.Error.Class = channel.ClassChannelFault
	}
	return true
}
