package app_test

import (
	"strings"
	"testing"

	"parley/config"
)

// TestSecretsInRotation: while a provider's secret is being changed, what is signed
// with either of the two is believed, and nothing else (R1, fault 37). Once the
// previous one is taken out of the configuration it opens nothing any more.
func TestSecretsInRotation(t *testing.T) {
	t.Parallel()
	rotating := true
	s := newStage(t, func(c *config.Config) {
		fb, tg := &c.Channels[0], &c.Channels[2]
		fb.AppSecret, tg.SecretToken = "the-next-app-secret", "the-next-token"
		if rotating {
			fb.AppSecretPrevious, tg.SecretTokenPrevious = fbSecret, tgSecret
		}
	})
	fb := func(secret, mid string) int {
		body := fbText("9050", mid, "signed with "+secret)
		return s.do("POST", "/hooks/messenger/demo-fb", strings.NewReader(body), "X-Hub-Signature-256", signed(secret, body)).status
	}
	tg := func(token string, update int) int {
		return s.do("POST", "/hooks/telegram/demo-tg", strings.NewReader(tgText(update, 77, update, "x")), "X-Telegram-Bot-Api-Secret-Token", token).status
	}
	check := func(what string, got, want int) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %d, want %d", what, got, want)
		}
	}
	check("the previous secret", fb(fbSecret, "m_r1"), 200)
	check("the next secret", fb("the-next-app-secret", "m_r2"), 200)
	check("another secret", fb(waSecret, "m_r3"), 401)
	check("the previous token", tg(tgSecret, 1), 200)
	check("the next token", tg("the-next-token", 2), 200)
	check("no token", tg("", 3), 401)
	rotating = false
	s.restart()
	check("the former secret", fb(fbSecret, "m_r4"), 401)
	check("the only secret", fb("the-next-app-secret", "m_r5"), 200)
	check("the former token", tg(tgSecret, 4), 401)
	check("the only token", tg("the-next-token", 5), 200)
}
