package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/config"
)

// drainTime bounds an orderly stop: the contract promises 15 s in all.
const drainTime = 12 * time.Second

type serveCmd struct {
	Config string `help:"Configuration file." placeholder:"FILE" type:"path"`
	Data   string `help:"Folder for everything kept on this machine." placeholder:"DIR" type:"path"`
	Listen string `help:"Address to listen on." placeholder:"ADDR"`
	Demo   bool   `help:"Without a configuration: a demo company joined to the built-in simulator, with customers already writing."`
}

// Run serves until the process is told to end.
func (c *serveCmd) Run(ctx context.Context) error {
	flags := config.Flags{"data": c.Data, "listen": c.Listen}
	cfg, problems := config.Load(c.Config, os.Environ(), flags)
	log := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: cfg.Level()}))
	var stage *demo.Stage
	if c.Demo && c.Config == "" && !config.Failed(problems) {
		var err error
		if stage, err = demo.Open(log); err != nil {
			return err
		}
		defer func() { _ = stage.Close() }()
		cfg = demo.Company(cfg, stage.APIURL)
	}
	problems = config.Sorted(append(problems, cfg.Validate(ruleNames())...))
	print(os.Stderr, problems)
	if config.Failed(problems) {
		return failure{1}
	}
	if len(cfg.Operators) == 0 && c.Config == "" {
		return errors.New("there is nothing to serve: give --config FILE, or --demo for a demo company")
	}
	return serve(ctx, cfg, stage, log)
}

// serve runs the server and stops it in order.
func serve(ctx context.Context, cfg config.Config, stage *demo.Stage, log *slog.Logger) error {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	o := app.Options{Config: cfg, Log: log, Version: version, Fatal: func(err error) { fail(fmt.Errorf("fatal: %w", err)) }}
	if stage != nil {
		o.Simulator = stage.URL()
	}
	a, err := app.Start(ctx, o)
	if err != nil {
		return err
	}
	if stage != nil {
		if err := stage.Play(ctx, a.URL()); err != nil {
			return errors.Join(err, a.Close(context.WithoutCancel(ctx)))
		}
		stage.Announce(os.Stdout, a.URL())
	} else {
		fmt.Printf("Parley %s listens on %s\n", version, a.URL())
	}
	<-ctx.Done()
	log.Info("stopping")
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	if stage != nil {
		stage.Quiet()
	}
	err = a.Close(stopping)
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}
