package app

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"time"

	"parley/config"
	"parley/gateway/channel"
	"parley/gateway/media"
	"parley/persistence/directory"
)

// Keys of the directory's settings.
const (
	settingChats   = "simultaneous_chats"
	settingAccept  = "accept_timeout"
	settingGrace   = "disconnect_grace"
	settingBotTime = "bot_completion_timeout"
)

// seedOf is what the configuration says of the directory's objects.
func seedOf(cfg config.Config) directory.Seed {
	s := directory.Seed{Settings: map[string]string{
		settingChats:   strconv.Itoa(cfg.Settings.SimultaneousChats),
		settingAccept:  cfg.Settings.AcceptTimeout.String(),
		settingGrace:   cfg.Settings.DisconnectGrace.String(),
		settingBotTime: cfg.Settings.BotCompletionTimeout.String(),
	}}
	groups := make(map[string]bool)
	for _, g := range cfg.Groups {
		groups[g.ID] = true
		s.Groups = append(s.Groups, directory.Group{ID: g.ID, Name: g.Name, Members: g.Members})
	}
	for _, o := range cfg.Operators {
		s.Operators = append(s.Operators, directory.OperatorSeed{
			Operator: directory.Operator{ID: o.ID, Name: o.Name, Roles: o.Roles, Language: o.Language},
			Password: o.Password.Reveal(),
		})
	}
	for _, q := range cfg.Queues {
		s.Queues = append(s.Queues, queueOf(q, groups))
	}
	for _, c := range cfg.Channels {
		s.Channels = append(s.Channels, channelOf(c))
	}
	for _, t := range cfg.Templates {
		s.Templates = append(s.Templates, directory.Template{ID: t.ID, Name: t.Name, Texts: t.Texts})
	}
	return s
}

func queueOf(q config.Queue, groups map[string]bool) directory.Queue {
	out := directory.Queue{
		ID: q.ID, Name: q.Name, Rule: q.Rule, CompletionTimeout: q.CompletionTimeout,
		AcceptTimeout: q.AcceptTimeout, SimultaneousChats: q.SimultaneousChats,
	}
	for _, m := range q.Members {
		if groups[m] {
			out.Groups = append(out.Groups, m)
		} else {
			out.Operators = append(out.Operators, m)
		}
	}
	return out
}

// account is how a channel's secrets and addresses are kept in the directory.
type account struct {
	PageID        string   `json:"page_id,omitempty"`
	AppID         string   `json:"app_id,omitempty"`
	AppSecret     string   `json:"app_secret,omitempty"`
	OldAppSecret  string   `json:"app_secret_previous,omitempty"`
	VerifyToken   string   `json:"verify_token,omitempty"`
	AccessToken   string   `json:"access_token,omitempty"`
	BotAppID      string   `json:"bot_app_id,omitempty"`
	PhoneNumberID string   `json:"phone_number_id,omitempty"`
	Token         string   `json:"token,omitempty"`
	SecretToken   string   `json:"secret_token,omitempty"`
	OldToken      string   `json:"secret_token_previous,omitempty"`
	APIURL        string   `json:"api_url,omitempty"`
	FileURL       string   `json:"file_url,omitempty"`
	MediaHosts    []string `json:"media_hosts,omitempty"`
	Rate          float64  `json:"rate,omitempty"`
}

func channelOf(c config.Channel) directory.Channel {
	settings, _ := json.Marshal(account{ // plain strings always encode
		PageID: c.PageID, AppID: c.AppID, AppSecret: c.AppSecret.Reveal(), VerifyToken: c.VerifyToken.Reveal(),
		AccessToken: c.AccessToken.Reveal(), BotAppID: c.BotAppID, PhoneNumberID: c.PhoneNumberID,
		Token: c.Token.Reveal(), SecretToken: c.SecretToken.Reveal(), APIURL: c.APIURL, FileURL: c.FileURL,
		MediaHosts: c.MediaHosts, Rate: c.Rate, OldAppSecret: c.AppSecretPrevious.Reveal(), OldToken: c.SecretTokenPrevious.Reveal(),
	})
	return directory.Channel{
		ID: c.ID, Name: c.Name, Provider: c.Provider, Queue: c.Queue, Language: c.Language, Active: c.Active, Settings: settings,
	}
}

// accountOf is what the channel's adapter must know.
func accountOf(c directory.Channel) (channel.Account, float64, error) {
	var a account
	if err := json.Unmarshal(c.Settings, &a); err != nil {
		return channel.Account{}, 0, err
	}
	out := channel.Account{
		ID: c.ID, Provider: c.Provider, PageID: a.PageID, AppID: a.AppID, PhoneNumberID: a.PhoneNumberID, BotAppID: a.BotAppID,
		VerifyToken: a.VerifyToken, AccessToken: a.AccessToken, Token: a.Token, SecretToken: a.SecretToken,
		OldSecretToken: a.OldToken, APIURL: a.APIURL, FileURL: a.FileURL, MediaHosts: a.MediaHosts,
	}
	for _, secret := range []string{a.AppSecret, a.OldAppSecret} { // the first signs what we send
		if secret != "" {
			out.AppSecrets = append(out.AppSecrets, secret)
		}
	}
	return out, a.Rate, nil
}

// mediaConfig names the hosts configuration vouches for. Only an address with a
// port of its own (a simulator, a local Bot API server) may be inside.
func mediaConfig(cfg config.Config) media.Config {
	out := media.Config{MaxBytes: int64(cfg.Limits.MediaBytes), BearerHosts: []string{"graph.facebook.com", ".fbcdn.net", ".fbsbx.com", "api.telegram.org"}}
	add := func(list *[]string, host string) {
		if host != "" && !slices.Contains(*list, host) {
			*list = append(*list, host)
		}
	}
	for _, c := range cfg.Channels {
		for _, raw := range []string{c.APIURL, c.FileURL} {
			u, err := url.Parse(raw)
			if err != nil {
				continue
			}
			if u.Port() != "" {
				add(&out.InsideHosts, u.Host)
			} else {
				add(&out.BearerHosts, u.Hostname())
			}
		}
		for _, h := range c.MediaHosts {
			if _, port, ok := cutPort(h); ok && port != "" {
				add(&out.InsideHosts, h)
			} else {
				add(&out.BearerHosts, h)
			}
		}
	}
	return out
}

func cutPort(hostport string) (host, port string, ok bool) {
	u, err := url.Parse("//" + hostport)
	if err != nil {
		return "", "", false
	}
	return u.Hostname(), u.Port(), true
}

// duration reads a setting; what cannot be read is the default.
func duration(s string, fallback time.Duration) time.Duration {
	if d, err := time.ParseDuration(s); err == nil {
		return d
	}
	return fallback
}
