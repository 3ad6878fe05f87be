package actors

import (
	"errors"
	"fmt"
)

// What the door answers besides the machines' own domain errors.
var (
	// ErrBusy says that too many commands are in flight; nothing was done, try again.
	ErrBusy = errors.New("actors: too many commands in flight")
	// ErrUnavailable says that a command could not be made durable in time. It
	// may still happen; repeating it with the same key is harmless.
	ErrUnavailable = errors.New("actors: the store cannot make this durable now")
	// errLost is ErrUnavailable of a partition that is served here no more.
	errLost = fmt.Errorf("%w: the partition is not served here", ErrUnavailable)
	// errRefused is of a partition whose commits the store refuses for good.
	errRefused = errors.New("actors: the store refuses the partition's commits")
	// ErrStopping says that the engine is on its way down.
	ErrStopping = errors.New("actors: stopping")
	// ErrNotFound says that there is no such chat, message or entity.
	ErrNotFound = errors.New("actors: not found")
	// ErrInternal says that a command failed inside; it was logged and changed nothing.
	ErrInternal = errors.New("actors: internal error")
	// ErrQuarantined says that the entity's stored state is corrupt and set aside.
	ErrQuarantined = errors.New("actors: the entity is quarantined")
)
