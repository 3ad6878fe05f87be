package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"parley/cmd/parley/app"
)

// childEnv carries the setup of a child; where it is set the binary is a server.
const childEnv = "PARLEY_BROWSER_CHILD"

// readyMark begins the line in which a child tells its address.
const readyMark = "up "

// setup is what a child is told.
type setup struct {
	Company company
	APIs    map[string]string // api_url by channel
	Data    string
	LogFile string
}

// child serves until it is told to end; the code is the process's.
func child(text string) int {
	err := serve(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		return 1
	}
	return 0
}

func serve(text string) error {
	var s setup
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return err
	}
	cfg, err := s.Company.config(func(channel string) string { return s.APIs[channel] })
	if err != nil {
		return err
	}
	cfg.Data = s.Data
	log, err := s.log()
	if err != nil {
		return err
	}
	go endWithParent()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	return app.Serve(ctx, app.Options{Config: cfg, Log: log, Version: "browser"}, func(a *app.App) error {
		_, err := fmt.Println(readyMark + a.URL())
		return err
	}, nil)
}

// endWithParent ends the process when nobody holds the other end of its standard
// input any more: the parent is gone, however it ended.
func endWithParent() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
}

func (s setup) log() (*slog.Logger, error) {
	if s.LogFile == "" {
		return slog.New(slog.DiscardHandler), nil
	}
	f, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return slog.New(slog.NewJSONHandler(f, nil)), nil
}
