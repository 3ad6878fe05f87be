package simulator

import (
	"net/http"
	"regexp"
	"strings"
)

var graphVersion = regexp.MustCompile(`^v\d+(\.\d+)?$`)

// ServeHTTP plays all providers on one base: /bot<token>/ and /file/bot<token>/ are Telegram's, /media/ the content
// hosts', anything else (with or without a version) the Graph's.
func (w *World) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if !w.enter() {
		http.Error(rw, "closed", http.StatusServiceUnavailable)
		return
	}
	defer w.calls.Done()
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch {
	case strings.HasPrefix(path[0], "bot"):
		w.serveTelegram(rw, r, strings.TrimPrefix(path[0], "bot"), strings.Join(path[1:], "/"))
	case path[0] == "file" && len(path) > 1:
		w.serveTelegramFile(rw, strings.TrimPrefix(path[1], "bot"), strings.Join(path[2:], "/"))
	case path[0] == "media":
		w.serveMedia(rw, r, path[1:])
	default:
		if graphVersion.MatchString(path[0]) {
			path = path[1:]
		}
		w.serveGraph(rw, r, path)
	}
}

// upset lets a fault answer a call before anything was accepted.
func (w *World) upset(rw http.ResponseWriter, a *account) bool {
	r := a.nextRefusal()
	switch {
	case r != nil:
	case w.dice.strike(Throttle):
		r = w.throttled(a)
	case w.dice.strike(Errors):
		t := Temporary(a.Provider)
		r = &t
	default:
		return false
	}
	if a.Provider == Telegram {
		w.refuseTelegram(rw, a, r)
	} else {
		w.refuseGraph(rw, a, r)
	}
	return true
}

func (w *World) throttled(a *account) *Refusal {
	var r Refusal
	switch {
	case a.Provider == Telegram:
		r = TelegramThrottled(1)
	case a.Provider == Messenger:
		r = MessengerThrottled(1)
	case w.dice.pick(3) == 0:
		r = WhatsAppError(131056)
	default:
		r = WhatsAppError(130429)
		r.Retry = 1
	}
	return &r
}

// countCall counts an API call of an account.
func (a *account) countCall() {
	a.out.mu.Lock()
	defer a.out.mu.Unlock()
	a.out.tally.Calls++
}
