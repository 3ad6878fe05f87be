// Package files keeps attachments, operators' uploads and customers' photos in a folder.
//
// A stored file is one file on disk: the content as it came, then a small trailer with what is known about it (name, declared and
// sniffed type, size, SHA-256). It is written under a temporary name, synced and renamed, and the folder is synced, so a file
// either is there whole or is not there: the rename is the commit. Nothing a customer chose (name, type) ever becomes part of a path.
package files
