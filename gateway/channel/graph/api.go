package graph

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"
	"time"

	"parley/gateway/channel"
	"parley/gateway/channel/exchange"
	"parley/gateway/channel/loose"
)

// API calls the Graph API for one product.
type API struct {
	HTTP     *http.Client                     // must not follow redirects (exchange.Guard)
	Base     string                           // used when the account names none, without a trailing slash
	Proof    bool                             // add appsecret_proof
	Classify func(f Fault) *channel.SendError // the product's table of codes
}

// URL returns the address of a call: the account's base, the escaped path segments, the query and the proof.
func (a API) URL(acc channel.Account, query url.Values, segments ...string) string {
	var b strings.Builder
	b.WriteString(a.BaseOf(acc))
	for _, s := range segments {
		b.WriteByte('/')
		b.WriteString(url.PathEscape(s))
	}
	if a.Proof && len(acc.AppSecrets) > 0 && acc.AppSecrets[0] != "" {
		if query == nil {
			query = url.Values{}
		}
		query.Set("appsecret_proof", proof(acc.AppSecrets[0], acc.AccessToken))
	}
	if len(query) > 0 {
		b.WriteByte('?')
		b.WriteString(query.Encode())
	}
	return b.String()
}

// BaseOf returns the base address of the account's calls.
func (a API) BaseOf(acc channel.Account) string {
	if acc.APIURL != "" {
		return strings.TrimRight(acc.APIURL, "/")
	}
	return a.Base
}

func proof(secret, token string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(token))
	return hex.EncodeToString(h.Sum(nil))
}

// Post sends a JSON body. repeatable as in exchange.Do.
func (a API) Post(ctx context.Context, acc channel.Account, address string, body []byte, repeatable bool) (loose.Value, *channel.SendError) {
	req, err := exchange.JSON(ctx, address, body)
	if err != nil {
		return loose.Value{}, err
	}
	return a.Do(acc, req, repeatable)
}

// Get reads.
func (a API) Get(ctx context.Context, acc channel.Account, address string) (loose.Value, *channel.SendError) {
	req, err := exchange.Get(ctx, address)
	if err != nil {
		return loose.Value{}, err
	}
	return a.Do(acc, req, true)
}

// Do makes the exchange with the account's bearer and returns the answer's document. The body is looked at before the
// status: an error object counts even under 200, and without one only a success with a JSON object is an answer.
func (a API) Do(acc channel.Account, req *http.Request, repeatable bool) (loose.Value, *channel.SendError) {
	if acc.AccessToken == "" {
		return loose.Value{}, &channel.SendError{Class: channel.ClassChannelFault, Code: channel.CodeConfig, Stop: true, Text: "the channel has no access token"}
	}
	req.Header.Set("Authorization", "Bearer "+acc.AccessToken)
	now := time.Now()
	ans, serr := exchange.Do(a.HTTP, req, repeatable)
	if serr != nil {
		return loose.Value{}, serr
	}
	doc, err := loose.Parse(ans.Body)
	if err == nil && doc.Get("error").IsObject() {
		return loose.Value{}, a.fault(acc, ans, doc.Get("error"), now)
	}
	if err != nil || !doc.IsObject() || ans.Status >= 300 {
		return loose.Value{}, exchange.ByStatus(ans, repeatable, now)
	}
	return doc, nil
}

// fault classes an error object by the product's table.
func (a API) fault(acc channel.Account, ans exchange.Answer, e loose.Value, now time.Time) *channel.SendError {
	f := ReadFault(e)
	f.Status = ans.Status
	serr := a.Classify(f)
	serr.Code, serr.Subcode, serr.Status = f.Code, f.Subcode, f.Status
	if serr.Text == "" {
		serr.Text = f.Text()
	}
	if acc.AccessToken != "" {
		serr.Text = strings.ReplaceAll(serr.Text, acc.AccessToken, "...")
	}
	if wait := max(ans.RetryAfter(now), regain(ans.Header)); wait > 0 && serr.Retry() {
		serr.RetryAfter = wait
	}
	return serr
}

// regain reads the longest estimated_time_to_regain_access (minutes) of the usage header; 0 = none. At most an hour: by
// then the provider is asked again.
func regain(h http.Header) time.Duration {
	usage, err := loose.Parse([]byte(h.Get("X-Business-Use-Case-Usage")))
	if err != nil {
		return 0
	}
	longest := int64(0)
	for _, account := range usage.Members() {
		for use := range account.Items() {
			longest = max(longest, use.Get("estimated_time_to_regain_access").Int())
		}
	}
	return time.Duration(min(longest, 60)) * time.Minute
}
