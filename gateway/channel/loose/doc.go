// Package loose reads JSON of providers without trusting its shape.
//
// A body is checked and indexed in one pass; after that every access is tolerant: a missing key, a null or a value of
// the wrong type reads as zero, and numbers and strings stand in for each other, so an odd event can never spoil its
// neighbours. Ids go through no float. Lone surrogates, NUL and invalid UTF-8 read as U+FFFD. Nothing recurses, so depth
// costs memory only, and the number of values is bounded.
//
// It exists because decoding into structs either fails a whole batch for one wrong type or decodes everything twice.
package loose
