// Package wire spells the operator protocol: the JSON frames of the websocket
// and the objects that REST answers share with them (contract.md part 4).
//
// Every struct here is the outside shape and nothing else; no JSON tag sits on a
// type of the engine. Lists are never null, what the contract calls "or null" is
// a pointer, and times are UTC with milliseconds. Fields may be added, never
// renamed.
//
// The workspace's TypeScript is made from these structs (package typescript):
// whoever changes one runs go test ./gateway -run TestTypeScriptIsAsTheFramesAre -update.
package wire
