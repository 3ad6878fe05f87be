// Package memory is a complete live store that keeps everything in memory, for
// tests and for measuring the engine without a disk.
//
// It has no goroutines and holds no lock while it waits, so it may be used
// inside a testing/synctest bubble. It is stricter than a real store: a change
// whose Due.Old is not what is stored is refused, since that is a fault of the
// engine.
package memory
