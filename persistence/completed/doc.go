// Package completed keeps what is settled of conversations (the messages of
// completed chats) in a folder of its own, for a store whose memory is dear.
//
// It is a second place for items, not a second truth: the store of live state
// writes an item here, durably, before it forgets its own, and an item that
// stands in both counts as the live store has it. So writing one again is
// harmless, and a crash between the two leaves it readable.
//
// Items lie one by one under partition, entity, collection and key, so a page of
// a long history is one short read; the database compresses neighbours together.
// Every value carries a format version and a checksum over key and value. The
// area has a limit, and leaves the disk the room that was asked for; nothing is
// ever dropped for either: Room says why nothing more is taken.
package completed
