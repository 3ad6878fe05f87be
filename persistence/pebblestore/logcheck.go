package pebblestore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/wal"

	"parley/actors/commit"
)

// The database takes damage in the newest 32 KB of its newest log for a write
// that a crash has torn, and leaves out what follows without a word: up to some
// hundred acknowledged batches. So the newest log is read before the database
// is opened. Each of its chunks says how much of the log had been synced when it
// was written: damage before such a point is no torn write, and the store
// refuses to open rather than to lose what it promised. Only damage to the very
// last batches, behind which nothing was written, cannot be told from a crash.
//
// A chunk is: checksum (4 bytes), length (2), form (1), log number (4), synced
// offset (8), data. Chunks do not cross blocks; a block's end that is too short
// for a header is zero.
const (
	logBlock      = 32 << 10
	logHeader     = 19
	firstLogForm  = 9 // the four forms with a synced offset
	lastLogForm   = 12
	maskOfLogSums = 0xa282ead8
)

// checkNewestLog refuses a folder whose newest log is damaged before its synced
// end.
func checkNewestLog(fs vfs.FS, dir string) error {
	name, number, log, err := readNewestLog(fs, dir)
	if err != nil || name == "" {
		return err
	}
	if bad, synced := damageInLog(log, number); synced > 0 {
		return fmt.Errorf("%w: log %s is damaged at byte %d of %d that had been synced: restore a backup, or run `parley store cut-log` to go on without the batches behind it", commit.ErrCorrupt, name, bad, synced)
	}
	return nil
}

// readNewestLog gives the newest log with its bytes, an empty name when there
// is none.
func readNewestLog(fs vfs.FS, dir string) (name string, number uint32, log []byte, err error) {
	name, number, err = newestLog(fs, dir)
	if err != nil || name == "" {
		return "", 0, nil, err
	}
	f, err := fs.Open(fs.PathJoin(dir, name))
	if err != nil {
		return "", 0, nil, fmt.Errorf("read the newest log: %w", err)
	}
	log, err = io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		return "", 0, nil, fmt.Errorf("read the newest log: %w", err)
	}
	return name, number, log, nil
}

// behind counts the whole chunks of a log behind a place, and says up to where
// the log is known to have been synced.
func behind(log []byte, number uint32, at int) (chunks int, synced uint64) {
	for at++; at+logHeader <= len(log); {
		offset, whole := chunkAt(log, number, at)
		if !whole {
			at++
			continue
		}
		chunks, synced = chunks+1, max(synced, offset)
		at += logHeader + int(binary.LittleEndian.Uint16(log[at+4:]))
	}
	return chunks, synced
}

// writeFile writes a file whole and durably under a name that did not exist or
// is replaced.
func writeFile(fs vfs.FS, dir, name string, content []byte) error {
	temp := name + ".tmp"
	f, err := fs.Create(temp, vfs.WriteCategoryUnspecified)
	if err != nil {
		return err
	}
	_, err = f.Write(bytes.Clone(content)) // a file of the database may change what it is given
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := fs.Rename(temp, name); err != nil {
		return err
	}
	folder, err := fs.OpenDir(dir)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func newestLog(fs vfs.FS, dir string) (name string, number uint32, err error) {
	names, err := fs.List(dir)
	if err != nil {
		return "", 0, nil // no folder yet: opening will say what is wrong, if anything
	}
	var newest wal.NumWAL
	for _, n := range slices.Sorted(slices.Values(names)) {
		if num, _, ok := wal.ParseLogFilename(n); ok && num >= newest {
			name, newest = n, num
		}
	}
	return name, uint32(newest), nil
}

// damageInLog gives where the chunks of a log break off, and how much of the
// log is known to have been synced if that is more; else 0, 0.
func damageInLog(log []byte, number uint32) (bad, synced uint64) {
	end := 0
	for {
		next, ok := nextChunk(log, number, end)
		if !ok {
			break
		}
		end = next
	}
	// Look for any whole chunk behind the break, at every byte, since a length
	// may be what is damaged.
	for at := end + 1; at+logHeader <= len(log); at++ {
		if offset, ok := chunkAt(log, number, at); ok && offset > uint64(end) {
			return uint64(end), offset
		}
	}
	return 0, 0
}

// nextChunk gives the end of the chunk at a place, or of the zeros that fill a
// block up. It is false at the end of the log and where there is no chunk.
func nextChunk(log []byte, number uint32, at int) (next int, ok bool) {
	if rest := logBlock - at%logBlock; rest < logHeader && at+rest <= len(log) && allZero(log[at:at+rest]) {
		return at + rest, true
	}
	if _, ok := chunkAt(log, number, at); !ok {
		return 0, false
	}
	return at + logHeader + int(binary.LittleEndian.Uint16(log[at+4:])), true
}

// chunkAt gives the synced offset of the chunk at a place if there is a whole
// one.
func chunkAt(log []byte, number uint32, at int) (synced uint64, ok bool) {
	if at+logHeader > len(log) {
		return 0, false
	}
	head := log[at:]
	if head[6] < firstLogForm || head[6] > lastLogForm || binary.LittleEndian.Uint32(head[7:]) != number {
		return 0, false
	}
	size := logHeader + int(binary.LittleEndian.Uint16(head[4:]))
	if at%logBlock+size > logBlock || size > len(head) {
		return 0, false
	}
	sum := crc32.Checksum(head[6:size], castagnoli)
	if binary.LittleEndian.Uint32(head) != (sum>>15|sum<<17)+maskOfLogSums {
		return 0, false
	}
	return binary.LittleEndian.Uint64(head[11:]), true
}

func allZero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
