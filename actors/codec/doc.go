// Package codec spells the engine's state for storage: snapshots, history,
// and the steps and work that wait in the outbox.
//
// A value is two bytes, its type number and its version, and then a CBOR map
// (RFC 8949) from field numbers to fields:
//
//	03 01  bf 01 78 1f "c7….1.4"  02 …  04 1b 186c…  ff
//	|  |   |  |  field 1, a text                     end of the map
//	|  |   a map of unsaid length
//	|  version 1
//	a message
//
// Fields come in the order of their numbers, empty ones are left out, times
// are Unix nanoseconds (absent = the zero time, read back in UTC), durations
// nanoseconds. Any CBOR tool reads what follows the two bytes.
//
// Numbers are the only names in storage, so Go's names are free to change. Each
// type is listed once, by one function that writes or reads as asked: the two
// directions cannot part. That, no reflection and one allocation for all texts
// of a value make it several times as fast to read as a general library, which
// is why there is none; the tests read every value with one to hold the format.
//
// To change a type:
//   - A new field takes the next free number, at the end of its function, and
//     raises the version of every stored type it is part of (version in
//     format.go). Older values lack it and read as zero.
//   - A field that goes leaves its number unused for ever. Its line stays,
//     reading into nothing, as long as old values may exist.
//   - A number never changes its meaning; where an old value needs more than
//     zeros, look at wire.version.
//   - Run the tests with -update: a new golden file appears beside the old ones,
//     which stay and must still be read.
//
// A value of a version newer than this program is refused with ErrVersion and
// never half understood: writing it back would lose what was not understood.
package codec
