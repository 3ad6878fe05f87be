package simulate

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"parley/config"
	"parley/gateway/channel/simulator"
)

// SignIn is a login with its password.
type SignIn struct{ Login, Password string }

// Options say what a run does. Zero values mean the default given beside each field.
type Options struct {
	URL       string        // the server's address; default http://127.0.0.1:8080
	Customers int           // over all channels; default 20
	Rate      float64       // messages per second over all customers; default 5
	Duration  time.Duration // of writing; default 30s
	Grace     time.Duration // how long everything may take to settle after it; default 60s
	Seed      uint64        // of the world and of every choice; default: by the clock
	Faults    string        // comma list, "all", or empty for none
	Operators int           // how many of SignIns work; 0 drives customers only
	Channels  []simulator.Channel
	SignIns   []SignIn
	Control   string  // the switchboard's address; empty = the channels' api_url names Listen
	Listen    string  // host:port the World listens on; default with Control: any free port
	Admin     *SignIn // an administrator, to tell where a lost message lies; optional
	// Killed says that somebody kills the server during the run: an answer that was
	// on its way at such a moment may end unknown without having arrived.
	Killed bool
	Out    io.Writer
	JSON   bool         // print one JSON object and nothing else
	Log    *slog.Logger // default: discards
}

func (o Options) withDefaults() Options {
	o.URL = strings.TrimRight(cmp.Or(o.URL, "http://127.0.0.1:8080"), "/")
	o.Customers = cmp.Or(o.Customers, 20)
	o.Rate = cmp.Or(o.Rate, 5)
	o.Duration = cmp.Or(o.Duration, 30*time.Second)
	o.Grace = cmp.Or(o.Grace, time.Minute)
	o.Seed = cmp.Or(o.Seed, uint64(time.Now().UnixNano())>>10)
	o.Control = strings.TrimRight(o.Control, "/")
	if o.Control != "" {
		o.Listen = cmp.Or(o.Listen, "127.0.0.1:0")
	}
	if o.Out == nil {
		o.Out = io.Discard
	}
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
	return o
}

// validate names every problem at once.
func (o Options) validate() error {
	var bad []error
	if u, err := url.Parse(o.URL); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		bad = append(bad, fmt.Errorf("--url %q is not an http or https address", o.URL))
	}
	if _, err := simulator.ParseFaults(o.Faults); err != nil {
		bad = append(bad, fmt.Errorf("--faults: %w", err))
	}
	if o.Customers < 1 || o.Customers > maxCustomers {
		bad = append(bad, fmt.Errorf("--customers %d is not between 1 and %d", o.Customers, maxCustomers))
	}
	if o.Rate <= 0 || o.Duration <= 0 || o.Operators < 0 {
		bad = append(bad, errors.New("--rate and --duration must be above 0, --operators not below"))
	}
	if o.Operators > len(o.SignIns) {
		bad = append(bad, fmt.Errorf("--operators %d: only %d sign-ins are known", o.Operators, len(o.SignIns)))
	}
	if len(o.Channels) == 0 {
		bad = append(bad, errors.New("there is no channel to write on"))
	}
	switch {
	case o.Control != "":
		if _, err := loopbackURL(o.Control); err != nil {
			bad = append(bad, fmt.Errorf("the simulator at %s: %w", o.Control, err))
		}
	case o.Listen == "":
		bad = append(bad, errors.New("neither a switchboard nor an address to play the providers on is known"))
	default:
		if err := loopbackAddress(o.Listen); err != nil {
			bad = append(bad, fmt.Errorf("listen on %s: %w", o.Listen, err))
		}
	}
	return errors.Join(bad...)
}

// maxCustomers keeps the customers' numbers below the World's own limit.
const maxCustomers = 900_000

// FromConfig fills in channels, sign-ins and the address to listen on from the server's own configuration. Inactive
// channels are left out; a password that is stored as a hash gives no sign-in.
func (o Options) FromConfig(cfg config.Config) (Options, error) {
	urls := map[string]string{}
	o.Channels, o.SignIns = nil, nil
	for _, c := range cfg.Channels {
		if !c.Active {
			continue
		}
		urls[c.ID] = c.APIURL
		o.Channels = append(o.Channels, simulator.Channel{
			ID: c.ID, Provider: simulator.Provider(c.Provider), AppID: c.AppID, AppSecret: c.AppSecret.Reveal(),
			VerifyToken: c.VerifyToken.Reveal(), AccessToken: c.AccessToken.Reveal(), PageID: c.PageID,
			PhoneNumberID: c.PhoneNumberID, Token: c.Token.Reveal(), SecretToken: c.SecretToken.Reveal(),
		})
	}
	var err error
	if o.Listen, err = listenAddress(urls); err != nil {
		return o, err
	}
	for _, p := range cfg.Operators {
		if password := p.Password.Reveal(); password != "" && !strings.HasPrefix(password, "$argon2") && isOperator(p.Roles) {
			o.SignIns = append(o.SignIns, SignIn{Login: p.ID, Password: password})
		}
	}
	if o.URL == "" {
		if o.URL = cfg.PublicURL; o.URL == "" {
			o.URL = "http://" + cfg.Listen
		}
	}
	return o, nil
}

func isOperator(roles []string) bool {
	for _, r := range roles {
		if r == "operator" || r == "supervisor" {
			return true
		}
	}
	return len(roles) == 0
}
