// Package demo is the company that `parley serve --demo` shows: queues,
// operators, one channel of each provider joined to the built-in simulator. Its
// secrets are public and good for nothing else.
package demo

import (
	"fmt"
	"time"

	"parley/config"
	"parley/gateway/channel/simulator"
)

// SignIn is a login with its password.
type SignIn struct{ Login, Password, Name, Role string }

// Simulated operators are for `parley simulate`: they are members of every
// queue and nobody prints them.
const (
	simulated         = 20
	simulatedPassword = "parley-demo-simulated"
	simulatedGroup    = "simulated"
)

// Argon2id hashes of the passwords below, so that a start need not compute them.
const (
	annaHash      = "$argon2id$v=19$m=19456,t=2,p=1$R9EgiyM3I6EtDYhcSR4Xbw$astoO8xdoCIQ3uXgS+bxtCn/dXqCV6J3NBL3VAS9Tos"
	borisHash     = "$argon2id$v=19$m=19456,t=2,p=1$RzCqwzy/xlhb7PbJFVodjQ$bcjSWxEOczXcma+xi2HtJttu8fOUh7XSs6vQzmWImjc"
	claraHash     = "$argon2id$v=19$m=19456,t=2,p=1$T5n1WKPOM8B8pdtgSsN6hA$PsJL3dif9G8hY3tghk6RrtNddE6GsKwV69KHTBqTAZ8"
	rootHash      = "$argon2id$v=19$m=19456,t=2,p=1$a52KLyt/8CGwj08KJnBa+g$L2Dmbef+yAQdfi1uII2L2NY0inMzXu0qDaJekRoPNXU"
	simulatedHash = "$argon2id$v=19$m=19456,t=2,p=1$W3gp5aPovFYMbjfMT/k+ag$Qxs5wUuW2EE3rGI7Zs+QAMqp7KS4PJKsVZ7rKHZb6/A"
)

// SignIns are those a person uses.
func SignIns() []SignIn {
	return []SignIn{
		{"anna", "parley-demo-anna", "Anna Orlova", "operator"},
		{"boris", "parley-demo-boris", "Boris Wolff", "operator"},
		{"clara", "parley-demo-clara", "Clara Jensen", "supervisor"},
		{"root", "parley-demo-root", "Administrator", "administrator"},
	}
}

// Simulated are the sign-ins of `parley simulate`.
func Simulated() []SignIn {
	out := make([]SignIn, simulated)
	for i := range out {
		id := fmt.Sprintf("sim-%02d", i+1)
		out[i] = SignIn{Login: id, Password: simulatedPassword, Name: "Simulated " + id[4:], Role: "operator"}
	}
	return out
}

// Channels are the company's accounts as the simulator plays them. Webhooks
// are filled in once the server's address is known.
func Channels() []simulator.Channel {
	return []simulator.Channel{
		{
			ID: "demo-fb", Provider: simulator.Messenger, PageID: "104050607080901", AppID: "905060708090102",
			AppSecret: "demo-messenger-app-secret", VerifyToken: "demo-messenger-verify", AccessToken: "demo-messenger-access-token",
		},
		{
			ID: "demo-wa", Provider: simulator.WhatsApp, PhoneNumberID: "106540352242922", AppID: "905060708090103",
			AppSecret: "demo-whatsapp-app-secret", VerifyToken: "demo-whatsapp-verify", AccessToken: "demo-whatsapp-access-token",
		},
		{
			ID: "demo-tg", Provider: simulator.Telegram, Token: "7200000001:demo-telegram-token", SecretToken: "demo-telegram-secret",
		},
	}
}

// Company fills a configuration with the demo company. apiURL says where each
// channel's provider is played.
func Company(cfg config.Config, apiURL func(channel string) string) config.Config {
	idle := 30 * time.Minute
	cfg.Operators = nil
	hashes := map[string]string{"anna": annaHash, "boris": borisHash, "clara": claraHash, "root": rootHash}
	for _, s := range SignIns() {
		roles := []string{s.Role}
		if s.Role == "supervisor" {
			roles = []string{"operator", "supervisor"}
		}
		cfg.Operators = append(cfg.Operators, config.Operator{ID: s.Login, Name: s.Name, Password: config.Secret(hashes[s.Login]), Roles: roles})
	}
	group := config.Group{ID: simulatedGroup, Name: "Simulated operators"}
	for _, s := range Simulated() {
		group.Members = append(group.Members, s.Login)
		cfg.Operators = append(cfg.Operators, config.Operator{ID: s.Login, Name: s.Name, Password: simulatedHash, Roles: []string{s.Role}})
	}
	cfg.Groups = []config.Group{group}
	cfg.Queues = []config.Queue{
		{ID: "support", Name: "Support", Rule: "everyone", Members: []string{"anna", "boris", simulatedGroup}, CompletionTimeout: &idle},
		{ID: "sales", Name: "Sales", Rule: "least_busy", Members: []string{"boris", "clara", simulatedGroup}},
	}
	cfg.Templates = templates()
	cfg.Channels = nil
	for _, c := range Channels() {
		cfg.Channels = append(cfg.Channels, channelOf(c, apiURL(c.ID)))
	}
	cfg.Complete()
	return cfg
}

func channelOf(c simulator.Channel, apiURL string) config.Channel {
	queues := map[simulator.Provider]string{simulator.Messenger: "support", simulator.WhatsApp: "support", simulator.Telegram: "sales"}
	names := map[simulator.Provider]string{simulator.Messenger: "Demo page", simulator.WhatsApp: "Demo number", simulator.Telegram: "Demo bot"}
	return config.Channel{
		ID: c.ID, Name: names[c.Provider], Provider: string(c.Provider), Queue: queues[c.Provider], Active: true,
		PageID: c.PageID, AppID: c.AppID, AppSecret: config.Secret(c.AppSecret), VerifyToken: config.Secret(c.VerifyToken),
		AccessToken: config.Secret(c.AccessToken), PhoneNumberID: c.PhoneNumberID, Token: config.Secret(c.Token),
		SecretToken: config.Secret(c.SecretToken), APIURL: apiURL,
	}
}
