package directory_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"parley/persistence/directory"
)

const secret = "correct horse battery"

func TestPasswords(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	hash := must[string](t)(d.HashPassword(t.Context(), secret))
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || hash == must[string](t)(d.HashPassword(t.Context(), secret)) {
		t.Fatal("not argon2id with a fresh salt")
	}
	for password, want := range map[string]bool{secret: true, secret + " ": false, "": false, strings.Repeat("x", 1<<20): false} {
		if got := must[bool](t)(d.VerifyPassword(t.Context(), hash, password)); got != want {
			t.Errorf("password of %d bytes: %v", len(password), got)
		}
	}
	for _, bad := range []string{"", "eleven char", strings.Repeat("x", 129)} {
		if _, err := d.HashPassword(t.Context(), bad); !errors.Is(err, directory.ErrPassword) {
			t.Errorf("%d characters: %v", len(bad), err)
		}
	}
	must[string](t)(d.HashPassword(t.Context(), strings.Repeat("ы", 128)))
}

func TestMalformedHashesAreErrorsNotCrashes(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{})
	const tail = "$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	for _, h := range []string{
		"", "x", "$argon2i$v=19$m=19456,t=2,p=1" + tail, "$argon2id$v=18$m=19456,t=2,p=1" + tail, "$argon2id$v=19$m=19456,t=0,p=1" + tail,
		"$argon2id$v=19$m=19456,t=2,p=0" + tail, "$argon2id$v=19$m=4294967295,t=2,p=1" + tail, "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2id$v=19$m=19456,t=2,p=1$!$!",
	} {
		if ok, err := d.VerifyPassword(t.Context(), h, secret); ok || err == nil {
			t.Errorf("%q: %v, %v", h, ok, err)
		}
	}
}

func TestAuthenticate(t *testing.T) {
	t.Parallel()
	d := withOperators(t, directory.Config{}, "anna", "boris", "clara")
	hash := must[string](t)(d.HashPassword(t.Context(), secret))
	ok(t, d.SetPassword(t.Context(), "anna", hash))
	ok(t, d.SetPassword(t.Context(), "boris", hash))
	ok(t, d.PutOperator(t.Context(), directory.Operator{ID: "boris", Name: "Boris", Disabled: true}))

	if op := must[directory.Operator](t)(d.Authenticate(t.Context(), "anna", secret)); op.ID != "anna" {
		t.Fatalf("got %+v", op)
	}
	for _, c := range [][2]string{{"anna", "wrong password"}, {"anna", ""}, {"boris", secret}, {"clara", secret}, {"clara", ""}, {"nobody", secret}, {"", ""}} {
		if op, err := d.Authenticate(t.Context(), c[0], c[1]); !errors.Is(err, directory.ErrCredentials) || op.ID != "" {
			t.Errorf("%v: %+v, %v", c, op, err)
		}
	}
}

// TestAnUnknownLoginCostsTheSameWork: R6. Whoever fails to sign in, a hash was computed
// for him: with the only place for hashing taken, every sort of failure waits for it.
func TestAnUnknownLoginCostsTheSameWork(t *testing.T) {
	t.Parallel()
	d := withOperators(t, directory.Config{PasswordHashers: 1}, "anna", "boris", "clara")
	hash := must[string](t)(d.HashPassword(t.Context(), secret))
	ok(t, d.SetPassword(t.Context(), "anna", hash))
	ok(t, d.SetPassword(t.Context(), "boris", hash))
	ok(t, d.PutOperator(t.Context(), directory.Operator{ID: "boris", Name: "Boris", Disabled: true}))
	release := directory.TakeHashSlot(d)
	defer release()
	for _, c := range [][2]string{{"anna", secret}, {"anna", "wrong password"}, {"anna", ""}, {"boris", secret}, {"clara", secret}, {"nobody", secret}, {"", ""}, {"nobody", strings.Repeat("x", 1<<20)}} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if _, err := d.Authenticate(ctx, c[0], c[1]); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%.20s, password of %d bytes: answered without a hash: %v", c[0], len(c[1]), err)
		}
		cancel()
	}
}

func TestWaitingForAHashSlotEndsWithTheContext(t *testing.T) {
	t.Parallel()
	d := open(t, directory.Config{PasswordHashers: 1})
	release := directory.TakeHashSlot(d)
	defer release()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.HashPassword(ctx, secret); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}

func FuzzVerifyPassword(f *testing.F) {
	f.Add("$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=8,t=1,p=255$$")
	f.Fuzz(func(t *testing.T, s string) { directory.DecodeHash(s) })
}
