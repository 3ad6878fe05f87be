package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestChatList: rows with filters, sorting, pages (contract part 3, S80).
func TestChatList(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, clara := s.operator("anna"), s.operator("clara")
	var all []string
	for i := range 4 {
		s.hook("demo-fb", fbText(fmt.Sprint(600+i), fmt.Sprintf("m_l%d", i), fmt.Sprintf("list %d", i))).is(200)
		all = append(all, text(anna.push("chat.offered", previewed(fmt.Sprintf("list %d", i))), "chat", "id"))
	}
	s.hook("demo-tg", tgText(1, 42, 1, "telegram")).is(200)
	tg := clara.take("telegram")
	all = append(all, tg)
	anna.ask("chat.accept", object{"chat": all[0]})
	anna.ask("chat.accept", object{"chat": all[1]})
	anna.ask("chat.finish", object{"chat": all[1]})
	ids := func(query string) []string {
		page := shape(t, s.get(clara.token, "/api/v1/chats?"+query).is(200), "items", "next")
		return texts(list(page, "items"), "id")
	}
	until(t, "the list up to date", func() bool {
		return slices.Equal(ids("state=completed"), []string{all[1]}) && slices.Equal(ids("state=in_progress&queue=support"), []string{all[0]})
	})
	newestFirst := slices.Clone(all)
	slices.Reverse(newestFirst)
	contact := text(s.get(anna.token, "/api/v1/chats/"+all[0]).is(200), "contact", "id")
	cases := map[string][]string{
		"":                              newestFirst,
		"sort=-created_at":              newestFirst,
		"sort=created_at":               all,
		"state=waiting&sort=created_at": all[2:4],
		"state=waiting,completed&sort=created_at":           all[1:4],
		"channel=demo-tg":                                   {tg},
		"queue=sales":                                       {tg},
		"queue=sales,support&sort=created_at":               all,
		"operator=anna&sort=created_at":                     all[:2],
		"operator=clara":                                    {tg},
		"contact=" + contact:                                {all[0]},
		"channel=demo-wa":                                   nil,
		"from=2001-01-01T00:00:00Z&to=2002-01-01T00:00:00Z": nil,
		"from=" + url.QueryEscape(time.Now().Add(-time.Hour).Format(time.RFC3339)) + "&sort=created_at": all,
		"limit=2":                 newestFirst[:2],
		"unknown=ignored&limit=1": newestFirst[:1],
	}
	until(t, "the completed chat searchable", func() bool { return slices.Equal(ids("q=LIST+1"), []string{all[1]}) })
	if got := ids("q=list"); !slices.Equal(got, []string{all[1]}) {
		t.Errorf("a search finds words of open chats: %v (I8)", got)
	}
	for query, want := range cases {
		if got := ids(query); !slices.Equal(got, want) {
			t.Errorf("?%s gives %v, want %v", query, got, want)
		}
	}
	for _, it := range list(s.get(clara.token, "/api/v1/chats").is(200), "items") {
		isRow(t, it)
		if text(it, "state") != "completed" && text(it, "owner", "id") != "clara" && text(it, "preview") != "" {
			t.Errorf("an open chat is shown with text: %s", spelled(it))
		}
	}
	for _, sort := range []string{"created_at", "-created_at", "accepted_at", "-completed_at"} {
		var got []string
		cursor := ""
		for range 10 {
			page := s.get(anna.token, "/api/v1/chats?limit=2&sort="+sort+"&cursor="+url.QueryEscape(cursor)).is(200)
			got = append(got, texts(list(page, "items"), "id")...)
			if cursor = text(page, "next"); cursor == "" {
				break
			}
		}
		slices.Sort(got)
		want := slices.Sorted(slices.Values(all))
		if !slices.Equal(got, want) {
			t.Errorf("pages by %s give %v, want each of %v once", sort, got, want)
		}
	}
	for _, bad := range []string{"state=open", "sort=;drop", "sort=name", "cursor=nonsense", "from=yesterday", "limit=many", "q=" + strings.Repeat("x", 300)} {
		s.get(anna.token, "/api/v1/chats?"+bad).problem(400, "bad_request")
	}
	s.do("GET", "/api/v1/chats", nil).problem(401, "unauthorized")
}

// TestChatMessages: pages backwards over REST, and who may read them (S33, S80).
func TestChatMessages(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, boris := s.operator("anna"), s.operator("boris")
	for i := range 12 {
		s.hook("demo-fb", fbText("6001", fmt.Sprintf("m_p%d", i), fmt.Sprintf("page %02d", i))).is(200)
	}
	id := anna.take("page")
	path := "/api/v1/chats/" + id + "/messages"
	isFull(t, any(s.get(anna.token, "/api/v1/chats/"+id).is(200)))
	last := shape(t, s.get(anna.token, path+"?limit=5").is(200), "messages", "more")
	if w := texts(list(last, "messages"), "text"); !slices.Equal(w, []string{"page 07", "page 08", "page 09", "page 10", "page 11"}) || !truth(last, "more") {
		t.Errorf("the newest page %v", w)
	}
	rest := s.get(anna.token, path+"?limit=50&before="+url.QueryEscape(text(last, "messages", 0, "id"))).is(200)
	if n := len(list(rest, "messages")); n != 7 || truth(rest, "more") {
		t.Errorf("the page before has %d, more %v", n, rest["more"])
	}
	first := s.get(anna.token, path+"?before="+url.QueryEscape(text(rest, "messages", 0, "id"))).is(200)
	if spelled(first["messages"]) != "[]" || truth(first, "more") {
		t.Errorf("before the first: %s", spelled(first))
	}
	s.get(anna.token, path+"?before=nonsense").problem(400, "bad_request")
	s.get(boris.token, path).problem(403, "forbidden")
	root := s.signIn("root")
	s.get(root, path).problem(403, "forbidden")
	s.post(boris.token, "/api/v1/chats/"+id+"/close", object{}).problem(403, "forbidden")
	s.do("POST", "/api/v1/chats/"+id+"/close", nil, "Authorization", "Bearer "+root).is(204)
	if d := anna.push("chat.completed", of(id)); text(d, "reason") != "administrator" {
		t.Errorf("closed %s", spelled(d))
	}
	if got := s.get(boris.token, path).is(200); len(list(got, "messages")) != 12 {
		t.Errorf("a completed chat shows %d messages", len(list(got, "messages")))
	}
}

// TestCloseWaiting: only an administrator closes a waiting chat (S30), and it leaves every list.
func TestCloseWaiting(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna := s.operator("anna")
	s.hook("demo-fb", fbText("6002", "m_c", "spam")).is(200)
	id := text(anna.push("chat.offered"), "chat", "id")
	s.do("POST", "/api/v1/chats/"+id+"/close", nil, "Authorization", "Bearer "+anna.token).problem(403, "forbidden")
	s.do("POST", "/api/v1/chats/"+id+"/close", nil, "Authorization", "Bearer "+s.signIn("root")).is(204)
	if d := anna.push("chat.withdrawn", of(id)); text(d, "reason") != "completed" {
		t.Errorf("withdrawn %s", spelled(d))
	}
	anna.refused("gone", "chat.accept", object{"chat": id})
	s.hook("demo-fb", fbText("6002", "m_c2", "again")).is(200)
	if next := anna.take("again"); next == id {
		t.Error("a closed chat goes on")
	}
}

// upload posts a file as a browser's form does.
func (s *stage) upload(token, name, mime string, content []byte) response {
	s.t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	h := textproto.MIMEHeader{"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename=%q`, name)}, "Content-Type": {mime}}
	p, err := w.CreatePart(h)
	if err == nil {
		_, err = p.Write(content)
	}
	if err != nil || w.Close() != nil {
		s.t.Fatal(err)
	}
	return s.do("POST", "/api/v1/files", &form, "Authorization", "Bearer "+token, "Content-Type", w.FormDataContentType())
}

var onePixel = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82")

// TestFiles: upload and download, never a page (abuse cases 18 and 21).
func TestFiles(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	token := s.signIn("anna")
	html := []byte("<html><script>alert(1)</script></html>")
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`)
	cases := []struct {
		name, mime string
		content    []byte
		inline     bool
	}{
		{"a.png", "image/png", onePixel, true}, {"page.html", "text/html", html, false}, {"page.png", "image/png", html, false},
		{"x.svg", "image/svg+xml", svg, false}, {"счёт \"1\".pdf", "application/pdf", []byte("%PDF-1.4\n%âãÏÓ\n"), false}, {"../../etc/passwd", "text/plain", []byte("x"), false},
	}
	for _, c := range cases {
		up := shape(t, s.upload(token, c.name, c.mime, c.content).is(200), "id", "name", "mime", "size")
		if number(up, "size") != len(c.content) || strings.ContainsAny(text(up, "name"), "/\\") {
			t.Errorf("%s: %s", c.name, spelled(up))
		}
		r := s.get(token, "/api/v1/files/"+text(up, "id"))
		r.is(200)
		disposition := r.header.Get("Content-Disposition")
		if !bytes.Equal(r.raw, c.content) || strings.HasPrefix(disposition, "inline") != c.inline {
			t.Errorf("%s: %d bytes, %s", c.name, len(r.raw), disposition)
		}
		kind := r.header.Get("Content-Type")
		if !c.inline && (strings.Contains(kind, "html") || strings.Contains(kind, "svg") || !strings.HasPrefix(disposition, "attachment")) {
			t.Errorf("%s is served as %s, %s", c.name, kind, disposition)
		}
		if r.header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: headers %v", c.name, r.header)
		}
		part := s.do("GET", "/api/v1/files/"+text(up, "id"), nil, "Authorization", "Bearer "+token, "Range", "bytes=0-0")
		part.is(206)
		if len(part.raw) != 1 {
			t.Errorf("a range of %d bytes", len(part.raw))
		}
		s.do("GET", "/api/v1/files/"+text(up, "id"), nil).problem(401, "unauthorized")
	}
	for _, id := range []string{"nothing", "..%2f..%2fetc%2fpasswd", strings.Repeat("a", 200)} {
		s.get(token, "/api/v1/files/"+id).problem(404, "not_found")
	}
	s.post(token, "/api/v1/files", object{}).problem(415, "unsupported_media_type")
	if r := s.upload(token, "big.bin", "application/octet-stream", make([]byte, 26<<20)); r.status != 413 {
		t.Errorf("26 MiB: %d %s", r.status, r.raw)
	}
	s.do("POST", "/api/v1/files", strings.NewReader("x"), "Content-Type", "multipart/form-data; boundary=x").problem(401, "unauthorized")
}

// TestFilesFollowTheirChats: a file of an open chat is its owner's alone, like its
// messages; an upload its uploader's until it is sent; what is completed is
// everybody's, and so is a contact's photo (S33, S80, I8).
func TestFilesFollowTheirChats(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	anna, boris := s.operator("anna"), s.operator("boris")
	customer := s.customer("demo-fb", 1)
	sent(t)(customer.Text(deadline(t), "hers"))
	hers := anna.take("hers")
	s.profiled(anna.token, hers, customer)
	sent(t)(customer.Image(deadline(t), "a picture"))
	stored := func(d object) bool { return text(d, "message", "attachments", 0, "state") == "stored" }
	var m object
	until(t, "the picture stored", func() bool {
		list := list(s.get(anna.token, "/api/v1/chats/"+hers+"/messages").is(200), "messages")
		m = object{"message": list[len(list)-1]}
		return stored(m)
	})
	picture := "/api/v1/files/" + text(m, "message", "attachments", 0, "id")
	s.get(anna.token, picture).is(200)
	s.get(boris.token, picture).problem(403, "forbidden")
	photo := text(s.get(boris.token, "/api/v1/chats/"+hers).is(200), "contact", "photo")
	s.get(boris.token, "/api/v1/files/"+photo).is(200)

	paper := text(s.upload(anna.token, "paper.png", "image/png", onePixel).is(200), "id")
	s.get(anna.token, "/api/v1/files/"+paper).is(200)
	s.get(boris.token, "/api/v1/files/"+paper).problem(403, "forbidden")
	sent(t)(s.customer("demo-fb", 2).Text(deadline(t), "his"))
	his := boris.take("his")
	for _, id := range []string{paper, strings.TrimPrefix(picture, "/api/v1/files/")} {
		boris.refused("bad_request", "chat.send", object{"chat": his, "client_id": id, "attachments": []string{id}})
	}
	anna.refused("forbidden", "chat.send", object{"chat": his, "client_id": "x", "attachments": []string{paper}})
	s.get(boris.token, "/api/v1/files/"+paper).problem(403, "forbidden") // a refused send opens nothing
	anna.ask("chat.send", object{"chat": hers, "client_id": "1", "attachments": []string{paper}})
	s.get(boris.token, "/api/v1/files/"+paper).problem(403, "forbidden")
	anna.ask("chat.transfer", object{"chat": hers, "to": object{"operator": "boris"}})
	s.get(boris.token, "/api/v1/files/"+paper).is(200) // the receiver reads the parents (S45)
	s.get(boris.token, picture).is(200)
	boris.ask("chat.send", object{"chat": his, "client_id": "again", "attachments": []string{paper}})
}

// TestOpenAPI: the document is public, is 3.1, has every route, and every reference in it leads somewhere.
func TestOpenAPI(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	r := s.do("GET", "/api/v1/openapi.json", nil)
	doc := r.is(200)
	if text(doc, "openapi") != "3.1.0" || text(doc, "info", "title") == "" || text(doc, "info", "version") != "test" {
		t.Errorf("%s", spelled(doc["info"]))
	}
	for path, methods := range map[string][]string{
		"/api/v1/session": {"post", "delete", "get"}, "/api/v1/chats": {"get"}, "/api/v1/chats/{chat}": {"get"}, "/api/v1/chats/{chat}/messages": {"get"},
		"/api/v1/files": {"post"}, "/api/v1/files/{file}": {"get"}, "/api/v1/quarantine": {"get"}, "/api/v1/ws": {"get"}, "/api/v1/openapi.json": {"get"},
	} {
		for _, m := range methods {
			op := part(doc, "paths", path, m)
			if op == nil {
				t.Errorf("no %s %s", m, path)
				continue
			}
			isOperation(t, path, op)
		}
	}
	names := map[string]bool{}
	for path, item := range part(doc, "paths") {
		for _, op := range item.(object) {
			id := text(op, "operationId")
			if id == "" || names[id] {
				t.Errorf("%s: operation id %q is empty or used twice", path, id)
			}
			names[id] = true
		}
	}
	references(t, doc, doc)
}

// isOperation checks one operation: responses, and a parameter for every name in the path.
func isOperation(t *testing.T, path string, op object) {
	t.Helper()
	shape(t, op, "summary", "operationId", "responses", "security")
	for code, r := range part(op, "responses") {
		if text(r, "description") == "" {
			t.Errorf("%s: response %s has no description", path, code)
		}
	}
	for _, piece := range strings.Split(path, "/") {
		name, ok := strings.CutPrefix(piece, "{")
		if !ok {
			continue
		}
		found := false
		for _, p := range list(op, "parameters") {
			shape(t, p, "name", "in", "schema")
			found = found || text(p, "name")+"}" == name && text(p, "in") == "path" && truth(p, "required")
		}
		if !found {
			t.Errorf("%s: no parameter %s", path, name)
		}
	}
}

// references follows every $ref, and looks that every schema type is one of JSON Schema's.
func references(t *testing.T, doc object, v any) {
	t.Helper()
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			references(t, doc, e)
		}
	case object:
		if ref, ok := v["$ref"].(string); ok {
			var keys []any
			for _, k := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
				keys = append(keys, k)
			}
			if dig(doc, keys...) == nil {
				t.Errorf("%s leads nowhere", ref)
			}
		}
		if _, err := json.Marshal(v); err != nil {
			t.Error(err)
		}
		for _, e := range v {
			references(t, doc, e)
		}
	}
}
