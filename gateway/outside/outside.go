package outside

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"parley/actors"
	"parley/actors/chat"
	"parley/gateway/channel"
)

// Channels knows the configured channels. It answers from memory.
type Channels interface {
	Account(id string) (channel.Account, channel.Adapter, bool)
}

// Files keeps attachments.
type Files interface {
	// Stat describes a stored file by its id; ErrNoFile.
	Stat(ctx context.Context, id string) (File, error)
	// Open gives a stored file's content from its beginning; ErrNoFile.
	Open(ctx context.Context, id string) (io.ReadCloser, error)
	// Put stores content under a given id; an id that is stored already gives that file. ErrTooBig.
	// of is the chat the file came in, empty for what belongs to no chat.
	Put(ctx context.Context, id, of string, r io.Reader, name, mime string, maxBytes int64) (File, error)
}

// File describes a stored file.
type File struct {
	ID, Name, Mime string
	Size           int64
}

// What implementations of Files answer besides faults of their own.
var (
	ErrNoFile = errors.New("outside: no such file")
	ErrTooBig = errors.New("outside: the file is too big")
)

// Contacts finds, makes and fills contacts.
type Contacts interface {
	// Identify finds the contact that carries one of the identities, or makes it (S5).
	Identify(ctx context.Context, who Claim) (chat.Contact, error)
	// Fill adds what the provider's profile says; photo is a file id or empty.
	Fill(ctx context.Context, contact string, p channel.Profile, photo string) (chat.Contact, error)
}

// Claim is what is known of a new conversation's customer.
type Claim struct {
	Provider string
	Scope    string // the account the scoped ids belong to
	IDs      []chat.AddressID
	Name     string
	Profile  chat.Profile
	Proposed string // id of the contact if it has to be made
}

// Index keeps the chats section.
type Index interface {
	Put(ctx context.Context, rows []actors.Row) error
}

// Config of the work; zero values mean the defaults named beside them.
type Config struct {
	MediaBytes int64                                    // 100 MiB: larger attachments are not fetched
	Rate       func(channel string) (perSecond float64) // override of a channel's pace; nil or 0 = the provider's
}

// Deps are what the work is done with.
type Deps struct {
	Channels Channels
	Files    Files
	Contacts Contacts
	Index    Index
	Media    Media
	Log      *slog.Logger
	// Fault is told when a channel stops working and when it works again, for readiness; may be nil.
	Fault func(channel, reason string)
}

// Outside implements actors.Outside.
type Outside struct {
	cfg  Config
	deps Deps

	life    context.Context // of answers to pressed buttons; ends with Close
	stop    context.CancelFunc
	answers sync.WaitGroup

	mu        sync.Mutex
	limits    map[string]*channel.Limits
	faults    map[string]int // consecutive channel faults
	answering int
}

var _ actors.Outside = (*Outside)(nil)

// New builds the work; it starts nothing. Close ends what Answer has begun.
func New(cfg Config, deps Deps) *Outside {
	if cfg.MediaBytes == 0 {
		cfg.MediaBytes = 100 << 20
	}
	o := &Outside{cfg: cfg, deps: deps, limits: make(map[string]*channel.Limits), faults: make(map[string]int)}
	o.life, o.stop = context.WithCancel(context.Background())
	return o
}

// Index brings rows of the chats section up to date.
func (o *Outside) Index(ctx context.Context, rows []actors.Row) error {
	return o.deps.Index.Put(ctx, rows)
}

// pace gives the limits of a channel.
func (o *Outside) pace(id string, a channel.Adapter) *channel.Limits {
	o.mu.Lock()
	defer o.mu.Unlock()
	l := o.limits[id]
	if l == nil {
		cfg := channel.CapabilitiesOf(a).Limits
		if o.cfg.Rate != nil {
			if r := o.cfg.Rate(id); r > 0 {
				cfg.ChannelRate, cfg.ChannelBurst = r, max(int(r), 1)
			}
		}
		l = channel.NewLimits(cfg)
		o.limits[id] = l
	}
	return l
}

// channelFault counts faults of a whole channel and says how long it rests: it
// must not be asked in a loop, and must work again by itself once repaired.
func (o *Outside) channelFault(id, reason string) time.Duration {
	o.mu.Lock()
	o.faults[id]++
	n := o.faults[id]
	o.mu.Unlock()
	if n == 1 {
		o.deps.Log.Error("a channel cannot send; an administrator must act", "channel", id, "reason", reason)
	}
	if o.deps.Fault != nil {
		o.deps.Fault(id, reason)
	}
	return min(10*time.Second<<min(n-1, 6), 5*time.Minute)
}

func (o *Outside) channelWorks(id string) {
	o.mu.Lock()
	was := o.faults[id]
	delete(o.faults, id)
	o.mu.Unlock()
	if was > 0 && o.deps.Fault != nil {
		o.deps.Fault(id, "")
	}
}

// jitter spreads a wait, so that many do not come back at once.
func jitter(d time.Duration) time.Duration {
	return d/2 + time.Duration(rand.Int64N(int64(d/2)+1))
}
