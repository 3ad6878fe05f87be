//go:build race

package verify

// raced says that the race detector looks on.
const raced = true
