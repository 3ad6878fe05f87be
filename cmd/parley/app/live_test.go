package app_test

import (
	"net/http"
	"slices"
	"testing"

	"parley/config"
)

// A supervisor reads other people's open chats only where the permission was
// granted (S33, S111).
func TestReadingLiveChatsIsGranted(t *testing.T) {
	t.Parallel()
	for granted, want := range map[bool]int{false: http.StatusForbidden, true: http.StatusOK} {
		s := newStage(t, func(cfg *config.Config) {
			i := slices.IndexFunc(cfg.Operators, func(o config.Operator) bool { return o.ID == "clara" })
			if granted {
				cfg.Operators[i].Roles = append(cfg.Operators[i].Roles, "chats.read_live")
			}
		})
		anna := s.operator("anna")
		sent(t)(s.customer("demo-fb", 1).Text(deadline(t), "secret"))
		id := anna.take("secret")
		got := s.get(s.signIn("clara"), "/api/v1/chats/"+id+"/messages")
		if got.status != want {
			t.Errorf("granted %v: %d %s", granted, got.status, got.raw)
		}
	}
}
