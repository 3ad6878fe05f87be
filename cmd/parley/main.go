// Command parley is the whole chat engine in one binary.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// version is set by the linker.
var version = "dev"

// cli is the command line. Every flag can be given as PARLEY_<FLAG> too.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Run the server."`
	Simulate simulateCmd `cmd:"" help:"Drive simulated customers and operators against a running server, and judge it."`
	Bench    benchCmd    `cmd:"" help:"Measure one thing, beside its ceiling, in one run."`
	Verify   verifyCmd   `cmd:"" help:"Run the engine in a simulated world with faults, and look for broken promises."`
	Check    checkCmd    `cmd:"" help:"Validate a configuration and print every problem at once."`
	Store    storeCmd    `cmd:"" help:"Look into the store of a stopped server, and put right what is damaged."`
	Version  versionCmd  `cmd:"" help:"Print the version."`
}

// failure ends the program with a code after what had to be said was said.
type failure struct{ code int }

func (f failure) Error() string { return fmt.Sprintf("exit %d", f.code) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	relaxCollector()
	os.Exit(run(ctx, os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("parley"), kong.Description("Real-time chat engine for contact centers."),
		kong.DefaultEnvars("PARLEY"), kong.ConfigureHelp(kong.HelpOptions{Compact: true}), kong.BindTo(ctx, (*context.Context)(nil)))
	if err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		return 2
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(os.Stderr, "parley: %v\nTry: parley --help\n", err)
		return 2
	}
	err = k.Run(&c)
	var f failure
	switch {
	case err == nil:
		return 0
	case errors.As(err, &f):
		return f.code
	}
	fmt.Fprintln(os.Stderr, "parley:", err)
	return 1
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run() error {
	fmt.Println("parley", version)
	return nil
}
