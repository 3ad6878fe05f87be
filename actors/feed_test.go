package actors_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/actors/operator"
	"parley/actors/view"
)

func TestTabsThatComeAndGoSeeWhatOneThatStaysSees(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { comeAndGo(t, rand.New(rand.NewPCG(seed, 1))) })
		})
	}
}

// comeAndGo lets three customers and two operators act at random while tabs of
// anna disconnect and resume; a tab of hers that never leaves is the reference.
func comeAndGo(t *testing.T, dice *rand.Rand) {
	w := prepare(t)
	w.company.Limit = 0
	w.start()
	defer func() { w.stop() }()
	w.activate("boris")
	w.do("anna", operator.SignIn{})
	stays, uncut := w.open("anna", "", 0), newClient(t, "stays")
	w.do("anna", operator.SetStatus{Status: operator.Active})
	moving := []*client{newClient(t, "first"), newClient(t, "second")}
	tabs := make([]*tab, len(moving))
	for step := range 150 {
		switch dice.IntN(3) {
		case 0:
			i := dice.IntN(len(moving))
			if tabs[i] == nil {
				tabs[i] = w.open("anna", moving[i].epoch, moving[i].seq)
			} else {
				moving[i].take(tabs[i])
				tabs[i].detach()
				moving[i].take(tabs[i])
				tabs[i] = nil
			}
		default:
			var all sync.WaitGroup
			for n := range 1 + dice.IntN(6) {
				act := w.something(dice, fmt.Sprint(step, ".", n))
				all.Go(act)
			}
			all.Wait()
		}
		if dice.IntN(4) == 0 {
			time.Sleep(time.Duration(dice.IntN(700)) * time.Millisecond)
		}
	}
	for i, c := range moving {
		if tabs[i] == nil {
			tabs[i] = w.open("anna", c.epoch, c.seq)
		}
	}
	time.Sleep(time.Minute)
	late, snapshot := w.open("anna", "", 0), newClient(t, "late")
	time.Sleep(time.Second)
	uncut.take(stays)
	snapshot.take(late)
	want := uncut.picture()
	for i, c := range append(moving, snapshot) {
		if i < len(tabs) {
			c.take(tabs[i])
		}
		if got := c.picture(); got != want {
			t.Errorf("%s does not see what stays sees:\n%s", c.name, difference(want, got))
		}
		if c.seq != uncut.seq {
			t.Errorf("%s is at %d, stays at %d", c.name, c.seq, uncut.seq)
		}
	}
	w.agrees("c0", "c1", "c2")
}

// difference lists the lines that only one of two pictures has.
func difference(a, b string) string {
	var out []string
	for _, line := range strings.Split(a, "\n") {
		if !strings.Contains(b, line) {
			out = append(out, "- "+line)
		}
	}
	for _, line := range strings.Split(b, "\n") {
		if !strings.Contains(a, line) {
			out = append(out, "+ "+line)
		}
	}
	return strings.Join(out, "\n")
}

// something is one thing that may happen.
func (w *world) something(dice *rand.Rand, key string) func() {
	conversation := fmt.Sprint("c", dice.IntN(3))
	who := []string{"anna", "anna", "boris"}[dice.IntN(3)]
	newest := conversation + ".1"
	if s, err := w.engine.StoredConversation(w.t.Context(), conversation); err == nil {
		newest = s.Chat.ID
	}
	var to string
	var command any
	switch n := dice.IntN(24); {
	case n < 8:
		to, command = conversation, receive("support", key, "text "+key)
	case n < 12:
		to, command = conversation, chat.Send{By: person(who), Chat: newest, ClientID: key, Text: "answer " + key}
	case n < 14:
		to, command = who, operator.Accept{ID: key, Chat: newest}
	case n == 14:
		to, command = conversation, chat.Finish{By: person(who), Chat: newest}
	case n == 15:
		to, command = conversation, chat.Draft{By: person(who), Chat: newest, Text: "draft " + key}
	case n == 16:
		to, command = conversation, chat.MarkRead{By: person(who), Chat: newest, Position: 1000}
	case n == 17:
		to, command = conversation, chat.Hand{ID: key, By: person(who), Chat: newest, ToOperator: person([]string{"anna", "boris"}[dice.IntN(2)])}
	case n == 18:
		to, command = who, operator.Decline{Chat: newest}
	case n == 19: // the provider's word on some message, perhaps early, perhaps of none
		state := []chat.Delivery{chat.Sent, chat.Delivered, chat.Read, chat.Failed}[dice.IntN(4)]
		to, command = conversation, chat.Receipt{Key: key, Target: fmt.Sprintf("out.%s.%d/a", newest, 1+dice.IntN(8)), State: state}
	case n == 20:
		to, command = conversation, chat.React{Key: key, Target: fmt.Sprintf("mid.%d.0", dice.IntN(150)), Emoji: "x", Added: true}
	case n == 21:
		to, command = conversation, chat.Hand{ID: key, By: person(who), Chat: newest, ToQueue: "support"}
	default:
		status := operator.Active
		if dice.IntN(3) == 0 {
			status = operator.Inactive
		}
		to, command = who, operator.SetStatus{Status: status}
	}
	return func() { _, _ = w.try(to, command) }
}

func TestATabThatStopsReadingIsDroppedAndSlowsNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		good := w.activate("anna")["anna"]
		stuck := w.newTab(5)
		detach, err := w.engine.Attach(t.Context(), "anna", "", 0, stuck)
		if err != nil {
			t.Fatal(err)
		}
		id := w.own("anna", "c1")
		for i := range 50 {
			w.write("c1", "support", fmt.Sprint("k", i), "text")
		}
		time.Sleep(time.Second)
		c, slow := newClient(t, "good"), newClient(t, "stuck")
		c.take(good)
		if n := len(c.chats[id].messages); n != 51 {
			t.Fatalf("%d messages", n)
		}
		slow.take(stuck)
		detach()
		time.Sleep(time.Minute)
		w.status("anna", "active", "active") // the good tab is still there
		back := w.open("anna", slow.epoch, slow.seq)
		time.Sleep(time.Second)
		slow.take(back)
		c.take(good)
		if slow.resumed != 1 || slow.picture() != c.picture() {
			t.Fatalf("resumed %d times, sees\n%s\nwant\n%s", slow.resumed, slow.picture(), c.picture())
		}
	})
}

func TestAResumeBeyondTheRingGivesASnapshot(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		stays := w.activate("anna")["anna"]
		w.own("anna", "c1")
		time.Sleep(time.Second)
		c := newClient(t, "away")
		away := w.open("anna", "", 0)
		time.Sleep(time.Second)
		c.take(away)
		away.detach()
		for i := range 1100 {
			w.write("c1", "support", fmt.Sprint("k", i), "text")
		}
		time.Sleep(time.Second)
		back := w.open("anna", c.epoch, c.seq)
		c.take(back)
		if c.fresh != 2 || c.resumed != 0 {
			t.Fatalf("%d snapshots, %d resumes", c.fresh, c.resumed)
		}
		w.write("c1", "support", "last", "last")
		time.Sleep(time.Second)
		c.take(back)
		if got := c.chats["c1.1"].messages; got[len(got)-1].Text != "last" || len(got) != 51 {
			t.Fatalf("%d messages, the last is %q", len(got), got[len(got)-1].Text)
		}
		bad := newClient(t, "liar") // a number of the future, and an epoch of another life
		bad.epoch, bad.seq = c.epoch, c.seq+1000
		for range 2 {
			tab := w.open("anna", bad.epoch, bad.seq)
			time.Sleep(time.Millisecond)
			bad.take(tab)
			bad.epoch = "other"
		}
		if bad.fresh != 2 {
			t.Fatalf("%d snapshots for a liar", bad.fresh)
		}
		_ = stays
	})
}

func TestAConnectionThatLeavesBeforeItIsGreetedLeavesNoTrace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, faulty := held(t, actors.Config{})
		defer func() { w.stop() }()
		w.do("anna", operator.SignIn{})
		w.do("anna", operator.SetStatus{Status: operator.Active})
		release := faulty.Hold()
		var all sync.WaitGroup
		ghost := w.newTab(100)
		all.Go(func() {
			detach, err := w.engine.Attach(t.Context(), "anna", "", 0, ghost)
			if err == nil {
				detach()
			}
		})
		synctest.Wait()
		release()
		all.Wait()
		release = faulty.Hold()
		all.Go(func() { // this one's patience ends before the store answers
			ctx, cancel := contextFor(t, time.Second)
			defer cancel()
			if _, err := w.engine.Attach(ctx, "anna", "", 0, ghost); err == nil {
				t.Error("attached")
			}
		})
		time.Sleep(2 * time.Second)
		release()
		all.Wait()
		time.Sleep(time.Minute)
		w.status("anna", "active", "inactive") // nobody is there
		tab := w.open("anna", "", 0)
		time.Sleep(time.Hour)
		w.status("anna", "active", "active")
		tab.detach()
		time.Sleep(time.Minute)
		w.status("anna", "active", "inactive")
	})
}

func TestWaitingCountsComeAtMostTwiceASecondAndEndRight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		tab := w.open("boris", "", 0)
		began := time.Now()
		for i := range 200 {
			w.write(fmt.Sprint("c", i), []string{"support", "sales"}[i%2], "k", "Hello")
			time.Sleep(20 * time.Millisecond)
		}
		time.Sleep(time.Second)
		seconds := int(time.Since(began)/time.Second) + 1
		counts := bodies[view.Waiting](tab.all())
		if len(counts) > 2*seconds {
			t.Errorf("%d counts in %d s", len(counts), seconds)
		}
		if last := counts[len(counts)-1].Counts; last["support"] != 100 || last["sales"] != 100 {
			t.Errorf("the last counts are %v", last)
		}
	})
}

func TestAStormOfChatsForTwoHundredOperators(t *testing.T) {
	t.Parallel()
	const operators, chatsToCome, taken = 200, 120, 60
	w := prepare(t)
	w.company.Limit = 0
	q := w.company.Queues["support"]
	q.Members = nil
	for i := range operators {
		id := fmt.Sprintf("op%03d", i)
		w.company.Operators[id] = actors.OperatorEntry{ID: id, Name: id}
		q.Members = append(q.Members, id)
	}
	w.company.Queues["support"] = q
	w.start()
	defer func() { w.stop() }()
	tabs, clients := make(map[string]*tab), make(map[string]*client)
	var all sync.WaitGroup
	var mu sync.Mutex
	for _, id := range q.Members {
		all.Go(func() {
			w.do(id, operator.SignIn{})
			s := w.newTab(4000)
			detach, err := w.engine.Attach(t.Context(), id, "", 0, s)
			if err != nil {
				t.Error(err)
				return
			}
			s.detach = detach
			w.do(id, operator.SetStatus{Status: operator.Active})
			mu.Lock()
			tabs[id], clients[id] = s, newClient(t, id)
			mu.Unlock()
		})
	}
	all.Wait()
	owner := make([]string, chatsToCome)
	for i := range chatsToCome {
		all.Go(func() {
			w.write(fmt.Sprint("c", i), "support", "k", "Hello")
			for n := range 3 * min(1, max(0, taken-i)) { // three race for each of the first
				id := q.Members[(i*7+n*31)%operators]
				all.Go(func() {
					reply, err := w.try(id, operator.Accept{ID: fmt.Sprint("a", i), Chat: fmt.Sprintf("c%d.1", i)})
					if err != nil {
						return
					}
					mu.Lock()
					defer mu.Unlock()
					if owner[i] != "" {
						t.Errorf("c%d.1 has two owners", i)
					}
					owner[i] = reply.(view.Assigned).Chat.Chat.Owner.ID
				})
			}
		})
	}
	all.Wait()
	w.until("everybody sees the rest", func() bool {
		for id, c := range clients {
			c.take(tabs[id])
			if c.waiting["support"] != chatsToCome-taken || len(c.offers) != 50 {
				return false
			}
		}
		return true
	})
	for id, c := range clients {
		if c.maxOffer > 50 {
			t.Errorf("%s saw %d offers at once", id, c.maxOffer)
		}
		for chatID, n := range c.offered {
			if n > 1 && !slices.Contains(c.left[chatID], "limit") {
				t.Errorf("%s was offered %s %d times: %v", id, chatID, n, c.left[chatID])
			}
			_, still := c.offers[chatID]
			ways := len(c.left[chatID])
			if still && ways != n-1 || !still && ways != n {
				t.Errorf("%s: %s was offered %d times, went %v, still there: %t", id, chatID, n, c.left[chatID], still)
			}
		}
		for chatID, ways := range c.left {
			var i int
			_, _ = fmt.Sscanf(chatID, "c%d.1", &i)
			for _, way := range ways {
				if way != "assigned" && way != "limit" && way != "taken "+owner[i] {
					t.Errorf("%s: %s went by %q, owner is %s", id, chatID, way, owner[i])
				}
				if (way == "assigned") != (owner[i] == id && way != "limit") {
					t.Errorf("%s: %s went by %q, owner is %s", id, chatID, way, owner[i])
				}
			}
		}
	}
	if n := len(slices.DeleteFunc(slices.Clone(owner), func(s string) bool { return s == "" })); n != taken {
		t.Errorf("%d chats have an owner, want %d", n, taken)
	}
}

// until looks again whenever something has had time to happen, for a while.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			w.t.Fatalf("waited in vain until %s", what)
		}
	}
}

func TestTwoQueuesNeverShowMoreThanFifty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := prepare(t)
		w.company.Limit = 0
		w.company.Queues["vip"] = actors.QueueEntry{ID: "vip", Name: "VIP", Rule: "everyone", Pull: true}
		w.start()
		defer func() { w.stop() }()
		for i := range 30 {
			w.write(fmt.Sprint("v", i), "vip", "k", "Hello")
		}
		time.Sleep(time.Second)
		for i := range 45 {
			w.write(fmt.Sprint("c", i), "support", "k", "Hello")
		}
		stays := w.activate("anna")["anna"]
		time.Sleep(time.Second)
		w.reconfigure(func(c *actors.Catalogue) { // older chats of another queue come before what she sees
			vip := c.Queues["vip"]
			vip.Members = []string{"anna"}
			c.Queues["vip"] = vip
		})
		time.Sleep(time.Second)
		c, fresh := newClient(t, "stays"), newClient(t, "fresh")
		c.take(stays)
		late := w.open("anna", "", 0)
		time.Sleep(time.Second)
		fresh.take(late)
		c.take(stays)
		if c.maxOffer > 50 || len(c.offers) != 50 || c.picture() != fresh.picture() {
			t.Fatalf("at most %d offers, now %d, a new tab sees %d", c.maxOffer, len(c.offers), len(fresh.offers))
		}
		mine := 0
		for id := range c.offers {
			if strings.HasPrefix(id, "v") {
				mine++
			}
		}
		if mine != 30 {
			t.Fatalf("%d of the older ones are shown", mine)
		}
	})
}

func TestPushesAreKeptForFiveMinutes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		w.do("anna", operator.SignIn{})
		stays := w.open("anna", "", 0)
		hello := stays.all()[0].(view.Hello)
		change := func() {
			w.do("anna", operator.SetStatus{Status: operator.Active})
			w.do("anna", operator.SetStatus{Status: operator.Inactive})
			time.Sleep(time.Minute)
		}
		change()
		time.Sleep(10 * time.Minute)
		change()
		var seqs []uint64
		for _, v := range stays.all() {
			if p, ok := v.(view.Push); ok {
				seqs = append(seqs, p.Seq)
			}
		}
		for from, resumed := range map[uint64]bool{hello.Seq: false, seqs[len(seqs)-3]: true} {
			got := w.open("anna", hello.Epoch, from).all()[0].(view.Hello)
			if got.Resumed != resumed {
				t.Errorf("from %d of %v: resumed %v", from, seqs, got.Resumed)
			}
		}
	})
}
