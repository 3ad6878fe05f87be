package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// cdnURL is the public, signed link under which Messenger lets the company fetch a customer's file.
func (w *World) cdnURL(m *medium) string {
	return w.URL() + "/media/cdn/" + m.id + "/" + url.PathEscape(m.name) + "?oh=" + w.seed.hex("oh", 0, 16) + "&oe=" + strconv.FormatInt(w.cfg.Now().Add(w.cfg.MediaTTL).Unix(), 16)
}

// whatsappMedia answers GET {media-id} with a link that lives for MediaTTL and needs the bearer token.
func (w *World) whatsappMedia(rw http.ResponseWriter, r *http.Request, a *account, id string) {
	m := w.media.get(id)
	if m == nil || m.acc != a {
		if up, ok := a.uploads.get(id); ok && r.Method == http.MethodGet {
			writeJSON(rw, http.StatusOK, obj{"id": id, "messaging_product": "whatsapp", "mime_type": up.MIME, "sha256": up.SHA256, "file_size": up.Size})
			return
		}
		w.unknownObject(rw, r, a, id)
		return
	}
	if r.Method == http.MethodDelete {
		writeJSON(rw, http.StatusOK, obj{"success": true})
		return
	}
	if pn := r.URL.Query().Get("phone_number_id"); pn != "" && pn != a.PhoneNumberID {
		w.unknownObject(rw, r, a, id)
		return
	}
	if w.upset(rw, a) {
		return
	}
	until := w.cfg.Now().Add(w.cfg.MediaTTL).Unix()
	if w.media.expire(m) {
		w.dice.count(ExpiredMedia)
		until = 1
	}
	link := url.Values{"mid": {id}, "ext": {strconv.FormatInt(until, 10)}, "hash": {w.seed.hex("hash/"+id, int(until), 12)}}
	writeJSON(rw, http.StatusOK, obj{"url": w.URL() + "/media/lookaside/?" + link.Encode(), "mime_type": m.mime,
		"sha256": m.sumHex(), "file_size": len(m.data), "id": id, "messaging_product": "whatsapp"})
}

// expire says, once per chosen medium, that what is given out now is already dead.
func (l *library) expire(m *medium) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := m.expired
	m.expired = false
	return was
}

// serveMedia plays the content hosts: Messenger's signed links, WhatsApp's bearer links, profile pictures.
func (w *World) serveMedia(rw http.ResponseWriter, r *http.Request, path []string) {
	switch {
	case len(path) > 1 && path[0] == "cdn":
		w.serveCDN(rw, r, path[1])
	case len(path) > 0 && path[0] == "lookaside":
		w.serveLookaside(rw, r)
	case len(path) == 3 && path[0] == "pic":
		w.servePicture(rw, path[1], path[2])
	default:
		http.Error(rw, "Not Found", http.StatusNotFound)
	}
}

func (w *World) serveCDN(rw http.ResponseWriter, r *http.Request, id string) {
	m := w.media.get(id)
	until, err := strconv.ParseInt(r.URL.Query().Get("oe"), 16, 64)
	if m == nil || err != nil || until < w.cfg.Now().Unix() {
		http.Error(rw, "URL signature expired", http.StatusForbidden)
		return
	}
	if w.media.expire(m) { // a link cannot be asked for again here, so only the first try fails
		w.dice.count(ExpiredMedia)
		http.Error(rw, "Bad URL timestamp", http.StatusForbidden)
		return
	}
	sendFile(rw, m)
}

func (w *World) serveLookaside(rw http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	m := w.media.get(q.Get("mid"))
	if m == nil {
		http.Error(rw, "Not Found", http.StatusNotFound)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+m.acc.AccessToken {
		bad := BadToken()
		w.refuseGraph(rw, m.acc, &bad)
		return
	}
	until, err := strconv.ParseInt(q.Get("ext"), 10, 64)
	if err != nil || until < w.cfg.Now().Unix() || q.Get("hash") != w.seed.hex("hash/"+m.id, int(until), 12) {
		http.Error(rw, "Not Found", http.StatusNotFound)
		return
	}
	sendFile(rw, m)
}

func (w *World) servePicture(rw http.ResponseWriter, channel, name string) {
	n, err := strconv.Atoi(strings.TrimSuffix(name, ".png"))
	if err != nil || w.accounts[channel] == nil {
		http.Error(rw, "Not Found", http.StatusNotFound)
		return
	}
	rw.Header().Set("Content-Type", "image/png")
	_, _ = rw.Write(picture(w.seed.number(channel+"/picture", n), false))
}

func sendFile(rw http.ResponseWriter, m *medium) {
	rw.Header().Set("Content-Type", m.mime)
	rw.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", m.name))
	rw.Header().Set("Content-Length", strconv.Itoa(len(m.data)))
	_, _ = rw.Write(m.data)
}
