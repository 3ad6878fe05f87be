package chat

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "rewrite the scenario files")

// A scenario file tells one story of the specification: a command per line
// ("verb key=value ..."), "----", and what came of it up to an empty line.
// Lines that begin with # are comments. -update rewrites what came of it.
func TestScenarios(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
				return
			}
			if !bytes.Equal(want, []byte(got)) {
				t.Errorf("%s differs; run with -update and look at the diff. Got:\n%s", file, got)
			}
		})
	}
}

// play runs a script and gives it back with what came of it.
func play(t *testing.T, script string) string {
	var out strings.Builder
	w, skip, gap := newWorld(), false, false
	for line := range strings.Lines(strings.TrimRight(script, "\n") + "\n") {
		line = strings.TrimRight(line, "\n")
		switch {
		case skip:
			skip = line != ""
		case line == "----":
			skip = true
		case line == "" && gap:
		case line == "" || line[0] == '#':
			gap = line == ""
			out.WriteString(line + "\n")
		default:
			gap = true
			out.WriteString(line + "\n----\n" + w.play(t, line) + "\n")
		}
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

func (w *world) play(t *testing.T, line string) string {
	a := parseArgs(t, line)
	if a.verb == "policy" {
		w.state.Policy = a.policy()
		return "ok\n"
	}
	w.now = w.now.Add(a.duration("after"))
	change, err := w.do(a.command())
	if err != nil {
		return fmt.Sprintf("error: %v\n", err)
	}
	return w.describe(change)
}

// args are the words of a command line.
type args struct {
	t    *testing.T
	verb string
	kv   map[string]string
}

func parseArgs(t *testing.T, line string) args {
	verb, rest, _ := strings.Cut(line, " ")
	a := args{t: t, verb: verb, kv: map[string]string{}}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexAny(rest, "= ")
		if end < 0 || rest[end] == ' ' { // a flag
			word, tail, _ := strings.Cut(rest, " ")
			a.kv[word], rest = "true", tail
			continue
		}
		key := rest[:end]
		rest = rest[end+1:]
		if quoted, err := strconv.QuotedPrefix(rest); err == nil {
			a.kv[key], _ = strconv.Unquote(quoted)
			rest = rest[len(quoted):]
			continue
		}
		a.kv[key], rest, _ = strings.Cut(rest, " ")
	}
	return a
}

func (a args) flag(key string) bool { return a.kv[key] != "" }

func (a args) duration(key string) time.Duration {
	if a.kv[key] == "" {
		return 0
	}
	d, err := time.ParseDuration(a.kv[key])
	if err != nil {
		a.t.Fatal(err)
	}
	return d
}

func (a args) number(key string) int {
	if a.kv[key] == "" {
		return 0
	}
	n, err := strconv.Atoi(a.kv[key])
	if err != nil {
		a.t.Fatal(err)
	}
	return n
}

// when gives a moment as a duration since the start of the story.
func (a args) when(key string) time.Time {
	if a.kv[key] == "" {
		return time.Time{}
	}
	return start.Add(a.duration(key))
}

func (a args) person(key string) Person {
	id := a.kv[key]
	if id == "" {
		return Person{}
	}
	return Person{ID: id, Name: strings.ToUpper(id[:1]) + id[1:]}
}

func (a args) policy() Policy {
	return Policy{
		CompletionTimeout: a.duration("completion"), BotCompletionTimeout: a.duration("bot"),
		Window: a.duration("window"), MaxText: a.number("max"), Receipts: a.flag("receipts"),
	}
}

func (a args) incoming() Incoming {
	in := Incoming{
		Provider: a.kv["mid"], At: a.when("at"), Text: a.kv["text"], ReplyTo: a.kv["reply"], Source: a.kv["source"],
	}
	if kind, name, ok := strings.Cut(a.kv["file"], ":"); ok {
		in.Attachments = []Attachment{{ID: "f-" + in.Provider, Kind: kind, Name: name, Source: Source{URL: "https://cdn/" + in.Provider}}}
	}
	return in
}

// files gives attachments of ours, already stored.
func (a args) files() []Attachment {
	var files []Attachment
	for _, id := range strings.Fields(a.kv["files"]) {
		files = append(files, Attachment{ID: id, Kind: "image", State: Stored})
	}
	return files
}

func (a args) sender() Sender {
	s := maria
	if a.flag("alias") {
		s.Aliases = []string{a.kv["alias"]}
	}
	return s
}

func (a args) command() Command {
	key := a.verb + "/" + a.kv["mid"] + a.kv["target"] + a.kv["state"] + a.kv["key"]
	chat := a.kv["chat"]
	problem := Problem{Code: a.kv["error"]}
	switch a.verb {
	case "receive":
		return Receive{Key: key, Channel: support, Sender: a.sender(), Message: a.incoming(), Standby: a.flag("standby")}
	case "echo":
		return Echo{Key: key, Channel: support, Sender: a.sender(), OurID: a.kv["our"], Author: Author{Kind: Robot, Name: a.kv["author"]}, Message: a.incoming(), Standby: a.flag("standby")}
	case "edit":
		return Edit{Key: key, Target: a.kv["target"], Text: a.kv["text"]}
	case "delete":
		return Delete{Key: key, Target: a.kv["target"]}
	case "react":
		return React{Key: key, Target: a.kv["target"], Emoji: a.kv["emoji"], Added: !a.flag("removed"), Opens: a.flag("opens")}
	case "receipt":
		return Receipt{Key: key, Target: a.kv["target"], OurID: a.kv["our"], Watermark: a.when("watermark"), State: delivery(a.kv["state"]), Error: problem}
	case "refer":
		return Refer{Key: key, Source: a.kv["source"]}
	case "control":
		return Control{Key: key, Lost: a.flag("lost")}
	case "block":
		return Block{Key: key, Blocked: !a.flag("lifted")}
	case "send":
		return Send{By: a.person("by"), Chat: chat, ClientID: a.kv["client"], Text: a.kv["text"], ReplyTo: a.kv["reply"], Attachments: a.files()}
	case "retry":
		return Retry{By: a.person("by"), Chat: chat, Message: a.kv["message"]}
	case "finish":
		return Finish{By: a.person("by"), Chat: chat}
	case "close":
		return Close{By: a.person("by"), Chat: chat}
	case "read":
		return MarkRead{By: a.person("by"), Chat: chat, Position: a.number("to")}
	case "draft":
		return Draft{By: a.person("by"), Chat: chat, Text: a.kv["text"]}
	case "hand":
		return Hand{ID: a.kv["id"], By: a.person("by"), Chat: chat, ToQueue: a.kv["queue"], ToOperator: a.person("to"), Note: a.kv["note"]}
	default:
		return a.inner()
	}
}

func (a args) inner() Command {
	problem := Problem{Code: a.kv["error"]}
	switch a.verb {
	case "assign":
		return Assign{Operator: a.person("to"), Chat: a.kv["chat"], Queues: strings.Fields(a.kv["queues"]), Offered: a.flag("offered")}
	case "reserved":
		return SlotReserved{Operator: a.kv["by"], Transfer: a.kv["id"]}
	case "refused":
		return SlotRefused{Operator: a.kv["by"], Transfer: a.kv["id"]}
	case "accepted":
		return Accepted{Message: a.kv["message"], Provider: a.kv["mid"], Part: max(1, a.number("part")), Parts: max(1, a.number("parts"))}
	case "rejected":
		return Rejected{Message: a.kv["message"], Error: problem, Blocked: a.flag("blocked"), Lost: a.flag("lost")}
	case "uncertain":
		return Uncertain{Message: a.kv["message"], Error: problem}
	case "fetched":
		return Fetched{Message: a.kv["message"], Attachment: a.kv["file"], State: Stored, Mime: a.kv["mime"], Size: int64(a.number("size"))}
	case "link":
		return Link{Contact: Contact{ID: a.kv["contact"], Name: a.kv["name"]}}
	case "forward":
		return ForwardTo{Conversation: a.kv["to"]}
	case "tick":
		return Tick{}
	}
	a.t.Fatalf("unknown command %q", a.verb)
	return nil
}

func delivery(name string) Delivery {
	for d := range Unknown + 1 {
		if d.String() == name {
			return d
		}
	}
	return NoDelivery
}
