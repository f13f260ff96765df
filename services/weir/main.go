// Weir in one program: all three services in one process, and the operator's commands.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"weir.dev/weir/pkg/serve"
)

// commands are the commands of the program.
type commands struct {
	Up         upCmd         `cmd:"" help:"Run ingestor, aggregator and query in this process, on an embedded log and store unless others are named."`
	Import     importCmd     `cmd:"" help:"Post the rows of CSV files as events."`
	Generate   generateCmd   `cmd:"" help:"Make up a company, and print or post its events."`
	Deadletter deadletterCmd `cmd:"" name:"deadletter" help:"Show what was refused, and why."`
	Audit      auditCmd      `cmd:"" help:"Recompute every cell, entity and published series from the log; exit 0 only when all are equal."`
	Rebuild    rebuildCmd    `cmd:"" help:"Make the state anew from the log beside the live one, compare, and put it in its place."`
}

func main() {
	serve.TuneGC()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cli := kong.Parse(&commands{}, kong.Name("weir"), kong.UsageOnError(),
		kong.Description("Live, explained revenue metrics from a stream of CloudEvents."),
		kong.Exit(func(code int) { os.Exit(min(code, serve.ExitRefused)) }), // of its own for a bad command line, kong would end with 80
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := cli.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "weir: "+err.Error())
		stop()
		os.Exit(serve.ExitCode(err)) //nolint:gocritic // stop was called
	}
}
