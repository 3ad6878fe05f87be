package channel_test

import (
	"strings"
	"testing"

	"parley/gateway/channel"
)

func caps() channel.Capabilities {
	return channel.Capabilities{MaxText: 10, MaxCaption: 5, Files: map[channel.AttachmentKind]channel.FileRule{
		channel.Image: {MaxSize: 100, Mimes: []string{"image/jpeg"}, Caption: true},
		channel.Audio: {MaxSize: 100, Mimes: []string{"audio/*"}},
		channel.File:  {MaxSize: 1000},
	}}
}

func image(size int64) channel.OutFile {
	return channel.OutFile{ID: "i", Kind: channel.Image, Mime: "image/jpeg", Size: size}
}

func audio() channel.OutFile {
	return channel.OutFile{ID: "a", Kind: channel.Audio, Mime: "Audio/OGG; codecs=opus", Size: 1}
}

func answer(text string, files ...channel.OutFile) channel.Outbound {
	return channel.Outbound{OurID: "m", To: channel.ContactRef{IDs: []channel.ContactID{{Type: channel.PSID, Value: "C"}}}, Text: text, Files: files, ReplyTo: "r"}
}

func TestSplit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		out  channel.Outbound
		want string // "text|file" of each part
	}{
		{"text", answer("hi"), "hi|"},
		{"file", answer("", image(1)), "|i"},
		{"one file takes the text as its caption", answer("hi", image(1)), "hi|i"},
		{"a text too long for a caption goes first", answer("123456", image(1)), "123456| |i"},
		{"no caption on audio", answer("hi", audio()), "hi| |a"},
		{"text, then files in order", answer("hi", image(1), audio()), "hi| |i |a"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			parts, err := c.out.Split(caps())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, p := range parts {
				s := p.Text + "|"
				for _, f := range p.Files {
					s += f.ID
				}
				got = append(got, s)
				if p.Part != i || p.Parts != len(parts) || (p.ReplyTo == "r") != (i == 0) || p.CheckPart() != nil {
					t.Errorf("part %d: %+v", i, p)
				}
			}
			if s := strings.Join(got, " "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

func TestSplitRefusesTheWholeAnswer(t *testing.T) {
	t.Parallel()
	nobody := answer("hi")
	nobody.To = channel.ContactRef{}
	badID := answer("hi")
	badID.OurID = "a~1"
	svg := image(1)
	svg.Mime = "image/svg+xml"
	video := channel.OutFile{Kind: channel.Video, Mime: "video/mp4", Size: 1}
	for _, c := range []struct {
		name string
		out  channel.Outbound
		code int
	}{
		{"nothing", answer(""), channel.CodeEmpty},
		{"too long", answer("12345678901"), channel.CodeTooLong},
		{"too long in emoji, which count double", answer("😀😀😀😀😀😀"), channel.CodeTooLong},
		{"nobody", nobody, channel.CodeNoRecipient},
		{"id that cannot travel", badID, channel.CodeBadID},
		{"second file too big", answer("hi", image(1), image(101)), channel.CodeTooBig},
		{"type not taken", answer("hi", svg), channel.CodeBadFile},
		{"kind not taken", answer("hi", video), channel.CodeBadFile},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			parts, err := c.out.Split(caps())
			if e := channel.AsSendError(err); e == nil || e.Code != c.code || e.Retry() || parts != nil {
				t.Errorf("got %v %v", parts, err)
			}
		})
	}
}

func TestAFileThatDoesNotFitItsKindGoesAsADocument(t *testing.T) {
	t.Parallel()
	big := image(500)
	if k, ok := caps().Fit(big); !ok || k != channel.File {
		t.Errorf("%s %v", k, ok)
	}
	if k, ok := caps().Fit(image(5)); !ok || k != channel.Image {
		t.Errorf("%s %v", k, ok)
	}
	if _, ok := caps().Fit(image(5000)); ok {
		t.Error("fits nowhere")
	}
}
