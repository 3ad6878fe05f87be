package directory_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/persistence/directory"
)

func company() directory.Seed {
	return directory.Seed{
		Operators: []directory.OperatorSeed{
			{Operator: directory.Operator{ID: "anna", Name: "Anna", Roles: []string{"operator"}, Language: "en"}, Password: secret},
			{Operator: directory.Operator{ID: "boris", Name: "Борис", Roles: []string{"operator", "administrator"}}},
			{Operator: directory.Operator{ID: "clara", Name: "Clara"}},
		},
		Groups: []directory.Group{{ID: "night", Name: "Night shift", Members: []string{"clara", "boris"}}},
		Queues: []directory.Queue{
			{ID: "support", Name: "Support", Rule: "everyone", Operators: []string{"boris", "anna"}, Groups: []string{"night"}, CompletionTimeout: new(30 * time.Minute)},
			{ID: "sales", Name: "Sales", Rule: "least_busy", Operators: []string{"anna"}, AcceptTimeout: new(time.Duration(0)), SimultaneousChats: new(3)},
		},
		Channels: []directory.Channel{
			{ID: "acme-tg", Name: "Acme", Provider: "telegram", Queue: "sales", Active: true, Settings: json.RawMessage(`{"token":"123:canary"}`)},
		},
		Settings: map[string]string{"accept_timeout": "5m"},
	}
}

func TestSeedGivesTheCatalogue(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	if n := must[int](t)(d.Seed(t.Context(), company())); n != 8 {
		t.Fatalf("%d written", n)
	}
	c := must[directory.Catalogue](t)(d.Catalogue(t.Context()))
	if got := c.Members("support"); !slices.Equal(got, []string{"anna", "boris", "clara"}) {
		t.Fatalf("members %v", got)
	}
	if got := c.QueuesOf("anna"); !slices.Equal(got, []string{"sales", "support"}) {
		t.Fatalf("queues %v", got)
	}
	sales := directory.Queue{ID: "sales", Name: "Sales", Rule: "least_busy", Operators: []string{"anna"}, AcceptTimeout: new(time.Duration(0)), SimultaneousChats: new(3)}
	if !reflect.DeepEqual(c.Queues["sales"], sales) {
		t.Fatalf("got %+v", c.Queues["sales"])
	}
	if !reflect.DeepEqual(c.Channels["acme-tg"], company().Channels[0]) || c.Settings["accept_timeout"] != "5m" || c.Operators["boris"].Name != "Борис" {
		t.Fatalf("got %+v", c)
	}
	must[directory.Operator](t)(d.Authenticate(t.Context(), "anna", secret))

	if n := must[int](t)(d.Seed(t.Context(), company())); n != 0 {
		t.Fatalf("the same configuration wrote %d again", n)
	}
	if v := must[int64](t)(d.CatalogueVersion(t.Context())); v != c.Version {
		t.Fatalf("version went from %d to %d without a change", c.Version, v)
	}
}

func TestWhatAnAdministratorChangedStaysUntilTheConfigurationChanges(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	seed := company()
	must[int](t)(d.Seed(t.Context(), seed))
	const newer = "changed by herself"
	ok(t, d.SetPassword(t.Context(), "anna", must[string](t)(d.HashPassword(t.Context(), newer))))
	ok(t, d.PutQueue(t.Context(), directory.Queue{ID: "sales", Name: "Renamed", Rule: "everyone"}))
	ok(t, d.PutSetting(t.Context(), "accept_timeout", "1m"))
	ok(t, d.DeleteOperator(t.Context(), "clara"))
	ok(t, d.DeleteGroup(t.Context(), "night"))

	seed.Operators[0].Name = "Anna Orlova" // the configuration changes here, not in what the administrator touched
	seed.Queues[0].Name = "First line"     // and here it still names the deleted group
	if n := must[int](t)(d.Seed(t.Context(), seed)); n != 2 {
		t.Fatalf("%d written", n)
	}
	c := must[directory.Catalogue](t)(d.Catalogue(t.Context()))
	if c.Queues["sales"].Name != "Renamed" || c.Settings["accept_timeout"] != "1m" || c.Operators["anna"].Name != "Anna Orlova" || c.Queues["support"].Name != "First line" {
		t.Fatalf("got %+v", c)
	}
	if _, there := c.Operators["clara"]; there || len(c.Groups) != 0 {
		t.Fatal("what was deleted came back")
	}
	must[directory.Operator](t)(d.Authenticate(t.Context(), "anna", newer))

	seed.Operators[0].Password = "another configured one"
	seed.Queues[1].Name = "Sales 2"
	seed.Operators[2].Name = "Clara again"
	if n := must[int](t)(d.Seed(t.Context(), seed)); n != 3 {
		t.Fatalf("%d written", n)
	}
	c = must[directory.Catalogue](t)(d.Catalogue(t.Context()))
	if c.Queues["sales"].Name != "Sales 2" || c.Queues["sales"].Rule != "least_busy" || c.Operators["clara"].Name != "Clara again" {
		t.Fatalf("got %+v", c)
	}
	must[directory.Operator](t)(d.Authenticate(t.Context(), "anna", "another configured one"))
}

func TestSeedProblemsAreNamedAndNothingIsWritten(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		spoil func(*directory.Seed)
		want  error
		text  string
	}{
		"short password":   {func(s *directory.Seed) { s.Operators[1].Password = "short" }, directory.ErrPassword, "boris"},
		"bad id":           {func(s *directory.Seed) { s.Queues[0].ID = "a b" }, directory.ErrInvalid, "a b"},
		"unknown queue":    {func(s *directory.Seed) { s.Channels[0].Queue = "nowhere" }, directory.ErrUnknownMember, "nowhere"},
		"settings no JSON": {func(s *directory.Seed) { s.Channels[0].Settings = json.RawMessage(`[1]`) }, directory.ErrInvalid, "acme-tg"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, directory.Config{})
			seed := company()
			c.spoil(&seed)
			if _, err := d.Seed(t.Context(), seed); !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
				t.Fatalf("got %v", err)
			}
			if got := must[directory.Catalogue](t)(d.Catalogue(t.Context())); len(got.Operators)+len(got.Queues) != 0 || got.Version != 0 {
				t.Fatalf("half a seed: %+v", got)
			}
		})
	}
}

func TestAdministration(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	must[int](t)(d.Seed(t.Context(), company()))
	ok(t, d.PutChats(t.Context(), []directory.ChatRow{{ID: "c1", ChannelID: "acme-tg", QueueID: "support", OperatorID: "anna", State: "in_progress", CreatedAt: noon, Version: 1}}))
	for what, c := range map[string]struct{ got, want error }{
		"channel with chats":           {d.DeleteChannel(t.Context(), "acme-tg"), directory.ErrInUse},
		"queue with an open chat":      {d.DeleteQueue(t.Context(), "support"), directory.ErrInUse},
		"queue of a channel":           {d.DeleteQueue(t.Context(), "sales"), directory.ErrInUse},
		"operator with chats":          {d.DeleteOperator(t.Context(), "anna"), directory.ErrInUse},
		"unknown":                      {d.DeleteChannel(t.Context(), "nope"), directory.ErrNotFound},
		"unknown password's operator":  {d.SetPassword(t.Context(), "nope", ""), directory.ErrNotFound},
		"password in clear":            {d.SetPassword(t.Context(), "anna", secret), directory.ErrInvalid},
		"queue with unknown operator":  {d.PutQueue(t.Context(), directory.Queue{ID: "q", Name: "Q", Rule: "r", Operators: []string{"nope"}}), directory.ErrUnknownMember},
		"queue with unknown group":     {d.PutQueue(t.Context(), directory.Queue{ID: "q", Name: "Q", Rule: "r", Groups: []string{"nope"}}), directory.ErrUnknownMember},
		"group with unknown operator":  {d.PutGroup(t.Context(), directory.Group{ID: "g", Name: "G", Members: []string{"nope"}}), directory.ErrUnknownMember},
		"channel into unknown queue":   {d.PutChannel(t.Context(), directory.Channel{ID: "c", Name: "C", Provider: "telegram", Queue: "nope"}), directory.ErrUnknownMember},
		"operator without name":        {d.PutOperator(t.Context(), directory.Operator{ID: "x"}), directory.ErrInvalid},
		"queue with negative time-out": {d.PutQueue(t.Context(), directory.Queue{ID: "q", Name: "Q", Rule: "r", AcceptTimeout: new(-time.Second)}), directory.ErrInvalid},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v", what, c.got)
		}
	}
	before := must[int64](t)(d.CatalogueVersion(t.Context()))
	ch := company().Channels[0]
	ch.Active = false
	ok(t, d.PutChannel(t.Context(), ch))
	ok(t, d.PutOperator(t.Context(), directory.Operator{ID: "boris", Name: "Boris", Disabled: true}))
	c := must[directory.Catalogue](t)(d.Catalogue(t.Context()))
	if c.Channels["acme-tg"].Active || !slices.Equal(c.Members("support"), []string{"anna", "clara"}) || c.Version != before+2 {
		t.Fatalf("got %+v", c)
	}
}

func TestSnapshotsAreConsistentUnderConcurrentChanges(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	plain := func() directory.Seed {
		seed := company()
		seed.Operators[0].Password = "" // comparing it is slow on purpose
		return seed
	}
	must[int](t)(d.Seed(t.Context(), plain()))
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range 15 { // each change keeps both names equal
			seed := plain()
			seed.Queues[0].Name, seed.Queues[1].Name = fmt.Sprint("name ", i), fmt.Sprint("name ", i)
			if _, err := d.Seed(t.Context(), seed); err != nil {
				t.Error(err)
			}
		}
	})
	for range 4 {
		wg.Go(func() {
			var last int64
			for range 30 {
				c, err := d.Catalogue(t.Context())
				a, b := c.Queues["support"].Name, c.Queues["sales"].Name
				if err != nil || c.Version < last || a != b && a != "Support" {
					t.Errorf("version %d after %d, names %q and %q, %v", c.Version, last, a, b, err)
				}
				last = c.Version
			}
		})
	}
	wg.Wait()
}

func TestChannelSecretsStayOutOfLogs(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	slog.New(slog.NewJSONHandler(&out, nil)).Info("loaded", "channel", company().Channels[0])
	if strings.Contains(out.String(), "canary") || !strings.Contains(out.String(), "acme-tg") {
		t.Fatal(out.String())
	}
}
