package directory_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"parley/persistence/directory"
)

func greeting() directory.Template {
	return directory.Template{ID: "greeting", Name: "Greeting", Texts: map[string]string{
		"en": "Hello {{contact.name}}", "ru": "Здравствуйте, {{contact.name}}\n\"друг\"",
	}}
}

func TestTemplatesArePutReplacedAndDeleted(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	read := func() (map[string]directory.Template, int64) {
		c := must[directory.Catalogue](t)(d.Catalogue(t.Context()))
		return c.Templates, c.Version
	}
	ok(t, d.PutTemplate(t.Context(), greeting()))
	got, version := read()
	if want := map[string]directory.Template{"greeting": greeting()}; !reflect.DeepEqual(got, want) {
		t.Fatalf("got %+v", got)
	}
	other := directory.Template{ID: "greeting", Name: "Olá", Texts: map[string]string{"pt-BR": "Olá"}}
	ok(t, d.PutTemplate(t.Context(), other))
	if got, now := read(); !reflect.DeepEqual(got["greeting"], other) || now != version+1 {
		t.Fatalf("got %+v, version %d after %d", got, now, version)
	}
	ok(t, d.DeleteTemplate(t.Context(), "greeting"))
	if got, now := read(); len(got) != 0 || now != version+2 {
		t.Fatalf("got %+v, version %d after %d", got, now, version)
	}
	if err := d.DeleteTemplate(t.Context(), "greeting"); !errors.Is(err, directory.ErrNotFound) {
		t.Fatalf("got %v", err)
	}
}

func TestTemplatesThatAreRefused(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	for what, spoil := range map[string]func(*directory.Template){
		"id":             func(x *directory.Template) { x.ID = "a b" },
		"no name":        func(x *directory.Template) { x.Name = " " },
		"long name":      func(x *directory.Template) { x.Name = strings.Repeat("x", 201) },
		"no text":        func(x *directory.Template) { x.Texts = nil },
		"blank text":     func(x *directory.Template) { x.Texts["en"] = " \n" },
		"blank language": func(x *directory.Template) { x.Texts[""] = "Hello" },
	} {
		x := greeting()
		spoil(&x)
		if err := d.PutTemplate(t.Context(), x); !errors.Is(err, directory.ErrInvalid) {
			t.Errorf("%s: %v", what, err)
		}
		if _, err := d.Seed(t.Context(), directory.Seed{Templates: []directory.Template{x}}); !errors.Is(err, directory.ErrInvalid) {
			t.Errorf("%s in a seed: %v", what, err)
		}
	}
}

func TestSeededTemplatesFollowTheConfigurationUnlessChangedSince(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	thanks := directory.Template{ID: "thanks", Name: "Thanks", Texts: map[string]string{"en": "Thank you"}}
	seed := func(want int, templates ...directory.Template) map[string]directory.Template {
		t.Helper()
		if n := must[int](t)(d.Seed(t.Context(), directory.Seed{Templates: templates})); n != want {
			t.Fatalf("%d written, want %d", n, want)
		}
		return must[directory.Catalogue](t)(d.Catalogue(t.Context())).Templates
	}
	seed(2, greeting(), thanks)
	seed(0, greeting(), thanks)

	mine := directory.Template{ID: "greeting", Name: "Mine", Texts: map[string]string{"en": "Hi"}}
	ok(t, d.PutTemplate(t.Context(), mine))
	ok(t, d.DeleteTemplate(t.Context(), "thanks"))
	if got := seed(0, greeting(), thanks); len(got) != 1 || !reflect.DeepEqual(got["greeting"], mine) {
		t.Fatalf("an administrator's word is gone: %+v", got)
	}
	changed := greeting()
	changed.Texts["de"] = "Guten Tag"
	if got := seed(1, changed, thanks); len(got) != 1 || !reflect.DeepEqual(got["greeting"], changed) {
		t.Fatalf("the changed configuration is not taken over: %+v", got)
	}
}

// TestADirectoryFromBeforeTemplatesIsBroughtUpToDate opens a file as the previous format left it.
func TestADirectoryFromBeforeTemplatesIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "directory.db")
	d, err := directory.Open(t.Context(), directory.Config{Path: path})
	ok(t, err)
	must[int](t)(d.Seed(t.Context(), company()))
	ok(t, d.Close())
	raw := must[*sql.DB](t)(sql.Open("sqlite", "file:"+path))
	_, err = raw.Exec(`DROP TABLE templates; DELETE FROM goose_db_version WHERE version_id = 3`)
	ok(t, errors.Join(err, raw.Close()))

	d = open(t, directory.Config{Path: path})
	if n := must[int](t)(d.Seed(t.Context(), company())); n != 0 {
		t.Fatalf("%d objects look changed", n)
	}
	ok(t, d.PutTemplate(t.Context(), greeting()))
	if c := must[directory.Catalogue](t)(d.Catalogue(t.Context())); len(c.Templates) != 1 || len(c.Operators) != 3 {
		t.Fatalf("got %+v", c)
	}
}

func TestATemplateGoesWithTheConfiguration(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	one := directory.Template{ID: "one", Name: "One", Texts: map[string]string{"en": "1"}}
	two := directory.Template{ID: "two", Name: "Two", Texts: map[string]string{"en": "2"}}
	own := directory.Template{ID: "own", Name: "An administrator's", Texts: map[string]string{"en": "3"}}
	seed := func(want int, templates ...directory.Template) map[string]directory.Template {
		t.Helper()
		if n := must[int](t)(d.Seed(t.Context(), directory.Seed{Templates: templates})); n != want {
			t.Fatalf("%d written, want %d", n, want)
		}
		return must[directory.Catalogue](t)(d.Catalogue(t.Context())).Templates
	}
	seed(2, one, two)
	ok(t, d.PutTemplate(t.Context(), own))
	version := must[int64](t)(d.CatalogueVersion(t.Context()))
	if got := seed(1, two); len(got) != 2 || got["one"].ID != "" {
		t.Fatalf("left %v", got)
	}
	if now := must[int64](t)(d.CatalogueVersion(t.Context())); now == version {
		t.Error("nobody is told that it has gone")
	}
	seed(0, two)
	if got := seed(1, one, two); len(got) != 3 {
		t.Fatalf("it does not come back: %v", got)
	}
}
