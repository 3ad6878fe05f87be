package simulator

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkDeliver measures a customer's text from the call to the acknowledgement, with a webhook that does nothing:
// what the simulator costs a load test on the same machine.
func BenchmarkDeliver(b *testing.B) {
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }))
	defer hook.Close()
	w, err := New(Config{Channels: channels(hook.URL), Keep: 100, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Close()
	b.ReportAllocs()
	for i := range b.N {
		if _, err := w.Customer([]string{"fb", "wa", "tg"}[i%3], i%300).Text(context.Background(), "Здравствуйте, где мой заказ?"); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Drained(context.Background()); err != nil {
		b.Fatal(err)
	}
}
