package queue_test

import (
	"fmt"
	"slices"

	"parley/actors/operator"
	"parley/actors/queue"

	"pgregory.net/rapid"
)

// What the smallest conversation understands.
type (
	assign struct {
		operator, chat string
		queues         []string
		offered        bool
	}
	reserved struct {
		operator, chat, transfer string
		yes                      bool
	}
)

func (r *ring) stepChat(letter any) {
	switch l := letter.(type) {
	case assign:
		r.assign(r.chats[l.chat], l)
	case reserved:
		r.reserved(r.chats[l.chat], l)
	}
}

func (r *ring) assign(c *talk, a assign) {
	refuse := operator.Refused{Chat: c.id}
	switch {
	case c.phase == "waiting" && (a.offered || slices.Contains(a.queues, c.queue)):
		c.phase, c.owner = "in progress", a.operator
		r.send(c.conversation, c.queue, queue.Leave{Chat: c.id, Why: "taken", By: queue.Person{ID: a.operator}})
		r.send(c.conversation, a.operator, operator.Granted{Chat: c.id, Queue: c.queue, Why: "accepted"})
		return
	case c.phase == "in progress" && c.owner == a.operator:
		r.send(c.conversation, a.operator, operator.Granted{Chat: c.id, Queue: c.queue, Why: "accepted"})
		return
	case c.phase == "waiting":
		refuse.Code = "not_offered"
	case c.phase == "in progress":
		refuse.Code, refuse.By = "taken", operator.Person{ID: c.owner}
	default:
		refuse.Code = "gone"
	}
	r.send(c.conversation, a.operator, refuse)
}

func (r *ring) reserved(c *talk, l reserved) {
	switch {
	case c.transfer != l.transfer || c.phase != "in progress":
		if c.child == "" || r.chats[c.child].transfer != l.transfer {
			r.send(c.conversation, l.operator, operator.Unreserve{Chat: c.id, Transfer: l.transfer})
		}
	case !l.yes:
		c.transfer, c.to = "", ""
	default:
		child := r.open(c.conversation, c.queue)
		child.phase, child.owner, child.transfer = "in progress", l.operator, l.transfer
		c.phase, c.child = "completed", child.id
		r.send(c.conversation, c.owner, operator.Released{Chat: c.id, Reason: "transfer", Child: child.id})
		r.send(c.conversation, l.operator, operator.Granted{Chat: child.id, Queue: c.queue, Why: "transferred", Transfer: l.transfer})
	}
}

// open makes a chat, of a new conversation or of that of its parent.
func (r *ring) open(conversation, queueID string) *talk {
	c := &talk{id: fmt.Sprintf("c.%d", len(r.chats)+1), conversation: conversation, queue: queueID, phase: "waiting"}
	if conversation == "" {
		c.conversation = "conversation of " + c.id
	}
	r.chats[c.id] = c
	return c
}

func (r *ring) finish(c *talk, child string) {
	if c.phase == "waiting" {
		r.send(c.conversation, c.queue, queue.Leave{Chat: c.id, Why: "completed", By: queue.Person{ID: "root"}})
	} else {
		r.send(c.conversation, c.owner, operator.Released{Chat: c.id, Reason: "operator", Child: child})
	}
	if c.transfer != "" && c.to != "" {
		r.send(c.conversation, c.to, operator.Unreserve{Chat: c.id, Transfer: c.transfer})
	}
	c.phase, c.child = "completed", child
}

// user does what somebody outside does.
func (r *ring) user() {
	who := rapid.SampledFrom(operatorIDs).Draw(r.t, "who")
	switch rapid.IntRange(0, 19).Draw(r.t, "deed") {
	case 0, 1, 2:
		c := r.open("", rapid.SampledFrom(queueIDs).Draw(r.t, "queue"))
		r.send(c.conversation, c.queue, queue.Wait{Chat: c.id, Since: r.now})
	case 3, 4, 5:
		r.stepOperator(who, operator.Connect{})
		r.stepOperator(who, operator.SetStatus{Status: operator.Active})
	case 6:
		r.stepOperator(who, operator.SetStatus{Status: operator.Inactive})
	case 7:
		r.stepOperator(who, operator.Disconnect{})
	case 8:
		r.stepOperator(who, operator.SignOut{Last: true})
	case 9, 10, 11, 12:
		if c := r.some(""); c != nil {
			r.requests++
			r.stepOperator(who, operator.Accept{ID: fmt.Sprintf("r%d", r.requests), Chat: c.id})
		}
	case 13:
		if c := r.some("waiting"); c != nil {
			r.stepOperator(who, operator.Decline{Chat: c.id})
		}
	case 14, 15:
		if c := r.some("in progress"); c != nil {
			r.finish(c, "")
		}
	case 16:
		if c := r.some("waiting"); c != nil {
			r.finish(c, "")
		}
	case 17:
		r.handOver(who)
	case 18:
		r.direct()
	default:
		r.handToQueue()
	}
}

// some picks a chat in a phase; any phase when empty.
func (r *ring) some(phase string) *talk {
	var found []*talk
	for n := range len(r.chats) {
		if c := r.chats[fmt.Sprintf("c.%d", n+1)]; phase == "" || c.phase == phase {
			found = append(found, c)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return rapid.SampledFrom(found).Draw(r.t, "some")
}

// handOver begins a transfer to an operator.
func (r *ring) handOver(to string) {
	c := r.some("in progress")
	if c == nil || c.owner == to || c.transfer != "" && c.to != "" {
		return
	}
	r.requests++
	c.transfer, c.to = fmt.Sprintf("t%d", r.requests), to
	r.send(c.conversation, to, operator.Reserve{Chat: c.id, Transfer: c.transfer})
}

func (r *ring) handToQueue() {
	c := r.some("in progress")
	if c == nil {
		return
	}
	child := r.open(c.conversation, rapid.SampledFrom(queueIDs).Draw(r.t, "queue"))
	r.finish(c, child.id)
	r.send(child.conversation, child.queue, queue.Wait{Chat: child.id, Since: r.now})
}

// direct changes what the directory says.
func (r *ring) direct() {
	id := rapid.SampledFrom(queueIDs).Draw(r.t, "queue")
	switch rapid.IntRange(0, 2).Draw(r.t, "change") {
	case 0:
		r.rules[id] = rapid.SampledFrom([]string{"everyone", "least_busy"}).Draw(r.t, "rule")
	case 1:
		r.members[id] = nil
		for _, o := range operatorIDs {
			if rapid.IntRange(0, 3).Draw(r.t, o) > 0 {
				r.members[id] = append(r.members[id], o)
			}
		}
	default:
		r.limit = rapid.IntRange(0, 3).Draw(r.t, "limit")
	}
	r.configure()
}
