package app

import "context"

// Lose takes a part away from under a running server.
func (a *App) Lose(part string) {
	for i, c := range a.closers {
		if c.name == part {
			_ = c.close(context.Background())
			a.closers[i].close = func(context.Context) error { return nil }
		}
	}
}
