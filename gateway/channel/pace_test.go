package channel_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"parley/gateway/channel"
)

func TestBackOff(t *testing.T) {
	t.Parallel()
	policy := channel.RetryPolicy{Base: time.Second, Cap: time.Minute, Attempts: 8}
	rapid.Check(t, func(t *rapid.T) {
		attempt, seed := rapid.IntRange(1, 7).Draw(t, "attempt"), rapid.Uint64().Draw(t, "seed")
		e := &channel.SendError{Class: channel.ClassTransient}
		wait, again := policy.Next(e, attempt, seed)
		span := min(time.Second<<(attempt-1), time.Minute)
		if !again || wait < span/10 || wait > span {
			t.Fatalf("wait %v of span %v, again %v", wait, span, again)
		}
		if same, _ := policy.Next(e, attempt, seed); same != wait {
			t.Fatal("not a pure function")
		}
		e.RetryAfter = 30 * time.Second
		if wait, _ := policy.Next(e, attempt, seed); wait < e.RetryAfter || wait > 40*time.Second {
			t.Fatalf("asked for 30 s, waits %v", wait)
		}
	})
	if _, again := policy.Next(&channel.SendError{Class: channel.ClassTransient}, 8, 1); again {
		t.Error("goes on after the last attempt")
	}
	for _, c := range []channel.Class{channel.ClassUnknown, channel.ClassWindowClosed, channel.ClassChannelFault} {
		if _, again := policy.Next(&channel.SendError{Class: c}, 1, 1); again {
			t.Errorf("%s is repeated", c)
		}
	}
	if wait, again := channel.DefaultRetry().Next(&channel.SendError{Class: channel.ClassTransient}, 9, 7); !again || wait > 3*time.Minute {
		t.Errorf("default: %v %v", wait, again)
	}
}

func TestBackOffIsSpreadOverTheSpan(t *testing.T) {
	t.Parallel()
	policy := channel.RetryPolicy{Base: time.Second, Cap: time.Minute, Attempts: 8}
	var low, high int
	for seed := range uint64(1000) {
		wait, _ := policy.Next(&channel.SendError{Class: channel.ClassTransient}, 5, seed)
		switch {
		case wait < 6*time.Second:
			low++
		case wait > 12*time.Second:
			high++
		}
	}
	if low < 150 || high < 150 {
		t.Errorf("of 1000 waits %d are short and %d long", low, high)
	}
}

// took runs f in virtual time and says how long it waited.
func took(t *testing.T, f func()) time.Duration {
	t.Helper()
	start := time.Now()
	f()
	return time.Since(start).Round(10 * time.Millisecond)
}

func TestACustomerWhoMustWaitHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := channel.NewLimits(channel.LimitsConfig{RecipientRate: 1, RecipientBurst: 2})
		ctx := t.Context()
		if d := took(t, func() { l.Wait(ctx, "a", false); l.Wait(ctx, "a", false) }); d != 0 {
			t.Errorf("the burst waited %v", d)
		}
		if d := took(t, func() { l.Wait(ctx, "a", false) }); d != time.Second {
			t.Errorf("the third waited %v", d)
		}
		l.PauseRecipient("a", time.Now().Add(10*time.Second))
		if d := took(t, func() { l.Wait(ctx, "b", false) }); d != 0 {
			t.Errorf("another customer waited %v", d)
		}
		if d := took(t, func() { l.Wait(ctx, "a", false) }); d != 10*time.Second {
			t.Errorf("the paused one waited %v", d)
		}
	})
}

func TestPauseHoldsTheChannel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := channel.NewLimits(channel.LimitsConfig{ChannelRate: 10, ChannelBurst: 1, MediaRate: 1, MediaBurst: 1})
		ctx := t.Context()
		l.Pause(time.Now().Add(time.Minute))
		l.Pause(time.Now().Add(time.Second)) // an earlier end changes nothing
		go func() {
			time.Sleep(30 * time.Second)
			l.Pause(time.Now().Add(time.Minute)) // the end moves while somebody waits
		}()
		if d := took(t, func() { l.Wait(ctx, "a", false) }); d != 90*time.Second {
			t.Errorf("waited %v", d)
		}
		if d := took(t, func() { l.Wait(ctx, "a", false); l.Wait(ctx, "b", false) }); d != 100*time.Millisecond {
			t.Errorf("channel's pace: waited %v", d)
		}
		if d := took(t, func() { l.Wait(ctx, "a", true); l.Wait(ctx, "b", true) }); d < time.Second {
			t.Errorf("files' pace: waited %v", d)
		}
		ctx, cancel := context.WithTimeout(ctx, time.Second)
		defer cancel()
		l.Pause(time.Now().Add(time.Hour))
		if err := l.Wait(ctx, "a", false); err == nil {
			t.Error("the context's end did not end the wait")
		}
	})
}

func TestRecipientsAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := channel.NewLimits(channel.LimitsConfig{RecipientRate: 1, RecipientBurst: 1, Recipients: 100})
		for i := range 10_000 {
			l.Wait(t.Context(), string(rune(i)), false)
		}
		if n := l.Recipients(); n > 100 {
			t.Errorf("%d remembered", n)
		}
	})
}
