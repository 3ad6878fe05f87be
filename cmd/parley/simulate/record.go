package simulate

import (
	"strings"
	"sync"
	"time"

	"parley/gateway/channel/simulator"
)

// record gathers the facts of a run from all its goroutines.
type record struct {
	run     tag
	started time.Time

	mu       sync.Mutex
	unseen   map[simulator.Marker]bool // lines that no owner has been shown yet
	early    map[simulator.Marker]bool // shown before the customer's call had returned
	tenures  map[[2]string]Tenure      // by chat and operator
	sights   map[[2]string]Sight       // by message and operator
	convs    map[string]bool           // conversations of this run
	queues   map[string]bool           // that offered this run's chats: somebody serves them
	people   map[string]bool           // ids of this run's operators
	claimed  map[simulator.Marker]bool // lines somebody answers
	answers  map[string]*Answer
	feed     []FeedFault
	files    map[string]string // state by attachment
	op       Operating
	changes  int // grows with everything that happens
	settling bool
}

func newRecord(run tag, now time.Time) *record {
	return &record{
		run: run, started: now, unseen: map[simulator.Marker]bool{}, early: map[simulator.Marker]bool{}, tenures: map[[2]string]Tenure{},
		sights: map[[2]string]Sight{}, convs: map[string]bool{}, queues: map[string]bool{}, people: map[string]bool{},
		claimed: map[simulator.Marker]bool{}, answers: map[string]*Answer{}, files: map[string]string{},
	}
}

// expect notes that a customer wrote a line.
func (r *record) expect(m simulator.Marker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.early[m] {
		r.unseen[m] = true
	}
}

// tenure notes that an operator was shown a chat as his own.
func (r *record) tenure(operator string, c chatRow) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes++
	k := [2]string{c.ID, operator}
	if _, ok := r.tenures[k]; !ok {
		r.tenures[k] = Tenure{Operator: operator, Chat: c.ID, Conversation: c.Conversation, Parent: c.parent(), Created: c.CreatedAt, Since: time.Now()}
	}
}

// sight notes that an operator was shown a message within a chat of his.
func (r *record) sight(operator string, within chatRow, m message) Sight {
	s := Sight{
		Operator: operator, Chat: m.Chat, Within: within.ID, Message: m.ID, Position: m.Position, Out: m.Direction == "out",
		Files: len(m.Attachments), Forged: strings.Contains(m.Text, "FORGED"), At: m.At, First: time.Now(),
	}
	if s.Out {
		s.Key, _ = r.run.answerKey(m.Text)
	} else {
		s.Marker, _ = r.run.marker(m.Text)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := [2]string{m.ID, operator}
	if _, ok := r.sights[k]; !ok {
		r.changes++
		r.sights[k] = s
	}
	if s.Marker != (simulator.Marker{}) {
		delete(r.unseen, s.Marker)
		r.early[s.Marker] = true
		r.convs[within.Conversation] = true
	}
	if !s.Out && r.convs[within.Conversation] {
		r.attached(m)
	}
	return s
}

// attached notes the states of a message's files. r.mu is held.
func (r *record) attached(m message) {
	if m.At.Before(r.started.Add(-2 * time.Second)) {
		return // an earlier run's
	}
	for _, a := range m.Attachments {
		old := r.files[a.ID]
		if old != "" && a.State == "pending" {
			continue // an older page, or another operator's late frame
		}
		if old != a.State {
			r.changes++
			r.files[a.ID] = a.State
		}
	}
}

// late notes what became of files of a chat that has ended.
func (r *record) late(m message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range m.Attachments {
		if r.files[a.ID] == "pending" && a.State != "pending" {
			r.changes++
			r.files[a.ID] = a.State
		}
	}
}

// ours says whether a chat belongs to this run: its preview carries the run's tag, or its conversation did before.
func (r *record) ours(c chatRow) bool {
	_, marked := r.run.marker(c.Preview)
	r.mu.Lock()
	defer r.mu.Unlock()
	if marked {
		r.convs[c.Conversation] = true
	}
	return r.convs[c.Conversation]
}

// offered notes a queue that this run's operators serve.
func (r *record) offered(queue string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queues[queue] = true
}

// join notes an operator of this run.
func (r *record) join(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.people[id] = true
}

// served says whether this run's operators look after a queue or are an operator.
func (r *record) served(queue, operator string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.queues[queue] || r.people[operator]
}

// fault notes something wrong with a feed.
func (r *record) fault(f FeedFault) {
	f.At = time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes++
	r.feed = append(r.feed, f)
}

// count changes the operators' counters.
func (r *record) count(f func(*Operating)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f(&r.op)
}

// claim gives a line to the one operator who answers it.
func (r *record) claim(m simulator.Marker) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.claimed[m] {
		return false
	}
	r.claimed[m] = true
	return true
}

// isClaimed says whether somebody answers, or has answered, a line.
func (r *record) isClaimed(m simulator.Marker) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.claimed[m]
}

// answer begins an answer.
func (r *record) answer(a Answer) {
	a.Sent = time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.changes++
	r.answers[a.Key] = &a
}

// update changes what is known of an answer; an unknown key changes nothing.
func (r *record) update(key string, f func(*Answer)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if a := r.answers[key]; a != nil {
		r.changes++
		f(a)
	}
}

// settle tells everybody that no new line comes.
func (r *record) settle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.settling = true
}

func (r *record) isSettling() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.settling
}

// waiting counts what is still on its way: lines nobody has seen, files that have not come, and how often anything changed.
func (r *record) waiting() (unseen, files, changes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, state := range r.files {
		if state == "pending" {
			files++
		}
	}
	return len(r.unseen), files, r.changes
}

// acknowledged lists the answers that the server has, without those it says nobody knows the fate of when excused.
func (r *record) acknowledged(excused bool) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []string
	for key, a := range r.answers {
		if !a.Acked.IsZero() && !(excused && a.State == "unknown") {
			out = append(out, key)
		}
	}
	return out
}
