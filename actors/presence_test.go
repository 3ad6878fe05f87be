package actors_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"parley/actors/operator"
)

// closing is a connection that is being closed by the gateway: it stays attached for a moment.
type closing struct {
	*tab
	closed atomic.Bool
}

func (c *closing) Live() bool { return !c.closed.Load() }

func (w *world) openClosing(id string) *closing {
	w.t.Helper()
	c := &closing{tab: w.newTab(2000)}
	detach, err := w.engine.Attach(context.Background(), id, "", 0, c)
	if err != nil {
		w.t.Fatalf("attach %s: %v", id, err)
	}
	c.detach = detach
	return c
}

// A session ends as the last one, and before the operator's actor hears of it the
// operator has signed in and connected again: he is there, and stays Active (S13).
func TestASignOutThatComesLateLeavesTheNextConnectionActive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		w.do("anna", operator.SignIn{})
		old := w.openClosing("anna")
		w.do("anna", operator.SetStatus{Status: operator.Active})
		old.closed.Store(true)
		w.do("anna", operator.SignIn{})
		next := w.open("anna", "", 0)
		old.detach()
		w.do("anna", operator.SignOut{Last: true})
		time.Sleep(time.Hour)
		w.status("anna", "active", "active")
		next.detach()
		time.Sleep(time.Hour)
		w.status("anna", "active", "inactive")
	})
}

// The old session's connections are still being closed when the operator comes
// back: they must not stand for him.
func TestConnectionsBeingClosedDoNotStandForTheOperator(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		defer func() { w.stop() }()
		w.do("anna", operator.SignIn{})
		old := w.openClosing("anna")
		w.do("anna", operator.SetStatus{Status: operator.Active})
		old.closed.Store(true)
		w.do("anna", operator.SignOut{Last: true})
		synctest.Wait()
		w.status("anna", "active", "inactive")
		w.do("anna", operator.SignIn{})
		next := w.open("anna", "", 0)
		old.detach()
		time.Sleep(time.Hour)
		w.status("anna", "active", "active")
		next.detach()
		time.Sleep(time.Hour)
		w.status("anna", "active", "inactive")
	})
}
