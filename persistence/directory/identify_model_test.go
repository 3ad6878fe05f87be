package directory_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"parley/persistence/directory"
)

// model is the naive second implementation: a map from identity to contact.
type model struct {
	owner  map[directory.Key]string
	serial int
}

// key applies the scope rule in the plainest way.
func (m *model) key(provider, scope string, id directory.Identity) directory.Key {
	if id.Type == directory.TypeWAPhone || id.Type == directory.TypeTGUser {
		scope = ""
	}
	return directory.Key{Provider: provider, Scope: scope, Identity: id}
}

func (m *model) identify(c directory.Claim) (id string, created bool) {
	for _, phones := range []bool{true, false} {
		for _, i := range c.IDs {
			if o := m.owner[m.key(c.Provider, c.Scope, i)]; o != "" && id == "" && (i.Type == directory.TypeWAPhone) == phones {
				id = o
			}
		}
	}
	if id == "" {
		id, created = c.Proposed, true
	}
	for _, i := range c.IDs {
		if k := m.key(c.Provider, c.Scope, i); m.owner[k] == "" {
			m.owner[k] = id
		}
	}
	return id, created
}

func (m *model) rebind(old, now directory.Key) (id string, known bool) {
	oldOwner, nowOwner := m.owner[old], m.owner[now]
	switch {
	case oldOwner == "":
		return nowOwner, nowOwner != ""
	case old == now:
		return oldOwner, true
	}
	delete(m.owner, old)
	if nowOwner == "" {
		m.owner[now] = oldOwner
	}
	return oldOwner, true
}

func TestIdentifyAgreesWithTheNaiveModel(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	var run atomic.Int64 // every run lives under providers of its own in one file, which is quicker than a file each
	rapid.Check(t, func(t *rapid.T) {
		n := run.Add(1)
		m := &model{owner: make(map[directory.Key]string)}
		identities := rapid.Custom(func(t *rapid.T) directory.Identity {
			kind := rapid.SampledFrom([]string{directory.TypeWAPhone, directory.TypeBSUID, directory.TypePSID, directory.TypeTGUser}).Draw(t, "type")
			return directory.Identity{Type: kind, Value: fmt.Sprintf("7916000000%d", rapid.IntRange(0, 3).Draw(t, "value"))}
		})
		providers := rapid.SampledFrom([]string{fmt.Sprint("p", n), fmt.Sprint("q", n)})
		scopes := rapid.SampledFrom([]string{"s1", "s2"})
		actions := map[string]func(*rapid.T){
			"identify": func(t *rapid.T) {
				m.serial++
				claim := directory.Claim{
					Provider: providers.Draw(t, "provider"), Scope: scopes.Draw(t, "scope"),
					IDs: rapid.SliceOfN(identities, 1, 3).Draw(t, "ids"), Proposed: fmt.Sprintf("c%d-%d", n, m.serial), At: noon,
				}
				want, wantCreated := m.identify(claim)
				got, created, err := d.Identify(t.Context(), claim)
				if err != nil || got.ID != want || created != wantCreated {
					t.Fatalf("got %q, created %v, %v; want %q, %v", got.ID, created, err, want, wantCreated)
				}
				m.compare(t, got)
			},
			"rebind": func(t *rapid.T) {
				provider, scope := providers.Draw(t, "provider"), scopes.Draw(t, "scope")
				old, now := m.key(provider, scope, identities.Draw(t, "old")), m.key(provider, scope, identities.Draw(t, "new"))
				want, known := m.rebind(old, now)
				got, err := d.Rebind(t.Context(), old, now, noon)
				if !known {
					if !errors.Is(err, directory.ErrNotFound) {
						t.Fatalf("got %+v, %v", got, err)
					}
					return
				}
				if err != nil || got.ID != want {
					t.Fatalf("got %q, %v; want %q", got.ID, err, want)
				}
				m.compare(t, got)
			},
		}
		for range rapid.IntRange(2, 10).Draw(t, "steps") { // short runs: each step is a synced write
			actions[rapid.SampledFrom([]string{"identify", "identify", "rebind"}).Draw(t, "action")](t)
		}
	})
}

// compare checks that a contact carries exactly the identities the model gives it.
func (m *model) compare(t *rapid.T, c directory.Contact) {
	carried := 0
	for _, o := range m.owner {
		if o == c.ID {
			carried++
		}
	}
	for _, k := range c.Identities {
		if m.owner[k] != c.ID {
			t.Fatalf("%s carries %v, which belongs to %q", c.ID, k, m.owner[k])
		}
	}
	if carried != len(c.Identities) {
		t.Fatalf("%s carries %d identities, want %d", c.ID, len(c.Identities), carried)
	}
}
