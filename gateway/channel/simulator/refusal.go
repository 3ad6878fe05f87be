package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// Refusal is an error answer of a provider's API. Meta uses Code and Subcode, Telegram its HTTP status.
type Refusal struct {
	HTTP    int
	Code    int
	Subcode int
	Kind    string // Graph "type"; default OAuthException
	Title   string // Graph message without the code, Telegram description
	Details string // WhatsApp error_data.details
	Retry   int    // seconds to wait: Retry-After, or Telegram's retry_after
	Migrate int64  // Telegram migrate_to_chat_id
	HTML    bool   // a gateway's page instead of JSON
}

func graphRefusal(status, code, subcode int, title string) *Refusal {
	return &Refusal{HTTP: status, Code: code, Subcode: subcode, Title: title}
}

// Refusals of the Messenger Send API and of the Graph in general, for FailNextCall and for tests.
func BadToken() Refusal {
	return Refusal{HTTP: 401, Code: 190, Title: "Invalid OAuth access token - Cannot parse access token"}
}

// WindowClosed is Messenger's answer more than 24 hours after the customer's last act.
func WindowClosed() Refusal {
	return Refusal{HTTP: 400, Code: 10, Subcode: 2018278, Title: "(#10) This message is sent outside of allowed window."}
}

// ThreadNotOwned is Messenger's answer while another app controls the thread.
func ThreadNotOwned() Refusal {
	return Refusal{HTTP: 400, Code: 10, Subcode: 2018300, Title: "(#10) The thread owner is another app."}
}

// PersonUnavailable is Messenger's answer for a person who blocked the page.
func PersonUnavailable() Refusal {
	return Refusal{HTTP: 400, Code: 551, Subcode: 1545041, Title: "(#551) This person isn't available right now."}
}

// MessengerThrottled is the Send API's own rate limit.
func MessengerThrottled(seconds int) Refusal {
	return Refusal{HTTP: 400, Code: 613, Title: "(#613) Calls to this api have exceeded the rate limit.", Retry: seconds}
}

// TelegramThrottled is the Bot API's flood control.
func TelegramThrottled(seconds int) Refusal {
	return Refusal{HTTP: 429, Title: fmt.Sprintf("Too Many Requests: retry after %d", seconds), Retry: seconds}
}

// Temporary is a 5xx of the given provider; nothing was accepted.
func Temporary(p Provider) Refusal {
	switch p {
	case Messenger:
		return Refusal{HTTP: 500, Code: 2, Title: "An unexpected error has occurred. Please retry your request later."}
	case WhatsApp:
		return WhatsAppError(131000)
	}
	return Refusal{HTTP: 502, HTML: true}
}

// WhatsAppError is the Cloud API's answer with one of the codes 130429 to 131057, 368 or 100.
func WhatsAppError(code int) Refusal { return *whatsappRefusal(code) }

func whatsappRefusal(code int) *Refusal {
	r := func(status int, title, details string) *Refusal {
		return &Refusal{HTTP: status, Code: code, Title: title, Details: details}
	}
	switch code {
	case 100:
		return r(400, "Invalid parameter", "The request includes one or more unsupported or misspelled parameters.")
	case 130429:
		return r(429, "Rate limit hit", "Cloud API message throughput has been reached.")
	case 130472:
		return r(400, "User's number is part of an experiment", "Failed to send message because this user's phone number is part of an experiment")
	case 131000:
		return r(500, "Something went wrong", "Message failed to send due to an unknown error.")
	case 131008:
		return r(400, "Required parameter is missing", "The request is missing a required parameter.")
	case 131009:
		return r(400, "Parameter value is not valid", "One or more parameter values are invalid.")
	case 131021:
		return r(400, "Recipient cannot be sender", "Sender and recipient phone number is the same.")
	case 131026:
		return r(400, "Message undeliverable", "Unable to deliver message.")
	case 131031:
		return r(403, "Business account locked", "The account has been restricted or disabled.")
	case 131047:
		return r(400, "Re-engagement message", "Message failed to send because more than 24 hours have passed since the customer last replied to this number.")
	case 131049:
		return r(400, "Message not delivered", "This message was not delivered to maintain healthy ecosystem engagement.")
	case 131051:
		return r(400, "Message type unknown", "Message type is currently not supported.")
	case 131052:
		return r(400, "Media download error", "Failed to download the media sent by the user.")
	case 131053:
		return r(400, "Media upload error", "Failed to upload the media used in the message.")
	case 131056:
		return r(400, "(Business Account, Consumer Account) pair rate limit hit",
			"Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time.")
	case 131057:
		return r(503, "Account in maintenance mode", "Business account is in maintenance mode.")
	case 131062:
		return r(400, "BSUID recipient is not supported", "This message cannot be sent to a business-scoped user ID.")
	}
	return r(400, "Something went wrong", "")
}

// FailNextCall makes the next send, upload, profile or media call of a channel fail this way, once per value.
func (w *World) FailNextCall(channel string, list ...Refusal) {
	a := w.mustAccount(channel)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refuse = append(a.refuse, list...)
}

func (a *account) nextRefusal() *Refusal {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.refuse) == 0 {
		return nil
	}
	r := a.refuse[0]
	a.refuse = a.refuse[1:]
	return &r
}

// writeJSON answers with a status and a JSON body.
func writeJSON(rw http.ResponseWriter, status int, v any) {
	rw.Header().Set("Content-Type", "application/json; charset=UTF-8")
	rw.WriteHeader(status)
	_, _ = rw.Write(encode(v))
}

func (w *World) refuseGraph(rw http.ResponseWriter, a *account, r *Refusal) {
	a.countRefused()
	if r.HTTP == http.StatusUnauthorized {
		rw.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_token" "`+r.Title+`"`)
	}
	if r.Retry > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(r.Retry))
		rw.Header().Set("X-App-Usage", `{"call_count":100,"total_cputime":20,"total_time":25}`)
	}
	e := obj{"message": r.Title, "type": "OAuthException", "code": r.Code,
		"fbtrace_id": "A" + w.run.token("trace", int(w.run.below("trace", r.Code, 1e6)))[:22]}
	set(e, "type", r.Kind)
	if r.Subcode != 0 {
		e["error_subcode"] = r.Subcode
	}
	if r.Details != "" {
		e["message"] = fmt.Sprintf("(#%d) %s", r.Code, r.Title)
		e["error_data"] = obj{"messaging_product": "whatsapp", "details": r.Details}
	}
	writeJSON(rw, r.HTTP, obj{"error": e})
}

func (w *World) refuseTelegram(rw http.ResponseWriter, a *account, r *Refusal) {
	a.countRefused()
	if r.HTML {
		rw.Header().Set("Content-Type", "text/html")
		rw.WriteHeader(r.HTTP)
		_, _ = rw.Write([]byte("<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n"))
		return
	}
	body := obj{"ok": false, "error_code": r.HTTP, "description": r.Title}
	parameters := obj{}
	if r.Retry > 0 {
		rw.Header().Set("Retry-After", strconv.Itoa(r.Retry))
		parameters["retry_after"] = r.Retry
	}
	if r.Migrate != 0 {
		parameters["migrate_to_chat_id"] = json.Number(strconv.FormatInt(r.Migrate, 10))
	}
	if len(parameters) > 0 {
		body["parameters"] = parameters
	}
	writeJSON(rw, r.HTTP, body)
}

func (a *account) countRefused() {
	if a == nil {
		return
	}
	a.out.mu.Lock()
	defer a.out.mu.Unlock()
	a.out.tally.Refused++
}
