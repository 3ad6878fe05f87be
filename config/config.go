package config

import (
	"log/slog"
	"time"
)

// Config is everything an installation is told from outside.
type Config struct {
	// Listen is the address the gateway listens on, host:port. Port 0 takes any free port.
	Listen string `yaml:"listen"`
	// PublicURL is the origin under which browsers and providers reach the gateway, without a path
	// or trailing slash. It is derived from Listen when not given, and left empty if the port is 0.
	PublicURL string `yaml:"public_url"`
	// Data is the folder for everything kept on this machine. Relative to the working directory.
	Data string `yaml:"data"`
	// Store names where live state is kept: "pebble" (in Data), or a Redis 7 or newer:
	// redis://[user:password@]host:port/db, rediss:// for TLS, redis+cluster://host:port,host:port.
	Store Address `yaml:"store"`
	// Archive names where the directory and completed chats are kept: "sqlite".
	Archive Address `yaml:"archive"`
	// LogLevel is debug, info, warn or error; see Level.
	LogLevel string `yaml:"log_level"`
	// MetricsListen is an address of its own for /metrics; empty serves it on Listen.
	MetricsListen string `yaml:"metrics_listen"`
	// TrustedProxies are the networks whose forwarding headers are believed, as CIDRs. Empty: nobody's.
	TrustedProxies []string `yaml:"trusted_proxies"`
	// Durability is strict (what is acknowledged is on the disk) or relaxed (the last moments may be lost). Strict
	// refuses a Redis without appendonly yes, appendfsync always, no-appendfsync-on-rewrite no and noeviction.
	Durability string `yaml:"durability"`

	Limits    Limits     `yaml:"limits"`
	Settings  Settings   `yaml:"settings"`
	Operators []Operator `yaml:"operators"`
	Groups    []Group    `yaml:"groups"`
	Queues    []Queue    `yaml:"queues"`
	Channels  []Channel  `yaml:"channels"`
	// Templates are the quick replies operators put into an answer (S37).
	Templates []Template `yaml:"templates"`
	// Cluster is nil for an installation of one node.
	Cluster *Cluster `yaml:"cluster"`

	// origin remembers where each value was read, so that Validate can say it. Nil for a Config made in code.
	origin *origin
}

// Limits bound what the process takes on before it says "busy" or "too large".
type Limits struct {
	// InFlight is how many commands may be on their way to a commit at once.
	InFlight int `yaml:"in_flight"`
	// MediaBytes is the largest attachment fetched from a provider, in bytes.
	MediaBytes int `yaml:"media_bytes"`
	// AddressConnections is how many connections one address may hold; 0 is no bound. Proxies that are trusted
	// and this machine itself are not counted.
	AddressConnections int `yaml:"address_connections"`
	// UploadBytes is the largest file an operator may upload, in bytes.
	UploadBytes int `yaml:"upload_bytes"`
	// FreeBytes is how much of the data folder's disk is kept free: below it nothing is taken in any
	// more, until there is an eighth more than that. 0 is the greater of 5 % and 512 MB.
	FreeBytes int `yaml:"free_bytes"`
	// CompletedHistoryBytes is how much of the data folder's disk completed chats may take that were moved out
	// of Redis. Above it they stay in Redis; nothing is dropped. Without Redis it says nothing.
	CompletedHistoryBytes int `yaml:"completed_history_bytes"`
}

// Settings are the rules of the house; queues may override some of them.
type Settings struct {
	// SimultaneousChats is how many chats routing gives one operator (S26); <= 0 is no limit.
	SimultaneousChats int `yaml:"simultaneous_chats"`
	// AcceptTimeout is how long a single-operator offer stands (S24); 0 is for ever.
	AcceptTimeout time.Duration `yaml:"accept_timeout"`
	// DisconnectGrace is how long an operator without a connection still counts as present (S13).
	DisconnectGrace time.Duration `yaml:"disconnect_grace"`
	// BotCompletionTimeout completes a silent bot chat where the queue sets no timeout (S92); 0 is off.
	BotCompletionTimeout time.Duration `yaml:"bot_completion_timeout"`
	// Language is the language of operators and channels that name none.
	Language string `yaml:"language"`
}

// Operator is one person who signs in; ID is the login.
type Operator struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Password Secret `yaml:"password"`
	// Roles are operator, supervisor, administrator, and single permissions granted besides, such as chats.read_live.
	Roles    []string `yaml:"roles"`
	Language string   `yaml:"language"`
}

// Group is a named set of operators that may be a member of queues.
type Group struct {
	ID      string   `yaml:"id"`
	Name    string   `yaml:"name"`
	Members []string `yaml:"members"`
}

// Queue is one line of waiting chats and those who serve it. A nil override means the setting of the
// house holds; a zero one means off (timeouts) or no limit (chats).
type Queue struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Rule names the routing rule, "everyone" when absent.
	Rule string `yaml:"rule"`
	// Members are ids of operators and of groups (S20).
	Members []string `yaml:"members"`
	// CompletionTimeout closes a silent operator chat; nil or 0 never does (S20).
	CompletionTimeout *time.Duration `yaml:"completion_timeout"`
	AcceptTimeout     *time.Duration `yaml:"accept_timeout"`
	SimultaneousChats *int           `yaml:"simultaneous_chats"`
}

// Channel is one provider account. Which keys it needs depends on the provider; see requirements.
type Channel struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Provider string `yaml:"provider"`
	Queue    string `yaml:"queue"`
	Language string `yaml:"language"`
	// Active is true unless the file says otherwise; set it when making a Channel in code.
	Active bool `yaml:"active"`

	PageID    string `yaml:"page_id"`
	AppID     string `yaml:"app_id"`
	AppSecret Secret `yaml:"app_secret"`
	// AppSecretPrevious is believed beside AppSecret while the provider's secret is being changed; remove it afterwards.
	AppSecretPrevious Secret `yaml:"app_secret_previous"`
	VerifyToken       Secret `yaml:"verify_token"`
	AccessToken       Secret `yaml:"access_token"`
	BotAppID          string `yaml:"bot_app_id"`
	PhoneNumberID     string `yaml:"phone_number_id"`
	Token             Secret `yaml:"token"`
	SecretToken       Secret `yaml:"secret_token"`
	// SecretTokenPrevious is believed beside SecretToken until the webhook has been set anew; remove it afterwards.
	SecretTokenPrevious Secret `yaml:"secret_token_previous"`

	// APIURL is the base of the provider's API with its version, without a trailing slash.
	APIURL string `yaml:"api_url"`
	// FileURL is the base of Telegram's file downloads (FileURL/file/bot<token>/...), without a
	// trailing slash; APIURL when not given.
	FileURL string `yaml:"file_url"`
	// MediaHosts are the only hosts media is fetched from with this channel's credentials. Empty: the
	// provider's own.
	MediaHosts []string `yaml:"media_hosts"`
	// Rate is sends per second for the whole channel; 0 is the provider's known limit.
	Rate float64 `yaml:"rate"`
}

// Template is one quick reply. A chat gets the text in the contact's language, else the channel's, else that of the house;
// a text in pt serves pt-BR too.
type Template struct {
	ID string `yaml:"id"`
	// Name is what operators look for; the id when not given.
	Name string `yaml:"name"`
	// Texts are by language, as codes such as en or pt-BR: at most 4,096 characters each. Words in double braces, such as
	// {{contact.name}}, are filled in for the chat; quote a text that begins with one.
	Texts map[string]string `yaml:"texts"`
}

// Cluster makes this process one node of several.
type Cluster struct {
	Node   string `yaml:"node"`
	Listen string `yaml:"listen"`
}

// Level gives LogLevel as slog knows it; an unknown one is Info.
func (c Config) Level() slog.Level {
	if l, ok := logLevels()[c.LogLevel]; ok {
		return l
	}
	return slog.LevelInfo
}

func logLevels() map[string]slog.Level {
	return map[string]slog.Level{
		"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError,
	}
}
