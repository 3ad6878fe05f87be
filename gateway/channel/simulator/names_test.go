package simulator

import (
	"encoding/json"
	"slices"
	"testing"
)

// TestNames: a configuration's names reach the company by every provider, and change nothing else about a customer.
func TestNames(t *testing.T) {
	t.Parallel()
	const hostile = `<b>"Bobby"</b>`
	named := setup(t, Config{Names: func(_ string, n int) (string, string) {
		switch n {
		case 1:
			return hostile, "O'Tables"
		case 2:
			return "Cher", ""
		}
		return "", "nobody"
	}}, nil)
	usual := setup(t, Config{}, nil)
	for _, channel := range []string{"fb", "wa", "tg"} {
		one, was := named.Customer(channel, 1), usual.Customer(channel, 1)
		if one.Name() != hostile+" O'Tables" || one.ID() != was.ID() || one.Language() != was.Language() || one.Phone() != was.Phone() {
			t.Errorf("%s: %q, id %s, was %q, id %s", channel, one.Name(), one.ID(), was.Name(), was.ID())
		}
		if name := named.Customer(channel, 2).Name(); name != "Cher" {
			t.Errorf("%s: without a last name: %q", channel, name)
		}
		if name, old := named.Customer(channel, 3).Name(), usual.Customer(channel, 3).Name(); name != old {
			t.Errorf("%s: without a first name %q, want the seed's %q", channel, name, old)
		}
		named.ok(one.Text(named.ctx, "hello"))
	}
	named.drain()
	var told []any // Messenger tells no name in its webhooks
	for _, p := range named.received() {
		var body any
		if err := json.Unmarshal(p.body, &body); err != nil {
			t.Fatal(err)
		}
		for _, name := range []any{at(body, "entry", 0, "changes", 0, "value", "contacts", 0, "profile", "name"), at(body, "message", "from", "first_name")} {
			if name != nil {
				told = append(told, name)
			}
		}
	}
	if len(told) != 2 || !slices.Contains(told, any(hostile+" O'Tables")) || !slices.Contains(told, any(hostile)) {
		t.Errorf("the webhooks tell %q", told)
	}
	status, _, profile := named.call("GET", "/v24.0/"+named.Customer("fb", 1).ID()+"?fields=first_name,last_name", "fb-token", nil)
	if status != 200 || profile["first_name"] != hostile || profile["last_name"] != "O'Tables" {
		t.Errorf("Messenger's profile: %d %v", status, profile)
	}
}
