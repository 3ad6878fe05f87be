package files

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// A stored file ends with: description as JSON, its length (uint32, big endian), the mark with the format version.
const (
	mark        = "PARLEYF1"
	tailBytes   = 4 + len(mark)
	maxDescribe = 8 << 10 // a name is at most 255 bytes and a type 255, so this is generous
)

func writeTrailer(w io.Writer, file File) error {
	b, err := json.Marshal(file)
	if err != nil {
		return fmt.Errorf("encode file description: %w", err)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(b)))
	if _, err := w.Write(append(b, mark...)); err != nil {
		return fmt.Errorf("write file description: %w", err)
	}
	return nil
}

func readTrailer(f *os.File) (File, error) {
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, ErrDamaged
	}
	return parseTrailer(f, info.Size())
}

// parseTrailer reads the description at the end of a stored file of the given total length.
func parseTrailer(r io.ReaderAt, total int64) (File, error) {
	var tail [tailBytes]byte
	if total < int64(tailBytes) {
		return File{}, ErrDamaged
	}
	if _, err := r.ReadAt(tail[:], total-int64(tailBytes)); err != nil {
		return File{}, err
	}
	length := int64(binary.BigEndian.Uint32(tail[:4]))
	start := total - int64(tailBytes) - length
	if string(tail[4:]) != mark || length > maxDescribe || start < 0 {
		return File{}, ErrDamaged
	}
	b := make([]byte, length)
	if _, err := r.ReadAt(b, start); err != nil {
		return File{}, err
	}
	var file File
	if err := json.Unmarshal(b, &file); err != nil || file.Size != start {
		return File{}, ErrDamaged // truncated, or bytes were inserted
	}
	return file, nil
}
