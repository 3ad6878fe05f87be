package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"parley/actors/commit"
	"parley/cmd/parley/store"
	"parley/config"
)

// storeCmd is `parley store`; all of it wants a stopped server.
type storeCmd struct {
	Config string `help:"Configuration file that names the data folder." placeholder:"FILE" type:"path"`
	Data   string `help:"The data folder." placeholder:"DIR" type:"path"`

	Check   storeCheckCmd   `cmd:"" help:"Read everything and list what is damaged; exit 1 if anything is."`
	Show    storeShowCmd    `cmd:"" help:"Show what can be read of an entity."`
	Mend    storeMendCmd    `cmd:"" help:"Put right what is certain: single flipped bits, and what can be made anew."`
	Export  storeExportCmd  `cmd:"" help:"Write everything stored of an entity to a file."`
	Restore storeRestoreCmd `cmd:"" help:"Put values of an entity back from a backup or an export."`
	Drop    storeDropCmd    `cmd:"" help:"Remove an entity, after exporting it."`
	Salvage storeSalvageCmd `cmd:"" help:"Carry everything readable over into whole files; the old ones are kept."`
	CutLog  storeCutLogCmd  `cmd:"" name:"cut-log" help:"Cut a damaged log off where the damage begins, after keeping it, and say what is gone."`
}

// use finds the data folder and runs one command on it.
func (c *storeCmd) use(do func(store.Tool) error) error {
	cfg, problems := config.Load(c.Config, os.Environ(), config.Flags{"data": c.Data})
	if config.Failed(problems) {
		print(os.Stderr, config.Sorted(problems))
		return failure{1}
	}
	if cfg.Store.Kind() != "pebble" {
		return fmt.Errorf("the configuration keeps live state in %s: this command is for the embedded store", cfg.Store.Kind())
	}
	err := do(store.Tool{Data: cfg.Data, Out: os.Stdout})
	if errors.Is(err, store.ErrDamaged) {
		return failure{1} // what is damaged has been listed
	}
	return err
}

// on is use for a command about one entity.
func (c *storeCmd) on(entity string, do func(store.Tool, commit.Entity) error) error {
	e, err := store.ParseEntity(entity)
	if err != nil {
		return err
	}
	return c.use(func(t store.Tool) error { return do(t, e) })
}

type storeCheckCmd struct{}

// Run checks.
func (storeCheckCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.use(func(t store.Tool) error { return t.Check(ctx) })
}

type storeMendCmd struct{}

// Run mends.
func (storeMendCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.use(func(t store.Tool) error { return t.Mend(ctx) })
}

type storeSalvageCmd struct{}

// Run salvages.
func (storeSalvageCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.use(func(t store.Tool) error { return t.Salvage(ctx) })
}

type storeCutLogCmd struct{}

// Run cuts the log.
func (storeCutLogCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.use(func(t store.Tool) error { return t.CutLog(ctx) })
}

type storeShowCmd struct {
	Entity string `arg:"" help:"conversation/ID, operator/ID or queue/ID."`
}

// Run shows an entity.
func (s storeShowCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.on(s.Entity, func(t store.Tool, e commit.Entity) error { return t.Show(ctx, e) })
}

type storeExportCmd struct {
	Entity string `arg:"" help:"conversation/ID, operator/ID or queue/ID."`
	To     string `required:"" help:"New file to write." placeholder:"FILE" type:"path"`
}

// Run exports an entity.
func (s storeExportCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.on(s.Entity, func(t store.Tool, e commit.Entity) error { return t.Export(ctx, e, s.To) })
}

type storeRestoreCmd struct {
	Entity string `arg:"" help:"conversation/ID, operator/ID or queue/ID."`
	From   string `required:"" help:"Data folder of a backup, or an exported file." placeholder:"PATH" type:"path"`
	Whole  bool   `help:"Make the entity what it is in the copy; else only damaged items are taken."`
}

// Run restores an entity.
func (s storeRestoreCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.on(s.Entity, func(t store.Tool, e commit.Entity) error { return t.Restore(ctx, e, s.From, s.Whole) })
}

type storeDropCmd struct {
	Entity string `arg:"" help:"conversation/ID, operator/ID or queue/ID."`
}

// Run drops an entity.
func (s storeDropCmd) Run(ctx context.Context, c *cli) error {
	return c.Store.on(s.Entity, func(t store.Tool, e commit.Entity) error { return t.Drop(ctx, e) })
}
