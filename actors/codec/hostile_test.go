package codec

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// known says whether an error is one of ours.
func known(err error) bool { return errors.Is(err, ErrMalformed) || errors.Is(err, ErrVersion) }

func TestCutShortIsAnError(t *testing.T) {
	t.Parallel()
	for _, s := range all() {
		b := s.append(nil, s.full())
		for n := range b {
			if v, err := s.read(b[:n]); !errors.Is(err, ErrMalformed) {
				t.Errorf("%s cut to %d of %d bytes: %v, %v", s.name, n, len(b), v, err)
			}
		}
		if _, err := s.read(append(slices.Clone(b), 0)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s with a byte too many: %v", s.name, err)
		}
	}
}

// One wrong byte gives an error or a value that can be written and read again.
func TestWrongBytesAreSurvived(t *testing.T) {
	t.Parallel()
	for _, s := range all() {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			good := s.append(nil, s.full())
			for at := range good {
				for bit := range 8 {
					bad := slices.Clone(good)
					bad[at] ^= 1 << bit
					survives(t, s, bad)
				}
				bad := slices.Clone(good)
				bad[at] = byte(rand.N(256))
				survives(t, s, slices.Delete(bad, at, min(at+rand.N(4), len(bad))))
			}
		})
	}
}

func survives(t *testing.T, s stored, b []byte) {
	t.Helper()
	v, err := s.read(b)
	if err != nil {
		if !known(err) {
			t.Errorf("% x: %v", b, err)
		}
		return
	}
	again, err := s.read(s.append(nil, v))
	if err != nil || !equal(v, again) {
		t.Errorf("% x: read\n%swritten and read again\n%s%v", b, dump(v), dump(again), err)
	}
}

func TestEveryErrorSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	m := AppendMessage(nil, usualMessage())
	body := m[headLen:]
	with := func(k, version byte, body ...byte) []byte { return append([]byte{k, version}, body...) }
	const message, wait = byte(kindMessage), byte(kindWait)
	for name, tc := range map[string]struct {
		b    []byte
		is   error
		says string
	}{
		"nothing":                   {nil, ErrMalformed, "0 bytes"},
		"half a head":               {[]byte{message}, ErrMalformed, "1 bytes"},
		"no version":                {with(message, 0, body...), ErrMalformed, "version 0"},
		"a newer version":           {with(message, kindMessage.version()+1, body...), ErrVersion, "is of version"},
		"a much newer version":      {with(message, 255), ErrVersion, "255"},
		"another type":              {with(wait, 1, body...), ErrMalformed, "0x30 where 0x03"},
		"no map":                    {with(message, 1), ErrMalformed, "a map is missing"},
		"no end":                    {with(message, 1, openMap), ErrMalformed, "unknown or out of order"},
		"an unknown field":          {with(message, 1, openMap, 23, isTrue, endMap), ErrMalformed, "unknown or out of order"},
		"a field twice":             {with(message, 1, openMap, 14, isTrue, 14, isTrue, endMap), ErrMalformed, "unknown or out of order"},
		"fields out of order":       {with(message, 1, openMap, 15, isTrue, 14, isTrue, endMap), ErrMalformed, "unknown or out of order"},
		"a number for a text":       {with(message, 1, openMap, 1, 1, endMap), ErrMalformed, "another type"},
		"a text for a number":       {with(message, 1, openMap, 3, 0x61, 'a', endMap), ErrMalformed, "another type"},
		"a long text":               {with(message, 1, openMap, 1, 0x7b, 255, 255, 255, 255, 255, 255, 255, 255, endMap), ErrMalformed, "cut short in a text"},
		"a text without an end":     {with(message, 1, openMap, 1, 0x7f, 0x61, 'a', endMap, endMap), ErrMalformed, "no size"},
		"a great number":            {with(message, 1, openMap, 3, 0x1b, 255, 255, 255, 255, 255, 255, 255, 255, endMap), ErrMalformed, "too great"},
		"a number cut short":        {with(message, 1, openMap, 3, 0x1b, 255), ErrMalformed, "cut short in a number"},
		"a list of very many":       {with(message, 1, openMap, 8, 0x9b, 255, 255, 255, 255, 255, 255, 255, 255, endMap), ErrMalformed, "longer than the value"},
		"a list longer than itself": {with(message, 1, openMap, 8, 0x82, openMap, endMap, endMap), ErrMalformed, "longer than the value"},
		"an unknown choice":         {with(message, 1, openMap, 11, 7, endMap), ErrMalformed, "a choice is unknown"},
		"a great choice":            {with(message, 1, openMap, 11, 0x19, 1, 1, endMap), ErrMalformed, "a choice is unknown"},
		"a flag that is not":        {with(message, 1, openMap, 14, 0xf4, endMap), ErrMalformed, "not true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, err := Message(tc.b)
			if !errors.Is(err, tc.is) || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v; want %v that says %q", err, tc.is, tc.says)
			}
			if dump(v) != "" {
				t.Errorf("half a value came with the error:\n%s", dump(v))
			}
		})
	}
}

func TestStepsAndWorkOfOthers(t *testing.T) {
	t.Parallel()
	step := func(b []byte) error { _, err := Step(b); return err }
	work := func(b []byte) error { _, err := Work(b); return err }
	for name, tc := range map[string]struct {
		err, is error
	}{
		"an empty step":                {step(nil), ErrMalformed},
		"a step of a newer program":    {step([]byte{0x7f, 1, openMap, endMap}), ErrVersion},
		"a step of a newer version":    {step([]byte{byte(kindWait), 9, openMap, endMap}), ErrVersion},
		"work where a step should be":  {step([]byte{byte(kindDeliver), 1, openMap, endMap}), ErrMalformed},
		"state where a step should be": {step([]byte{byte(kindMember), 1, openMap, endMap}), ErrMalformed},
		"empty work":                   {work(nil), ErrMalformed},
		"work of a newer program":      {work([]byte{0x7f, 1, openMap, endMap}), ErrVersion},
		"a step where work should be":  {work([]byte{byte(kindWait), 1, openMap, endMap}), ErrMalformed},
	} {
		if !errors.Is(tc.err, tc.is) {
			t.Errorf("%s: %v, want %v", name, tc.err, tc.is)
		}
	}
}

// Few bytes may not ask for much memory, whatever they claim. Not parallel: it
// counts what is allocated.
func TestFewBytesTakeLittleMemory(t *testing.T) {
	claim := []byte{byte(kindMessage), 1, openMap, 8, 0x99, 0xff, 0xff} // 65535 attachments
	bad := append(claim, bytes.Repeat([]byte{endMap}, 1000)...)
	const runs = 100
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range runs {
		if _, err := Message(bad); err == nil {
			t.Fatal("accepted")
		}
	}
	runtime.ReadMemStats(&after)
	if n := (after.TotalAlloc - before.TotalAlloc) / runs; n > 10_000 {
		t.Errorf("%d bytes allocated for %d read", n, len(bad))
	}
}

func FuzzDecode(f *testing.F) {
	kinds := all()
	for _, s := range kinds {
		f.Add(s.append(nil, s.full()))
		f.Add([]byte{byte(s.kind), 1, openMap, endMap})
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range kinds {
			survives(t, s, b)
		}
	})
}
