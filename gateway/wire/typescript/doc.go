// Package typescript spells the operator protocol in TypeScript, so that the
// workspace is compiled against the very frames that the server sends.
//
// It reads Go types by reflection and writes nothing itself: a test of package
// gateway, which has the table of requests, compares what Declarations gives with
// the file of the workspace and rewrites that with -update.
//
// What it makes of a struct, beside the obvious: everything is readonly, an
// embedded struct is extended, a pointer may be null, omitempty may be absent,
// enum:"a,b" is a union of those words, and of the tag ts
//
//	ts:"optional"  is a field that a client may leave out
//	ts:"either"    on all fields of a struct says that exactly one of them is set
//
// A string type with a name is an alias. With a method Known it is a union of
// known words, and where it is used other words are possible too.
package typescript
