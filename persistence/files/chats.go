package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
)

// maxChats bounds the chats one file is known to stand in. Beyond it nothing is
// added: of so many some have completed, and then everybody may read it anyway.
const maxChats = 1000

// Attach notes durably that a file stands in one more chat. ErrNotFound.
func (s *Store) Attach(ctx context.Context, id, chat string) error {
	s.chats.Lock()
	defer s.chats.Unlock()
	file, err := s.Stat(ctx, id)
	if err != nil || slices.Contains(file.Of, chat) || len(file.Of) >= maxChats {
		return err
	}
	temp := tempFolder + "/" + NewID()
	if err := s.writeList(temp, append(file.Of, chat)); err != nil {
		return errors.Join(fmt.Errorf("attach file %s: %w", id, err), ignoreMissing(s.root.Remove(temp)))
	}
	if err := s.root.Rename(temp, listOf(id)); err != nil {
		return errors.Join(fmt.Errorf("attach file %s: %w", id, err), ignoreMissing(s.root.Remove(temp)))
	}
	return s.syncFolder(folderOf(id))
}

func (s *Store) writeList(name string, chats []string) error {
	f, err := s.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Join(chats, "\n"))
	return errors.Join(err, f.Sync(), f.Close())
}

// chatsOf gives the chats a file stands in: the one it came in, and those it was sent in.
func (s *Store) chatsOf(file File) ([]string, error) {
	if file.By == "" && len(file.Of) == 0 {
		return nil, nil
	}
	b, err := s.root.ReadFile(listOf(file.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return file.Of, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the chats of file %s: %w", file.ID, err)
	}
	out := slices.Clone(file.Of)
	for chat := range strings.SplitSeq(string(b), "\n") {
		if chat != "" && !slices.Contains(out, chat) {
			out = append(out, chat)
		}
	}
	return out, nil
}

// listOf is where the chats of a file are listed; no file id has a dot.
func listOf(id string) string { return pathOf(id) + ".chats" }
