package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"

	"parley/cmd/parley/app"
	"parley/cmd/parley/demo"
	"parley/config"
	"parley/gateway/template"
	"parley/gateway/workspace"
)

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
	problems = config.Sorted(append(problems, cfg.Validate(ruleNames(), template.Check)...))
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
	o := app.Options{Config: cfg, Log: log, Version: version}
	if stage == nil {
		return app.Serve(ctx, o, func(a *app.App) error {
			fmt.Printf("Parley %s listens on %s\n%s\n", version, a.URL(), entrance())
			return nil
		}, nil)
	}
	o.Simulator = stage.URL()
	return app.Serve(ctx, o, func(a *app.App) error {
		if err := stage.Play(ctx, a.URL()); err != nil {
			return err
		}
		stage.Announce(os.Stdout, a.URL(), entrance())
		return nil
	}, stage.Quiet)
}

// entrance says what a browser finds at the server's address.
func entrance() string {
	if workspace.Files() == nil {
		return "The operators' workspace is not built into this program; make workspace builds it, then build and start again."
	}
	return "That address is the operators' workspace: open it in a browser."
}
