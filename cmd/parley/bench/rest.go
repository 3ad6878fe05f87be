package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"
)

// client is a signed-in operator over REST.
type client struct {
	base  string
	token string
	http  *http.Client
}

// signIn opens a session.
func signIn(ctx context.Context, base, login string) (*client, error) {
	c := &client{base: base, http: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	return c, c.signIn(ctx, login)
}

func (c *client) signIn(ctx context.Context, login string) error {
	body, err := json.Marshal(map[string]string{"login": login, "password": password})
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	var answer struct{ Token string }
	if err := c.call(ctx, http.MethodPost, "/api/v1/session", body, &answer); err != nil {
		return fmt.Errorf("sign in %s: %w", login, err)
	}
	c.token = answer.Token
	return nil
}

func (c *client) close() { c.http.CloseIdleConnections() }

// call makes a request and reads the JSON of its answer; any status but 2xx is an error.
func (c *client) call(ctx context.Context, method, path string, body []byte, into any) error {
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("%s %s: answered %d", method, path, resp.StatusCode)
	}
	if err := json.Unmarshal(answer, into); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

// seen is a chat as the list and the chat's own page give it.
type seen struct {
	ID      string
	Contact struct{ Name string }
	Unread  int
}

// chats lists the ids of all chats.
func (c *client) chats(ctx context.Context) ([]string, error) {
	var ids []string
	for cursor := ""; ; {
		var page struct {
			Items []seen
			Next  *string
		}
		if err := c.call(ctx, http.MethodGet, "/api/v1/chats?limit=200&cursor="+url.QueryEscape(cursor), nil, &page); err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			ids = append(ids, item.ID)
		}
		if page.Next == nil {
			return ids, nil
		}
		cursor = *page.Next
	}
}
