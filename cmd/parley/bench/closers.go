package bench

import "errors"

// closers are what a bench must stop, in the order of starting.
type closers struct{ list []func() error }

func (c *closers) add(f func() error) { c.list = append(c.list, f) }

// close stops all in reverse and adds what went wrong to err.
func (c *closers) close(err *error) {
	for i := len(c.list) - 1; i >= 0; i-- {
		*err = errors.Join(*err, c.list[i]())
	}
	c.list = nil
}
