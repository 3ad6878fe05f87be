package browser

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"parley/actors/queue"
	"parley/cmd/parley/demo"
	"parley/config"
	"parley/gateway/template"
)

// company is what a stage wants changed of the demo company. What is absent stays as it is there.
type company struct {
	Settings  houseRules           `json:"settings"`
	Queues    map[string]queueWish `json:"queues"`    // by id; one that the demo does not have is added
	Operators []operatorWish       `json:"operators"` // one whose login the demo does not have is added
	Templates []templateWish       `json:"templates"` // in place of the demo's
}

type houseRules struct {
	SimultaneousChats    *int      `json:"simultaneous_chats"`
	AcceptTimeout        *duration `json:"accept_timeout"`
	DisconnectGrace      *duration `json:"disconnect_grace"`
	BotCompletionTimeout *duration `json:"bot_completion_timeout"`
	Language             *string   `json:"language"`
}

type queueWish struct {
	Name              *string   `json:"name"`
	Rule              *string   `json:"rule"`
	Members           *[]string `json:"members"`
	AcceptTimeout     *duration `json:"accept_timeout"`
	CompletionTimeout *duration `json:"completion_timeout"`
	SimultaneousChats *int      `json:"simultaneous_chats"`
}

// operatorWish: an added operator has the password of the simulated ones, because
// that one's hash is there already.
type operatorWish struct {
	Login    string    `json:"login"`
	Name     *string   `json:"name"`
	Roles    *[]string `json:"roles"`
	Language *string   `json:"language"`
}

type templateWish struct {
	ID    string            `json:"id"`
	Name  string            `json:"name"`
	Texts map[string]string `json:"texts"`
}

// duration is spelled as in Go: "3s".
type duration time.Duration

func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	*d = duration(parsed)
	return err
}

func (d duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// lastSimulated is the last of the demo's simulated operators that is kept: each costs every start a little.
const lastSimulated = "sim-02"

// config is the demo company with the stage's wishes, on the stage's providers.
// The error names every wish that makes no sense.
func (c company) config(apiURL func(channel string) string) (config.Config, error) {
	cfg := config.Default()
	cfg.Listen, cfg.PublicURL = "127.0.0.1:0", "" // whatever address a browser comes by is the right one
	cfg = demo.Company(cfg, apiURL)
	superfluous := func(id string) bool { return strings.HasPrefix(id, "sim-") && id > lastSimulated }
	cfg.Operators = slices.DeleteFunc(cfg.Operators, func(o config.Operator) bool { return superfluous(o.ID) })
	cfg.Groups[0].Members = slices.DeleteFunc(cfg.Groups[0].Members, superfluous)
	c.Settings.change(&cfg.Settings)
	for _, o := range c.Operators {
		o.change(&cfg)
	}
	if len(c.Templates) > 0 {
		cfg.Templates = nil
	}
	for _, t := range c.Templates {
		cfg.Templates = append(cfg.Templates, config.Template{ID: t.ID, Name: t.Name, Texts: t.Texts})
	}
	for _, id := range slices.Sorted(maps.Keys(c.Queues)) {
		c.Queues[id].change(&cfg, id)
	}
	cfg.Complete()
	var wrong []error
	for _, p := range cfg.Validate(slices.Collect(maps.Keys(queue.Builtin())), template.Check) {
		if p.Severity == config.Error {
			wrong = append(wrong, errors.New(p.String()))
		}
	}
	return cfg, errors.Join(wrong...)
}

func (w houseRules) change(s *config.Settings) {
	set(&s.SimultaneousChats, w.SimultaneousChats)
	set(&s.AcceptTimeout, (*time.Duration)(w.AcceptTimeout))
	set(&s.DisconnectGrace, (*time.Duration)(w.DisconnectGrace))
	set(&s.BotCompletionTimeout, (*time.Duration)(w.BotCompletionTimeout))
	set(&s.Language, w.Language)
}

func (w queueWish) change(cfg *config.Config, id string) {
	i := slices.IndexFunc(cfg.Queues, func(q config.Queue) bool { return q.ID == id })
	if i < 0 {
		i, cfg.Queues = len(cfg.Queues), append(cfg.Queues, config.Queue{ID: id})
	}
	q := &cfg.Queues[i]
	set(&q.Name, w.Name)
	set(&q.Rule, w.Rule)
	set(&q.Members, w.Members)
	if w.AcceptTimeout != nil {
		q.AcceptTimeout = (*time.Duration)(w.AcceptTimeout)
	}
	if w.CompletionTimeout != nil {
		q.CompletionTimeout = (*time.Duration)(w.CompletionTimeout)
	}
	if w.SimultaneousChats != nil {
		q.SimultaneousChats = w.SimultaneousChats
	}
}

func (w operatorWish) change(cfg *config.Config) {
	i := slices.IndexFunc(cfg.Operators, func(o config.Operator) bool { return o.ID == w.Login })
	if i < 0 {
		known := cfg.Operators[slices.IndexFunc(cfg.Operators, func(o config.Operator) bool { return o.ID == lastSimulated })]
		i, cfg.Operators = len(cfg.Operators), append(cfg.Operators, config.Operator{ID: w.Login, Password: known.Password})
	}
	o := &cfg.Operators[i]
	set(&o.Name, w.Name)
	set(&o.Roles, w.Roles)
	set(&o.Language, w.Language)
}

// set takes a wish over, if there is one.
func set[T any](to, wish *T) {
	if wish != nil {
		*to = *wish
	}
}

// signIn is how somebody of a stage's company comes in.
type signIn struct {
	Login    string   `json:"login"`
	Password string   `json:"password"`
	Name     string   `json:"name"`
	Roles    []string `json:"roles"`
}

// signIns lists everybody of a company with the password.
func signIns(cfg config.Config) []signIn {
	passwords := map[string]string{}
	for _, s := range demo.SignIns() {
		passwords[s.Login] = s.Password
	}
	simulated := demo.Simulated()[0].Password
	out := make([]signIn, len(cfg.Operators))
	for i, o := range cfg.Operators {
		out[i] = signIn{o.ID, passwords[o.ID], o.Name, o.Roles}
		if out[i].Password == "" {
			out[i].Password = simulated
		}
	}
	return out
}
