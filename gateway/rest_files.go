package gateway

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"
	"github.com/gofiber/fiber/v2"

	"parley/actors"
	"parley/gateway/wire"
)

// shortID is how much of a file's id tells it apart in a folder of downloads.
const shortID = 8

// UploadedFile answers an upload; its id goes into chat.send. Kind is what it is
// sent as, by what was found in it; with mime and size it says whether a channel
// takes it (ChannelLimits).
type UploadedFile struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Mime string `json:"mime"`
	Size int64  `json:"size"`
	Kind string `json:"kind" enum:"image,video,audio,file"`
}

// uploadFile streams the form's file into the store; it is never whole in memory.
func (s *Server) uploadFile(x *exchange) error {
	// The deadline of a call is for commits; bytes over a slow line take as long as the read timeout of this path allows.
	ctx, cancel := context.WithTimeout(s.base, longTransit)
	defer cancel()
	kind, params, err := mime.ParseMediaType(x.c.Get(fiber.HeaderContentType))
	stream := x.c.Context().RequestBodyStream()
	if err != nil || kind != fiber.MIMEMultipartForm || params["boundary"] == "" || stream == nil {
		return &fault{Status: http.StatusUnsupportedMediaType, Code: "unsupported_media_type", Text: "send multipart/form-data with a file"}
	}
	if int64(x.c.Request().Header.ContentLength()) > s.cfg.UploadBytes+formBytes {
		return errTooLarge
	}
	part, err := firstFile(multipart.NewReader(stream, strings.Clone(params["boundary"])))
	if err != nil {
		return err
	}
	f, err := s.deps.Files.Put(ctx, x.session.Operator.ID, part, part.FileName(), part.Header.Get(fiber.HeaderContentType), s.cfg.UploadBytes)
	if err != nil {
		return uploadFault(err)
	}
	x.c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return x.c.Send(wire.Encode(UploadedFile{ID: f.ID, Name: f.Name, Mime: f.Mime, Size: f.Size, Kind: kindOf(f)}))
}

func uploadFault(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errCutShort
	}
	return err
}

// firstFile skips the form's plain fields.
func firstFile(r *multipart.Reader) (*multipart.Part, error) {
	for range 16 {
		part, err := r.NextPart()
		if err != nil {
			break
		}
		if part.FileName() != "" {
			return part, nil
		}
	}
	return nil, badRequest("the form has no file")
}

// downloadFile sends a file, or the one range of it that was asked for. Nothing
// a customer sent is ever rendered as a page: only types that cannot carry a
// script are shown inline, by what is in the file and not by what it calls itself.
func (s *Server) downloadFile(x *exchange) error {
	id, err := url.PathUnescape(x.c.Params("file"))
	if err != nil {
		return ErrNoFile
	}
	content, f, err := s.deps.Files.Open(x.ctx, strings.Clone(id))
	if err != nil {
		return err
	}
	if err := s.mayRead(x.ctx, f, x.session.Operator); err != nil {
		return errors.Join(err, content.Close())
	}
	kind, disposition := presentation(f)
	if strings.HasPrefix(kind, "image/") && bomb(content, kind) {
		kind, disposition = presentation(File{Name: saveName(f)}) // kept, but nobody's browser unpacks it
	}
	x.c.Set(fiber.HeaderContentType, kind)
	x.c.Set(fiber.HeaderContentDisposition, disposition)
	x.c.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	x.c.Set(fiber.HeaderCacheControl, "private, max-age=86400, immutable")
	x.c.Set(fiber.HeaderAcceptRanges, "bytes")
	return sendRange(x.c, content, f.Size)
}

// mayRead refuses a file to whom its chats are closed: what stands in a chat is
// read by whoever reads the chat's messages (S33), an upload by its uploader too.
func (s *Server) mayRead(ctx context.Context, f File, who Operator) error {
	if f.By == who.ID || f.By == "" && len(f.Of) == 0 {
		return nil
	}
	var unknown error // a chat that cannot be read now; another one may allow it
	for _, id := range f.Of {
		c, err := s.deps.Engine.Chat(ctx, id)
		if err == nil && readable(c, who) {
			return nil
		}
		if err != nil && !errors.Is(err, actors.ErrNotFound) {
			unknown = err
		}
	}
	if unknown != nil {
		return unknown
	}
	s.log.Warn("refused a file of an open chat", "operator", who.ID)
	return forbidden()
}

// sendRange hands content over to the server, which closes it after the last byte.
func sendRange(c *fiber.Ctx, content io.ReadSeekCloser, size int64) error {
	from, length, state := byteRange(c.Get(fiber.HeaderRange), size)
	if state == rangeImpossible {
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(size, 10))
		return errors.Join(&fault{Status: http.StatusRequestedRangeNotSatisfiable, Code: "bad_range", Text: "the file is shorter than that"}, content.Close())
	}
	if _, err := content.Seek(from, io.SeekStart); err != nil {
		return errors.Join(fmt.Errorf("seek file: %w", err), content.Close())
	}
	if state == rangePart {
		c.Status(http.StatusPartialContent)
		c.Set(fiber.HeaderContentRange, fmt.Sprintf("bytes %d-%d/%d", from, from+length-1, size))
	}
	c.Context().SetBodyStream(section{io.LimitReader(content, length), content}, int(length))
	return nil
}

// section is the asked-for part of an open file.
type section struct {
	io.Reader
	io.Closer
}

// How a Range header is to be answered.
type rangeState int

const (
	rangeWhole      rangeState = iota // none asked for, or a form we need not honour
	rangePart                         // one range
	rangeImpossible                   // outside the file
)

// byteRange reads a single byte range; several at once get the whole file.
func byteRange(header string, size int64) (from, length int64, state rangeState) {
	spec, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !dash || strings.Contains(spec, ",") {
		return 0, size, rangeWhole
	}
	a, errA := strconv.ParseUint(first, 10, 62)
	b, errB := strconv.ParseUint(last, 10, 62)
	switch {
	case first == "" && errB == nil: // the last b bytes
		if b == 0 || size == 0 {
			return 0, 0, rangeImpossible
		}
		n := min(int64(b), size)
		return size - n, n, rangePart
	case errA != nil || (last != "" && (errB != nil || b < a)):
		return 0, size, rangeWhole
	case int64(a) >= size:
		return 0, 0, rangeImpossible
	case last == "":
		return int64(a), size - int64(a), rangePart
	}
	return int64(a), min(int64(b), size-1) - int64(a) + 1, rangePart
}

// presentation decides by the content's type whether a browser may show a file.
func presentation(f File) (contentType, disposition string) {
	sniffed, _, _ := strings.Cut(strings.ToLower(f.Sniffed), ";")
	sniffed = strings.TrimSpace(sniffed)
	manner := "attachment"
	if showable(sniffed) {
		manner = "inline"
	} else {
		sniffed = fiber.MIMEOctetStream
	}
	return sniffed, manner + "; filename*=UTF-8''" + encodeName(saveName(f))
}

// saveName is what a file is called where it is saved. Providers give many no
// name, photos above all: those go by their kind, the end of their id and the
// extension of their type.
func saveName(f File) string {
	if f.Name != "" {
		return f.Name
	}
	return kindOf(f) + "-" + f.ID[max(0, len(f.ID)-shortID):] + cmp.Or(extension(f.Sniffed), extension(f.Mime))
}

// extension is that of a type, with its dot; empty for a type that has none.
func extension(kind string) string {
	if known := mimetype.Lookup(kind); known != nil {
		return known.Extension()
	}
	return ""
}

func showable(mime string) bool {
	switch mime {
	case "image/png", "image/jpeg", "image/gif", "image/webp",
		"audio/mpeg", "audio/ogg", "audio/mp4", "audio/aac", "audio/wav", "audio/amr", "audio/x-m4a", "audio/webm",
		"video/mp4", "video/webm", "video/ogg", "video/3gpp", "video/quicktime":
		return true
	}
	return false
}

// encodeName spells a file name for Content-Disposition (RFC 5987): everything but letters and digits is escaped.
func encodeName(name string) string {
	var b strings.Builder
	for i := range len(name) {
		switch ch := name[i]; {
		case ch >= 'a' && ch <= 'z', ch >= 'A' && ch <= 'Z', ch >= '0' && ch <= '9', ch == '.', ch == '-', ch == '_':
			b.WriteByte(ch)
		default:
			fmt.Fprintf(&b, "%%%02X", ch)
		}
	}
	return b.String()
}
