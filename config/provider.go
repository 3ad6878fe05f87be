package config

import "strings"

// requirement is what a channel of one provider needs and may have.
type requirement struct {
	required []string // keys that must hold something
	optional []string // further keys that mean something to this provider
	apiURL   string
	files    bool // downloads have an address of their own
	// account tells two channels of one provider account apart; empty when not known.
	account func(Channel) string
}

// requirements lists the providers spoken. A new one is a line here and an adapter.
func requirements() map[string]requirement {
	const graph = "https://graph.facebook.com/v24.0"
	return map[string]requirement{
		"messenger": {
			required: []string{"page_id", "app_id", "app_secret", "verify_token", "access_token"},
			optional: []string{"bot_app_id", "app_secret_previous"},
			apiURL:   graph,
			account:  func(c Channel) string { return c.PageID },
		},
		"whatsapp": {
			required: []string{"phone_number_id", "app_secret", "verify_token", "access_token"},
			optional: []string{"app_id", "app_secret_previous"},
			apiURL:   graph,
			account:  func(c Channel) string { return c.PhoneNumberID },
		},
		"telegram": {
			required: []string{"token", "secret_token"},
			optional: []string{"file_url", "secret_token_previous"},
			apiURL:   "https://api.telegram.org",
			files:    true,
			account:  telegramBot,
		},
	}
}

// telegramBot is the bot's id, the part of its token that is not secret and survives a new token.
func telegramBot(c Channel) string {
	id, _, found := strings.Cut(c.Token.Reveal(), ":")
	if !found {
		return ""
	}
	return id
}

// providerKeys gives the channel's values of all keys that belong to some provider.
func (ch Channel) providerKeys() map[string]string {
	return map[string]string{
		"page_id": ch.PageID, "app_id": ch.AppID, "bot_app_id": ch.BotAppID,
		"phone_number_id": ch.PhoneNumberID, "file_url": ch.FileURL,
		"app_secret": ch.AppSecret.Reveal(), "verify_token": ch.VerifyToken.Reveal(),
		"access_token": ch.AccessToken.Reveal(), "token": ch.Token.Reveal(), "secret_token": ch.SecretToken.Reveal(),
		"app_secret_previous": ch.AppSecretPrevious.Reveal(), "secret_token_previous": ch.SecretTokenPrevious.Reveal(),
	}
}
