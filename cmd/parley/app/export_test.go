package app

import "context"

// LoseStore takes the store away from under a running server.
func (a *App) LoseStore() {
	for i, c := range a.closers {
		if c.name == "store" {
			_ = c.close(context.Background())
			a.closers[i].close = func(context.Context) error { return nil }
		}
	}
}
