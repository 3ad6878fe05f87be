package queue

import (
	"testing"
	"time"
)

func TestLeastBusy(t *testing.T) {
	t.Parallel()
	at := func(minutes int) time.Time { return start.Add(time.Duration(minutes) * time.Minute) }
	for _, c := range []struct {
		name string
		able []Member
		want string
	}{
		{"only one", []Member{{Operator: "anna", Load: 9}}, "anna"},
		{"fewest chats", []Member{{Operator: "anna", Load: 2}, {Operator: "boris", Load: 1}}, "boris"},
		{"asked counts", []Member{{Operator: "anna", Load: 1, Asked: 2}, {Operator: "boris", Load: 2}}, "boris"},
		{"tie: longest without one", []Member{{Operator: "anna", LastTook: at(5)}, {Operator: "boris", LastTook: at(3)}}, "boris"},
		{"tie: never took one", []Member{{Operator: "anna", LastTook: at(5)}, {Operator: "boris"}}, "boris"},
		{"tie: id", []Member{{Operator: "boris"}, {Operator: "anna"}}, "anna"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if i := (LeastBusy{}).Choose(Entry{}, c.able); c.able[i].Operator != c.want {
				t.Errorf("chose %s, want %s", c.able[i].Operator, c.want)
			}
		})
	}
}

func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	if _, err := Step(New("sales", Builtin()), nil, start); err == nil {
		t.Error("a command nobody knows was done")
	}
}
