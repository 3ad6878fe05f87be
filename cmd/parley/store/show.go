package store

import (
	"context"
	"fmt"
	"time"

	"parley/actors"
	"parley/actors/codec"
	"parley/actors/commit"
	"parley/persistence/pebblestore"
)

// Show prints what can be read of an entity, without any text of a customer.
func (t Tool) Show(ctx context.Context, e commit.Entity) error {
	return t.open(false, func(v *pebblestore.Vault) error {
		values, damaged := map[string]int{}, 0
		err := v.Entity(ctx, e, func(r pebblestore.Raw) error {
			name := r.Place.Table
			if name == "item" {
				name = fmt.Sprintf("item %c", r.Place.Collection)
			}
			values[name]++
			if r.Err != nil {
				damaged++
				t.say("damaged  %s: %v", r.Place, r.Err)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if len(values) == 0 {
			return fmt.Errorf("nothing is stored of %s", e)
		}
		t.say("%s: %v values, %d damaged", e, values, damaged)
		return t.record(v, e)
	})
}

func (t Tool) record(v *pebblestore.Vault, e commit.Entity) error {
	rec, err := v.Record(e)
	if err != nil {
		t.say("record: %v", err)
		return nil
	}
	t.say("record: version %d, %d bytes", rec.Version, len(rec.Snapshot))
	if rec.Due != 0 {
		t.say("wakes: %s", time.UnixMilli(rec.Due).UTC().Format(time.RFC3339))
	}
	state, err := actors.StateOf(rec)
	if err != nil {
		t.say("state: %v", err)
		return nil
	}
	t.say("state: %s", described(e, state))
	return nil
}

// described says in one line what a state is about.
func described(e commit.Entity, state []byte) string {
	switch e.Kind {
	case commit.Conversation:
		s, err := codec.Conversation(state)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("channel %s, %d chats, the newest %s is %v in queue %q, owner %q", s.Channel, s.Opened, s.Chat.ID, s.Chat.Phase, s.Chat.Queue, s.Chat.Owner.ID)
	case commit.Operator:
		s, err := codec.Operator(state)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprintf("%s, %d slots", s.Effective(), len(s.Slots))
	default:
		if _, err := codec.QueueHeader(state); err != nil {
			return err.Error()
		}
		return "readable"
	}
}
