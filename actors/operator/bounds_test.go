package operator

import (
	"errors"
	"fmt"
	"testing"
)

func TestDeclinedIsBounded(t *testing.T) {
	t.Parallel()
	s := New("anna")
	for i := range MaxDeclined + 50 {
		c, err := Step(s, Decline{Chat: fmt.Sprintf("c%d.1", i)}, start)
		if err != nil {
			t.Fatal(err)
		}
		s = c.State
	}
	if n := len(s.Declined); n != MaxDeclined {
		t.Fatalf("%d declined chats are kept", n)
	}
	if first, last := s.Declined[0], s.Declined[MaxDeclined-1]; first != "c50.1" || last != "c249.1" {
		t.Errorf("kept %s to %s, want the newest", first, last)
	}
}

func TestUnknownCommand(t *testing.T) {
	t.Parallel()
	if _, err := Step(New("anna"), nil, start); err == nil {
		t.Error("a command nobody knows was done")
	}
}

func TestErrorsCompareByCode(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("accept: %w", &Error{Code: "taken", By: Person{ID: "boris"}})
	if !errors.Is(err, ErrTaken) || errors.Is(err, ErrLimit) {
		t.Errorf("%v is not compared by its code", err)
	}
}
