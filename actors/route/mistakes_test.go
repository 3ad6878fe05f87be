package route_test

import (
	"slices"
	"time"

	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/queue"
	"parley/actors/route"
)

func mistakesOfOperators() []mistake {
	return []mistake{
		{"an offer ignores the limit", "I3: an offer", func(m *machines) {
			m.operator = func(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
				if _, ok := c.(operator.Offer); !ok {
					return operator.Step(s, c, now)
				}
				return loose(s, c, now)
			}
		}, 0},
		{"a transfer ignores the limit", "I3: a transfer", func(m *machines) {
			m.operator = func(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
				if _, ok := c.(operator.Reserve); !ok {
					return operator.Step(s, c, now)
				}
				return loose(s, c, now)
			}
		}, 100},
		{"an accept ignores the limit", "I3: ", func(m *machines) {
			m.operator = func(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
				if _, ok := c.(operator.Accept); !ok {
					return operator.Step(s, c, now)
				}
				return loose(s, c, now)
			}
		}, 0},
		{"a timer ends any offer", "I7: |S12: ", func(m *machines) {
			m.operator = func(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
				if _, ok := c.(operator.Tick); ok {
					now = now.Add(time.Hour)
				}
				return operator.Step(s, c, now)
			}
		}, 0},
		{"the grace period never ends", "S13: ", afterOperator(func(c *operator.Change) {
			c.State.AbsentAt = time.Time{}
		}), 0},
		{"an accept is answered before the conversation has spoken", "S31: ", afterOperator(func(c *operator.Change) {
			for _, x := range c.State.Slots {
				if x.Kind == operator.Asking && x.Request == c.Later {
					c.Answer = &operator.Answer{ID: c.Later, Chat: x.Chat}
				}
			}
		}), 0},
		{"somebody Inactive keeps his offers", "S10: ", func(m *machines) {
			m.operator = func(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
				change, err := operator.Step(s, c, now)
				if set, ok := c.(operator.SetStatus); ok && set.Status == operator.Inactive {
					change.State.Slots = s.Slots
				}
				return change, err
			}
		}, 0},
		{"availability is not told", "S27: ", func(m *machines) {
			m.fromOperator = func(who operator.Person, e operator.Effect) (route.Tell, bool) {
				if tell, ok := e.(operator.Tell); ok && tell.Availability.Version%3 == 0 {
					return route.Tell{}, false
				}
				return route.FromOperator(who, e)
			}
		}, 0},
	}
}

// loose does a command as if there were no limit.
func loose(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
	limit, queues := s.Limit, s.Queues
	s.Limit, s.Queues = 0, slices.Clone(s.Queues)
	for i := range s.Queues {
		s.Queues[i].HasLimit = false
	}
	change, err := operator.Step(s, c, now)
	change.State.Limit, change.State.Queues = limit, queues
	for i, e := range change.Effects {
		if tell, ok := e.(operator.Tell); ok {
			tell.Availability.Limit = limitOf(change.State, tell.Queue)
			change.Effects[i] = tell
		}
	}
	return change, err
}

func afterOperator(spoil func(*operator.Change)) func(*machines) {
	return func(m *machines) {
		m.operator = func(s operator.State, c operator.Command, now time.Time) (operator.Change, error) {
			change, err := operator.Step(s, c, now)
			if err == nil {
				spoil(&change)
			}
			return change, err
		}
	}
}

func mistakesOfConversations() []mistake {
	return []mistake{
		{"two accepts win", "I2: |S31: ", func(m *machines) {
			m.chat = func(s chat.State, c chat.Command, now time.Time) (chat.Change, error) {
				if a, ok := c.(chat.Assign); ok && s.Chat.ID == a.Chat && s.Chat.Phase == chat.InProgress {
					s.Chat.Phase = chat.Waiting
				}
				return chat.Step(s, c, now)
			}
		}, 0},
		{"a second chat opens", "I1: ", func(m *machines) {
			m.chat = func(s chat.State, c chat.Command, now time.Time) (chat.Change, error) {
				if _, ok := c.(chat.Receive); ok && s.Chat.Position == 3 {
					s.Chat.Phase = chat.Completed
				}
				return chat.Step(s, c, now)
			}
		}, 0},
		{"keys are forgotten", "I4: |I5: ", afterChat(func(c *chat.Change) { c.Keys = nil }), 0},
		{"a timer ends any chat", "I7: ", func(m *machines) {
			m.chat = func(s chat.State, c chat.Command, now time.Time) (chat.Change, error) {
				if _, ok := c.(chat.Tick); ok {
					now = now.Add(time.Hour)
				}
				return chat.Step(s, c, now)
			}
		}, 0},
		{"the former owner keeps listening", "I8: ", afterChat(func(c *chat.Change) {
			if past := c.State.Past; len(past) > 0 && len(c.Events) > 0 && past[0].Owner != "" {
				c.Effects = append(c.Effects, chat.Notify{Operator: past[0].Owner, Event: c.Events[0]})
			}
		}), 0},
		{"a transfer ends and nothing begins", "S46: |I1: ", afterChat(func(c *chat.Change) {
			c.Events = slices.DeleteFunc(c.Events, func(e chat.Event) bool {
				opened, ok := e.(chat.Opened)
				return ok && opened.Chat.Parent != ""
			})
		}), 0},
		{"a position is left out", "I4: ", afterChat(func(c *chat.Change) {
			if c.State.Chat.Position == 4 {
				c.State.Chat.Position++
			}
		}), 0},
		{"what may have arrived is sent again", "I4: ", func(m *machines) {
			m.chat = func(s chat.State, c chat.Command, now time.Time) (chat.Change, error) {
				if u, ok := c.(chat.Uncertain); ok {
					return chat.Change{State: s, Effects: []chat.Effect{chat.Deliver{Message: u.Message}}}, nil
				}
				return chat.Step(s, c, now)
			}
		}, 0},
	}
}

func afterChat(spoil func(*chat.Change)) func(*machines) {
	return func(m *machines) {
		m.chat = func(s chat.State, c chat.Command, now time.Time) (chat.Change, error) {
			change, err := chat.Step(s, c, now)
			if err == nil {
				spoil(&change)
			}
			return change, err
		}
	}
}

// lost drops effects of one type on their way from a conversation.
func lost[E chat.Effect](m *machines) {
	m.fromConversation = func(source string, e chat.Effect) (route.Tell, bool) {
		if _, ok := e.(E); ok {
			return route.Tell{}, false
		}
		return route.FromConversation(source, e)
	}
}

func mistakesOnTheWay() []mistake {
	return []mistake{
		{"a waiting chat is not queued", "S28: ", lost[chat.Enqueue], 0},
		{"a taken chat stays in its queue", "S28: ", lost[chat.Dequeue], 0},
		{"an owner is not told", "I2: |I3: ", lost[chat.Grant], 0},
		{"a refusal is lost", "I3: ", lost[chat.Refuse], 0},
		{"an ended chat keeps its slot", "I2: ", lost[chat.Release], 0},
		{"a reservation is never let go", "I3: ", lost[chat.Unreserve], 70},
		{"an offer is never taken back", "S25: ", func(m *machines) {
			m.fromQueue = func(source string, e queue.Effect) (route.Tell, bool) {
				if _, ok := e.(queue.TakeBack); ok {
					return route.Tell{}, false
				}
				return route.FromQueue(source, e)
			}
		}, 0},
		{"an offer back is not told", "S27: |S25: ", func(m *machines) {
			m.fromOperator = func(who operator.Person, e operator.Effect) (route.Tell, bool) {
				if _, ok := e.(operator.Declines); ok {
					return route.Tell{}, false
				}
				return route.FromOperator(who, e)
			}
		}, 0},
		{"the store forgets a draft", "I6: the draft", func(m *machines) {
			m.store = func(b *box) { b.kept.chat.Chat.Draft = "" }
		}, 36},
		{"the store forgets who is Active", "I6: ", func(m *machines) {
			m.store = func(b *box) { b.kept.operator.Preferred = operator.Inactive }
		}, 0},
		{"the store forgets the offers of a queue", "I6: queue", func(m *machines) {
			m.queue = func(s *queue.State, c queue.Command, now time.Time) (queue.Change, error) {
				change, err := queue.Step(s, c, now)
				for i, e := range change.Events {
					if put, ok := e.(queue.EntryPut); ok {
						put.Entry.Offer = queue.Offer{}
						change.Events[i] = put
					}
				}
				return change, err
			}
		}, 0},
		{"a crash loses what was on its way", "S27: |S28: |I2: |I3: |S43: ", func(m *machines) { m.forgetful = true }, 0},
		{"receivers forget which tells they know", "I", func(m *machines) { m.deaf = true }, 220},
	}
}
