package exchange

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"

	"parley/gateway/channel"
)

// Field is one text field of a form.
type Field struct{ Name, Value string }

// Form is a multipart body with one file, streamed: the file is never in memory whole.
type Form struct {
	ContentType string
	Length      int64
	head, tail  []byte
	file        channel.OutFile
}

// NewForm lays out the form: the fields in order, then the file under fileField.
func NewForm(fields []Field, fileField string, file channel.OutFile) (*Form, error) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for _, f := range fields {
		if err := w.WriteField(f.Name, f.Value); err != nil {
			return nil, err
		}
	}
	name := channel.CleanName(file.Name)
	if name == "" {
		name = "file"
	}
	mime := strings.Map(printable, file.Mime)
	if mime == "" {
		mime = "application/octet-stream"
	}
	header := textproto.MIMEHeader{}
	header.Set("Content-Disposition", multipart.FileContentDisposition(fileField, name))
	header.Set("Content-Type", mime)
	if _, err := w.CreatePart(header); err != nil {
		return nil, err
	}
	head := bytes.Clone(buf.Bytes())
	buf.Reset()
	if err := w.Close(); err != nil {
		return nil, err
	}
	tail := bytes.Clone(buf.Bytes())
	return &Form{
		ContentType: w.FormDataContentType(),
		Length:      int64(len(head)) + file.Size + int64(len(tail)),
		head:        head, tail: tail, file: file,
	}, nil
}

// Open returns the whole body. A file that is not exactly as long as announced ends it with an error, so that nothing
// incomplete can be taken for a message.
func (f *Form) Open() (io.ReadCloser, error) {
	rc, err := f.file.Open()
	if err != nil {
		return nil, err
	}
	return &formReader{
		Reader: io.MultiReader(bytes.NewReader(f.head), &exactly{r: rc, left: f.file.Size}, bytes.NewReader(f.tail)),
		Closer: rc,
	}, nil
}

type formReader struct {
	io.Reader
	io.Closer
}

// exactly passes on left bytes and insists that they come.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > e.left {
		p = p[:e.left]
	}
	n, err := e.r.Read(p)
	e.left -= int64(n)
	if err == io.EOF && e.left > 0 {
		return n, io.ErrUnexpectedEOF
	}
	if e.left == 0 {
		return n, io.EOF
	}
	return n, err
}

func printable(r rune) rune {
	if r < ' ' || r > '~' {
		return -1
	}
	return r
}
