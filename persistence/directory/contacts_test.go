package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/persistence/directory"
)

func phone(v string) directory.Identity {
	return directory.Identity{Type: directory.TypeWAPhone, Value: v}
}
func bsuid(v string) directory.Identity {
	return directory.Identity{Type: directory.TypeBSUID, Value: v}
}
func psid(v string) directory.Identity {
	return directory.Identity{Type: directory.TypePSID, Value: v}
}
func tg(v string) directory.Identity {
	return directory.Identity{Type: directory.TypeTGUser, Value: v}
}

func whatsapp(proposed, number string, ids ...directory.Identity) directory.Claim {
	return directory.Claim{Provider: "whatsapp", Scope: number, IDs: ids, Proposed: proposed, At: noon}
}

func TestIdentify(t *testing.T) {
	t.Parallel()
	type step struct {
		claim   directory.Claim
		want    string
		created bool
	}
	fb := func(proposed, page, id string) directory.Claim {
		return directory.Claim{Provider: "messenger", Scope: page, IDs: []directory.Identity{psid(id)}, Proposed: proposed, At: noon}
	}
	bot := func(proposed, bot, id string) directory.Claim {
		return directory.Claim{Provider: "telegram", Scope: bot, IDs: []directory.Identity{tg(id)}, Proposed: proposed, At: noon}
	}
	for name, steps := range map[string][]step{
		"a page-scoped id is one person on one page": {
			{fb("a", "page1", "7"), "a", true}, {fb("b", "page1", "7"), "a", false}, {fb("c", "page2", "7"), "c", true},
		},
		"a Telegram user is one person for every bot": {
			{bot("a", "bot1", "7"), "a", true}, {bot("b", "bot2", "7"), "a", false},
		},
		"the same value at another provider is somebody else": {
			{bot("a", "s", "7"), "a", true}, {fb("b", "s", "7"), "b", true},
		},
		"a phone number is one person on every number of ours, however it is written": {
			{whatsapp("a", "n1", phone("79161234567")), "a", true}, {whatsapp("b", "n2", phone("+7 (916) 123-45-67")), "a", false},
		},
		"a business-scoped id is scoped": {
			{whatsapp("a", "n1", bsuid("US.1")), "a", true}, {whatsapp("b", "n2", bsuid("US.1")), "b", true},
		},
		"a hidden number is learnt later and recognised alone": {
			{whatsapp("a", "n1", bsuid("US.1")), "a", true}, {whatsapp("b", "n1", bsuid("US.1"), phone("79161234567")), "a", false},
			{whatsapp("c", "n1", phone("79161234567")), "a", false},
		},
		"a business-scoped id in the phone's field is no phone": {
			{whatsapp("a", "n1", phone("US.13491208655302741918"), bsuid("US.13491208655302741918")), "a", true},
			{whatsapp("b", "n2", phone("US.13491208655302741918"), bsuid("US.2")), "b", true},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, directory.Config{})
			for i, s := range steps {
				c, created, err := d.Identify(t.Context(), s.claim)
				if err != nil || c.ID != s.want || created != s.created {
					t.Fatalf("step %d: got %q, created %v, %v; want %q, %v", i, c.ID, created, err, s.want, s.created)
				}
			}
		})
	}
}

func TestPhoneWinsOverBusinessScopedIDAndNothingIsMerged(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	identify := func(proposed string, ids ...directory.Identity) directory.Contact {
		t.Helper()
		c, _, err := d.Identify(t.Context(), whatsapp(proposed, "n1", ids...))
		ok(t, err)
		return c
	}
	identify("by-id", bsuid("US.1"))
	identify("by-phone", phone("79161234567"))
	for range 2 {
		if c := identify("x", bsuid("US.1"), phone("79161234567")); c.ID != "by-phone" || len(c.Identities) != 1 {
			t.Fatalf("got %+v", c)
		}
	}
	if c := identify("x", bsuid("US.1")); c.ID != "by-id" {
		t.Fatalf("the id moved to %q", c.ID)
	}
	for a, b := range map[string]string{"by-id": "by-phone", "by-phone": "by-id"} {
		if got := must[[]string](t)(d.Conflicts(t.Context(), a)); !slices.Equal(got, []string{b}) {
			t.Fatalf("conflicts of %s: %v", a, got)
		}
	}
}

func TestClaimsWithoutAUsableIdentityAreRefused(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	for _, c := range []directory.Claim{
		whatsapp("a", "n"), whatsapp("a", "n", phone("")), whatsapp("a", "n", phone("abc")), whatsapp("a", "n", bsuid(strings.Repeat("x", 300))),
		{IDs: []directory.Identity{tg("1")}, Proposed: "a"}, whatsapp("", "n", bsuid("US.1")),
	} {
		if _, _, err := d.Identify(t.Context(), c); !errors.Is(err, directory.ErrInvalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestConcurrentFirstBurstMakesOneContact(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	variants := [][]directory.Identity{
		{phone("79161234567")}, {phone("79161234567"), bsuid("RU.1")}, {bsuid("RU.1"), phone("+79161234567")},
	}
	const writers = 64
	ids, births := make([]string, writers), make([]bool, writers)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range writers {
		wg.Go(func() {
			<-start
			c, created, err := d.Identify(t.Context(), whatsapp(fmt.Sprint("contact-", i), "n1", variants[i%len(variants)]...))
			if err != nil {
				t.Error(err)
			}
			ids[i], births[i] = c.ID, created
		})
	}
	close(start)
	wg.Wait()
	born := 0
	for i := range writers {
		if ids[i] != ids[0] {
			t.Fatalf("two contacts: %q and %q", ids[0], ids[i])
		}
		if births[i] {
			born++
		}
	}
	c := must[directory.Contact](t)(d.Contact(t.Context(), ids[0]))
	if born != 1 || len(c.Identities) != 2 {
		t.Fatalf("created %d times, identities %v", born, c.Identities)
	}
}

func TestNames(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	check := func(c directory.Contact, err error) func(name string, source directory.NameSource) {
		t.Helper()
		return func(name string, source directory.NameSource) {
			t.Helper()
			if err != nil || c.Name != name || c.NameSource != source {
				t.Fatalf("got %q (%s), %v; want %q (%s)", c.Name, c.NameSource, err, name, source)
			}
		}
	}
	identify := func(p directory.Profile, ids ...directory.Identity) (directory.Contact, error) {
		claim := whatsapp("a", "n1", ids...)
		claim.Profile = p
		c, _, err := d.Identify(t.Context(), claim)
		return c, err
	}
	check(identify(directory.Profile{}, bsuid("RU.1")))("RU.1", directory.NameFromID)
	check(identify(directory.Profile{}, bsuid("RU.1"), phone("79161234567")))("79161234567", directory.NameFromID)
	check(identify(directory.Profile{First: " Анна ", Last: "Орлова"}, bsuid("RU.1")))("Анна Орлова", directory.NameFromProfile)
	check(identify(directory.Profile{Name: "Somebody else"}, bsuid("RU.1")))("Анна Орлова", directory.NameFromProfile)
	check(d.UpdateProfile(t.Context(), "a", directory.Profile{Name: "Anna Orlova", PhotoFile: "f1"}, noon))("Anna Orlova", directory.NameFromProfile)
	check(d.UpdateProfile(t.Context(), "a", directory.Profile{Language: "ru"}, noon))("Anna Orlova", directory.NameFromProfile)
	check(d.Rename(t.Context(), "a", "Anna (VIP)", noon))("Anna (VIP)", directory.NameFromPerson)
	check(d.UpdateProfile(t.Context(), "a", directory.Profile{Name: "Anna O.", Username: "anna"}, noon.Add(time.Hour)))("Anna (VIP)", directory.NameFromPerson)
	check(identify(directory.Profile{Name: "Anna O."}, bsuid("RU.1")))("Anna (VIP)", directory.NameFromPerson)

	c := must[directory.Contact](t)(d.Contact(t.Context(), "a"))
	want := directory.Profile{Name: "Anna (VIP)", First: "Анна", Last: "Орлова", Username: "anna", Phone: "79161234567", PhotoFile: "f1", Language: "ru"}
	if c.Profile != want || !c.UpdatedAt.Equal(noon.Add(time.Hour)) || !c.CreatedAt.Equal(noon) {
		t.Fatalf("got %+v", c)
	}
	if _, err := d.Rename(t.Context(), "a", " ", noon); !errors.Is(err, directory.ErrInvalid) {
		t.Fatal(err)
	}
	if _, err := d.UpdateProfile(t.Context(), "nobody", directory.Profile{Name: "x"}, noon); !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
	found := must[map[string]directory.Contact](t)(d.Contacts(t.Context(), []string{"a", "nobody"}))
	if len(found) != 1 || found["a"].Name != "Anna (VIP)" {
		t.Fatalf("got %+v", found)
	}
}

func TestChangedNumber(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	key := func(v string) directory.Key {
		return directory.Key{Provider: "whatsapp", Scope: "n1", Identity: phone(v)}
	}
	_, _, err := d.Identify(t.Context(), whatsapp("a", "n1", phone("79160000001")))
	ok(t, err)
	for range 2 { // the notice may come twice
		c, err := d.Rebind(t.Context(), key("79160000001"), key("79160000002"), noon)
		if err != nil || c.ID != "a" || c.Phone != "79160000002" || c.Name != "79160000002" || len(c.Identities) != 1 {
			t.Fatalf("got %+v, %v", c, err)
		}
	}
	// The old number now belongs to somebody else, even if the caller derives the same contact id from it.
	c, created, err := d.Identify(t.Context(), whatsapp("a", "n1", phone("79160000001")))
	if err != nil || !created || c.ID == "a" {
		t.Fatalf("got %+v, %v", c, err)
	}
	// Both numbers known: nobody is merged, the old number is free again.
	c, err = d.Rebind(t.Context(), key("79160000001"), key("79160000002"), noon)
	if err != nil || len(c.Identities) != 0 || len(must[[]string](t)(d.Conflicts(t.Context(), "a"))) != 1 {
		t.Fatalf("got %+v, %v", c, err)
	}
	if _, err := d.Rebind(t.Context(), key("79169999991"), key("79169999992"), noon); !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
}

func TestReach(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	key := directory.Key{Provider: "telegram", Scope: "bot1", Identity: tg("7")}
	_, _, err := d.Identify(t.Context(), directory.Claim{Provider: "telegram", IDs: []directory.Identity{tg("7")}, Proposed: "a", At: noon})
	ok(t, err)
	ok(t, d.MarkUnreachable(t.Context(), key, "blocked", noon))
	if since, why, err := d.Unreachable(t.Context(), key); err != nil || !since.Equal(noon) || why != "blocked" {
		t.Fatal(since, why, err)
	}
	ok(t, d.MarkReachable(t.Context(), key))
	if since, _, err := d.Unreachable(t.Context(), key); err != nil || !since.IsZero() {
		t.Fatal(since, err)
	}
	key.Value = "8"
	if err := d.MarkUnreachable(t.Context(), key, "blocked", noon); !errors.Is(err, directory.ErrNotFound) {
		t.Fatal(err)
	}
}
