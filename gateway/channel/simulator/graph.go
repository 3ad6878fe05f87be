package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
)

// serveGraph answers the Graph API: the token names the account, the path the object and the edge.
func (w *World) serveGraph(rw http.ResponseWriter, r *http.Request, path []string) {
	p, err := readParams(rw, r)
	if err != nil {
		w.refuseGraph(rw, nil, graphRefusal(400, 100, 0, "(#100) "+err.Error()))
		return
	}
	token := p.token(r)
	a := w.byToken(token)
	if a == nil {
		bad := BadToken()
		if token == "" {
			bad.Code, bad.Title = 104, "An access token is required to request this resource."
		}
		w.refuseGraph(rw, nil, &bad)
		return
	}
	a.countCall()
	if proof := p.text("appsecret_proof"); proof != "" && !hmac.Equal([]byte(proof), []byte(mac(sha256.New, a.AppSecret, []byte(token)))) {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "Invalid appsecret_proof provided in the API argument"))
		return
	}
	if len(path) == 0 || path[0] == "" {
		w.refuseGraph(rw, a, graphRefusal(400, 2500, 0, "An active access token must be used to query information about the current user."))
		return
	}
	edge := strings.Join(path[1:], "/")
	if a.Provider == WhatsApp {
		w.serveWhatsApp(rw, r, a, p, path[0], edge)
		return
	}
	w.serveMessenger(rw, r, a, p, path[0], edge)
}

func (w *World) byToken(token string) *account {
	for _, a := range w.order {
		if a.Provider != Telegram && token != "" && a.AccessToken == token {
			return a
		}
	}
	return nil
}

// unknownObject is the Graph's answer for an id that does not exist or may not be seen.
func (w *World) unknownObject(rw http.ResponseWriter, r *http.Request, a *account, id string) {
	bad := graphRefusal(400, 100, 33, fmt.Sprintf("Unsupported %s request. Object with ID '%s' does not exist, cannot be loaded due to "+
		"missing permissions, or does not support this operation.", strings.ToLower(r.Method), id))
	bad.Kind = "GraphMethodException"
	w.refuseGraph(rw, a, bad)
}

// serveMessenger answers for a page, or for a person seen from it.
func (w *World) serveMessenger(rw http.ResponseWriter, r *http.Request, a *account, p *params, id, edge string) {
	if edge == "" && r.Method == http.MethodGet {
		w.messengerObject(rw, r, a, p, id)
		return
	}
	if id != "me" && id != a.PageID {
		w.unknownObject(rw, r, a, id)
		return
	}
	post := r.Method == http.MethodPost
	switch {
	case post && edge == "messages":
		w.messengerSend(rw, r, a, p)
	case post && edge == "message_attachments":
		w.messengerUpload(rw, r, a, p)
	case edge == "subscribed_apps":
		w.subscribedApps(rw, r, a, p)
	case strings.HasSuffix(edge, "_thread_control") && post, edge == "thread_owner", edge == "secondary_receivers":
		w.threadCall(rw, r, a, p, edge)
	default:
		w.unknownObject(rw, r, a, id+"/"+edge)
	}
}

func (w *World) messengerObject(rw http.ResponseWriter, r *http.Request, a *account, p *params, id string) {
	if id == "me" || id == a.PageID {
		status := "msgr_multi_app"
		if a.BotAppID != "" {
			status = "hop_v2"
		}
		writeJSON(rw, http.StatusOK, obj{"id": a.PageID, "name": a.ID, "messaging_feature_status": obj{status: true}})
		return
	}
	c := a.find(id)
	if c == nil {
		w.unknownObject(rw, r, a, id)
		return
	}
	if w.upset(rw, a) {
		return
	}
	c.mu.Lock()
	wrote := !c.wrote.IsZero()
	c.mu.Unlock()
	if !wrote {
		w.refuseGraph(rw, a, graphRefusal(400, 230, 0, "(#230) User consent is needed to access this profile."))
		return
	}
	writeJSON(rw, http.StatusOK, c.messengerProfile(p.text("fields")))
}

func (c *Customer) messengerProfile(fields string) obj {
	all := obj{"first_name": c.who.first, "last_name": c.who.last, "name": c.Name(), "locale": localeOf(c.who.lang),
		"profile_pic": c.acc.w.URL() + "/media/pic/" + c.acc.ID + "/" + fmt.Sprint(c.N) + ".png?oh=" + c.acc.w.seed.hex("pic", c.N, 8)}
	if fields == "" {
		fields = "first_name,last_name,profile_pic"
	}
	out := obj{"id": c.id}
	for f := range strings.SplitSeq(fields, ",") {
		if v, ok := all[strings.TrimSpace(f)]; ok {
			out[strings.TrimSpace(f)] = v
		}
	}
	return out
}

func localeOf(lang string) string {
	if lang == "ru" {
		return "ru_RU"
	}
	return "en_US"
}

func (w *World) subscribedApps(rw http.ResponseWriter, r *http.Request, a *account, p *params) {
	if r.Method == http.MethodGet {
		fields := a.subscription()
		writeJSON(rw, http.StatusOK, obj{"data": []obj{{"id": a.AppID, "name": a.ID, "subscribed_fields": fields}}})
		return
	}
	fields := p.text("subscribed_fields")
	if r.Method == http.MethodPost && fields == "" && a.Provider == Messenger {
		w.refuseGraph(rw, a, graphRefusal(400, 100, 0, "(#100) The parameter subscribed_fields is required."))
		return
	}
	a.subscribe(fields)
	writeJSON(rw, http.StatusOK, obj{"success": true})
}

func (a *account) subscription() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fields == "" {
		return []string{"messages", "messaging_postbacks", "message_deliveries", "message_reads", "message_echoes"}
	}
	return strings.Split(a.fields, ",")
}

func (a *account) subscribe(fields string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fields = fields
}
