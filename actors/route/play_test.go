package route_test

// player makes the world's choices at random.
type player struct {
	*world
	dice  func(label string, n int) int // even from 0 to n-1, n <= 128
	moves []move
}

// move is something that can happen, weight times as often as one of weight 1.
type move struct {
	name   string
	weight int
	make   func(*player)
}

// allMoves may happen. The first is what a failure shrinks to.
func allMoves() []move {
	return []move{
		{"a tell arrives", 36, (*player).tell},
		{"something becomes durable", 6, (*player).flush},
		{"a customer writes", 10, (*player).write},
		{"an accept", 12, (*player).takeChat},
		{"an operator comes", 8, (*player).come},
		{"an operator works", 12, (*player).work},
		{"a transfer", 7, (*player).hand},
		{"the outside works", 8, (*player).outside},
		{"time passes", 6, (*player).pass},
		{"a timer fires", 5, (*player).wake},
		{"an event again", 4, (*player).again},
		{"an operator goes", 3, (*player).leave},
		{"a tell arrives again", 3, (*player).tellAgain},
		{"an administrator", 4, (*player).administer},
		{"a crash", 2, (*player).crashed},
		{"calm", 2, (*player).calm},
	}
}

// some leaves out a few kinds of moves: histories without crashes, or without
// administrators, get further in what is left.
func (p *player) some(all []move) []move {
	out := all[:1:1]
	for _, m := range all[1:] {
		if p.dice("leave out "+m.name, 6) > 0 {
			out = append(out, m)
		}
	}
	return out
}

// step makes one move. What it did becomes durable at once as a rule, and
// together with what follows, or never, else.
func (p *player) step() {
	sum := 0
	for _, m := range p.moves {
		sum += m.weight
	}
	n := p.dice("move", sum)
	for _, m := range p.moves {
		if n -= m.weight; n < 0 {
			m.make(p)
			break
		}
	}
	if p.dice("linger", 4) == 0 {
		return
	}
	for _, b := range p.boxes {
		p.commit(b)
	}
}
