package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"parley/actors/chat"
	"parley/actors/route"
	"parley/gateway/channel"
)

// Reasons of quarantine beside those of package channel.
const (
	keptRefused = "refused"          // the engine would not have the event
	keptPanic   = "panic"            // the event broke something on its way
	keptNobody  = "no_customer"      // a message that names no customer
	keptShut    = "inactive_channel" // it would have opened a chat on a channel that is switched off
	keptStale   = "stale"            // so old that nobody could tell a replay of it (stale.go)
	// KeptDamaged is of an understood event whose conversation is damaged. It is
	// kept whole, and told again by Retell once that is mended.
	KeptDamaged = "damaged"
)

// lanes is how many conversations of one body are worked on at once.
const lanes = 64

// arrival is an event with the conversation ids its customer may be known under.
type arrival struct {
	event *channel.Event
	ids   []string
}

// line is the events of one customer, in the provider's order.
type line []arrival

// deliver makes everything in an authentic body durable. Conversations go side
// by side, the events of one after another; an error means that something could
// not be made durable now, and the provider will bring the whole body again.
func (s *Server) deliver(ctx context.Context, ch Channel, body []byte) error {
	parsed, err := s.parse(ch, body)
	if err != nil {
		return s.setAside(ctx, ch, keptPanic, "", body)
	}
	err = s.followAll(ctx, ch, inLines(ch, parsed.Events))
	for _, bad := range parsed.Bad { // what is bad never holds up what is good, nor the other way round
		err = errors.Join(err, s.setAside(ctx, ch, bad.Reason, bad.AccountID, bad.Raw))
	}
	return err
}

func (s *Server) followAll(ctx context.Context, ch Channel, lines []*line) error {
	if len(lines) == 1 {
		return s.follow(ctx, ch, lines[0])
	}
	return s.sideBySide(ctx, ch, lines)
}

func (s *Server) sideBySide(ctx context.Context, ch Channel, lines []*line) error {
	var (
		wg     sync.WaitGroup
		mu     sync.Mutex
		failed error
		places = make(chan struct{}, lanes)
	)
	for _, l := range lines {
		places <- struct{}{}
		wg.Go(func() {
			defer func() { <-places }()
			if err := s.follow(ctx, ch, l); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = err
			}
		})
	}
	wg.Wait()
	return failed
}

// parse calls the adapter; a panic of its is an error of this body only.
func (s *Server) parse(ch Channel, body []byte) (p channel.Parsed, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = s.caught(r, "parse")
		}
	}()
	return ch.Adapter.Parse(ch.Account, body, s.now()), nil
}

// inLines puts events that may concern the same conversation into one line, also
// those that only a third event shows to be of one customer.
func inLines(ch Channel, events []channel.Event) []*line {
	if len(events) == 1 {
		return []*line{{{&events[0], candidates(ch.Account.ID, &events[0])}}}
	}
	arrivals, same := make([]arrival, len(events)), sameCustomer{}
	for i := range events {
		arrivals[i] = arrival{&events[i], candidates(ch.Account.ID, &events[i])}
		same.join(arrivals[i].ids)
	}
	var lines []*line
	byCustomer := map[string]*line{}
	for _, a := range arrivals {
		if len(a.ids) == 0 { // about the account: it waits for nobody
			lines = append(lines, &line{a})
			continue
		}
		customer := same.first(a.ids[0])
		l := byCustomer[customer]
		if l == nil {
			l = &line{}
			byCustomer[customer], lines = l, append(lines, l)
		}
		*l = append(*l, a)
	}
	return lines
}

// sameCustomer leads from an id to another id of the same customer, until the
// one that stands for them all.
type sameCustomer map[string]string

func (s sameCustomer) first(id string) string {
	for s[id] != "" {
		if up := s[s[id]]; up != "" {
			s[id] = up // half the way next time
		}
		id = s[id]
	}
	return id
}

// join learns that ids are of one customer.
func (s sameCustomer) join(ids []string) {
	for _, id := range ids {
		if a, b := s.first(ids[0]), s.first(id); a != b {
			s[b] = a
		}
	}
}

func (s *Server) follow(ctx context.Context, ch Channel, l *line) error {
	for _, a := range *l {
		if err := s.place(ctx, ch, a.event, a.ids); err != nil {
			return err
		}
		s.answerButton(ch, a.event)
	}
	return nil
}

// place hands one event to its conversation. Only an error that time may heal is
// returned; an event that can never succeed is set aside, and its neighbours go on.
func (s *Server) place(ctx context.Context, ch Channel, e *channel.Event, ids []string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.caught(r, "place")
			err = s.setAside(ctx, ch, keptPanic, e.AccountID, eventText(e))
		}
	}()
	if len(ids) == 0 {
		return s.aboutAccount(ctx, ch, e)
	}
	err = s.find(ctx, ch, e, ids, s.now())
	if err == nil || transient(err) {
		return err
	}
	return s.refused(ctx, ch, e, err)
}

// refused sets an event aside that cannot be taken, for the reason it has.
func (s *Server) refused(ctx context.Context, ch Channel, e *channel.Event, err error) error {
	reason := keptRefused
	switch {
	case errors.Is(err, chat.ErrInactive):
		reason = keptShut
	case errors.Is(err, errStale):
		reason = keptStale
	case damaged(err):
		reason = KeptDamaged
	default:
		s.log.Warn("an event was refused", "channel", ch.Account.ID, "kind", string(e.Kind), "err", err)
	}
	return s.setAside(ctx, ch, reason, e.AccountID, eventText(e))
}

// find tells an event, taken in at that time, to the conversation that one of the ids leads to.
func (s *Server) find(ctx context.Context, ch Channel, e *channel.Event, ids []string, taken time.Time) (err error) {
	conversation := ids[0]
	if len(ids) > 1 {
		conversation, err = s.deps.Engine.Resolve(ctx, ids)
	}
	if err == nil {
		err = s.told(ctx, ch, e, conversation, ids, taken)
	}
	if errors.Is(err, chat.ErrForwarded) { // the customer is known under another id
		if conversation, err = s.deps.Engine.Resolve(ctx, []string{conversation}); err == nil {
			err = s.told(ctx, ch, e, conversation, ids, taken)
		}
	}
	return err
}

// told tells a conversation of an event that is not stale.
func (s *Server) told(ctx context.Context, ch Channel, e *channel.Event, conversation string, ids []string, taken time.Time) error {
	if err := s.fresh(ctx, e, conversation, taken); err != nil {
		return err
	}
	return s.tell(ctx, ch, e, conversation, ids)
}

// tell carries an event out as a command of its conversation. The other ids of
// the customer become aliases.
func (s *Server) tell(ctx context.Context, ch Channel, e *channel.Event, conversation string, ids []string) error {
	others := make([]string, 0, len(ids))
	for _, id := range ids {
		if id != conversation {
			others = append(others, id)
		}
	}
	cmd := command(ch, e, conversation, others)
	if cmd == nil {
		return nil
	}
	if _, err := s.deps.Engine.Do(ctx, route.Conversation(conversation), cmd); err != nil || e.Kind != channel.Identity {
		return err
	}
	return s.forward(ctx, conversation, others)
}

// forward makes the other ids lead to the conversation before the change of an
// address is acknowledged: the next message may know the customer by a new id
// only, and come sooner than the conversation's own word to that id.
func (s *Server) forward(ctx context.Context, conversation string, others []string) error {
	for _, id := range others {
		if _, err := s.deps.Engine.Do(ctx, route.Conversation(id), chat.ForwardTo{Conversation: conversation}); err != nil {
			return err
		}
	}
	return nil
}

// aboutAccount takes what concerns no customer: notices are logged, a message without one is set aside.
func (s *Server) aboutAccount(ctx context.Context, ch Channel, e *channel.Event) error {
	switch {
	case e.Opens():
		return s.setAside(ctx, ch, keptNobody, e.AccountID, eventText(e))
	case e.Kind == channel.Notice && e.Error != nil:
		s.log.Warn("the provider says something about the channel", "channel", ch.Account.ID, "class", string(e.Error.Class), "code", e.Error.Code)
	}
	return nil
}

// setAside keeps input that could not be used; durable when it returns nil. The
// id is made of the content, so a redelivery is kept once.
func (s *Server) setAside(ctx context.Context, ch Channel, reason, account string, raw []byte) error {
	item := Kept{
		ID: idLetters.EncodeToString(digest(ch.Account.ID, reason, string(raw))[:15]), At: s.now(),
		Provider: ch.Account.Provider, Channel: ch.Account.ID, Account: account, Reason: reason, Size: len(raw), Raw: raw,
	}
	if err := s.deps.Quarantine.Keep(ctx, item); err != nil {
		return fmt.Errorf("quarantine: %w", err)
	}
	s.metrics.quarantined.WithLabelValues(ch.Account.Provider, reason).Inc()
	s.log.Warn("input set aside", "channel", ch.Account.ID, "reason", reason, "bytes", len(raw))
	return nil
}

// caught notes a panic without its value, which may quote a customer.
func (s *Server) caught(r any, where string) error {
	s.metrics.panics.Inc()
	s.log.Error("panic caught", "where", where, "type", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
	return errors.New("panic in " + where)
}

// eventText keeps an understood event for a person to look at.
func eventText(e *channel.Event) []byte {
	text, err := json.Marshal(e)
	if err != nil {
		return []byte(fmt.Sprintf("%q", e.Key))
	}
	return text
}
