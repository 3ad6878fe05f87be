package actors

import (
	"time"

	"parley/actors/commit"
)

// draft is a change in the making: what the commands of one flight write, and
// what follows once it is durable.
type draft struct {
	received time.Time // the cause of the command at hand; zero when nobody measures
	keys     []commit.Key
	allKeys  []commit.Key
	noted    map[string]string      // their notes, by id, when they are many
	items    map[commit.ItemKey]int // index into list, when it is long
	list     []item
	intents  []intent
	shows    []func(version uint64) // run in the order of commits, right after the change is durable
	finished []uint64               // outbox entries this change closes
	rested   []uint64               // outbox entries that are not on their way outside any more
	settled  []commit.Span          // items that only readers need from now on
	changed  bool                   // the state itself changed
	events   []any                  // for body.landed
}

type item struct {
	commit.Item
	gone bool
}

// few is up to how many keys or items a draft looks through one by one: a map
// for each would cost more than it saves.
const few = 12

// empty says whether there is nothing to make durable.
func (d *draft) empty() bool {
	return !d.changed && len(d.allKeys) == 0 && len(d.list) == 0 && len(d.intents) == 0 && len(d.finished) == 0 && len(d.rested) == 0
}

func (d *draft) key(id, note string) {
	d.keys = append(d.keys, commit.Key{ID: id, Value: []byte(note)})
}

func (d *draft) put(collection byte, key string, value []byte) {
	d.set(item{Item: commit.Item{ItemKey: commit.ItemKey{Collection: collection, Key: key}, Value: value}})
}

func (d *draft) drop(collection byte, key string) {
	d.set(item{Item: commit.Item{ItemKey: commit.ItemKey{Collection: collection, Key: key}}, gone: true})
}

// set keeps the last word on an item.
func (d *draft) set(it item) {
	if i := d.find(it.ItemKey); i >= 0 {
		d.list[i] = it
		return
	}
	d.list = append(d.list, it)
	switch {
	case d.items != nil:
		d.items[it.ItemKey] = len(d.list) - 1
	case len(d.list) > few:
		d.items = make(map[commit.ItemKey]int, 4*few)
		for i := range d.list {
			d.items[d.list[i].ItemKey] = i
		}
	}
}

func (d *draft) find(k commit.ItemKey) int {
	if d.items != nil {
		if i, ok := d.items[k]; ok {
			return i
		}
		return -1
	}
	for i := range d.list {
		if d.list[i].ItemKey == k {
			return i
		}
	}
	return -1
}

func (d *draft) puts() []commit.Item {
	out := make([]commit.Item, 0, len(d.list))
	for _, it := range d.list {
		if !it.gone {
			out = append(out, it.Item)
		}
	}
	return out
}

func (d *draft) drops() []commit.ItemKey {
	var out []commit.ItemKey
	for _, it := range d.list {
		if it.gone {
			out = append(out, it.ItemKey)
		}
	}
	return out
}

func (d *draft) intent(in intent) { d.intents = append(d.intents, in) }

func (d *draft) show(f func(version uint64)) { d.shows = append(d.shows, f) }

func (d *draft) event(e any) { d.events = append(d.events, e) }

// close closes the outbox entry a command finishes, or says that it rests.
func (d *draft) close(env *envelope) {
	if env.finishes != 0 {
		d.finished = append(d.finished, env.finishes)
	}
	if env.rests != 0 {
		d.rested = append(d.rested, env.rests)
	}
}

// keep takes over the keys of the command at hand.
func (d *draft) keep() {
	d.allKeys = append(d.allKeys, d.keys...)
	fresh := d.keys
	if d.noted == nil && len(d.allKeys) > few {
		d.noted, fresh = make(map[string]string, 4*few), d.allKeys
	}
	if d.noted != nil {
		for _, k := range fresh {
			d.noted[k.ID] = string(k.Value)
		}
	}
	d.keys = d.keys[:0]
}

// seen says whether an earlier command of the same change has used a key.
func (d *draft) seen(id string) (note string, ok bool) {
	if id == "" {
		return "", false
	}
	if d.noted != nil {
		note, ok = d.noted[id]
		return note, ok
	}
	for i := range d.allKeys {
		if d.allKeys[i].ID == id {
			return string(d.allKeys[i].Value), true
		}
	}
	return "", false
}
