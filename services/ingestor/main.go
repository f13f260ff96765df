// Command ingestor takes events in over HTTP and from inbox topics, and writes them to the log.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/telemetry"
)

type flags struct {
	Config string   `type:"path" env:"WEIR_CONFIG" help:"The configuration, a YAML file; a single tenant when absent."`
	Kafka  []string `env:"WEIR_KAFKA" default:"127.0.0.1:9092" help:"Brokers to begin with (host:port)."`
	Redis  string   `env:"WEIR_REDIS" help:"Not used: the services share their flags."`
	Listen string   `env:"WEIR_LISTEN" default:":8080" help:"Address to serve HTTP on."`
}

func main() {
	var f flags
	if _, err := kong.Must(&f, kong.Description("Takes events in.")).Parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ingestor:", err)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	logger := telemetry.Logger(os.Stderr, slog.LevelInfo)
	settings, err := f.settings()
	if err != nil {
		logger.Error("configuration refused", "error", err)
		os.Exit(2)
	}
	if err := run(ctx, f, settings, logger); err != nil {
		logger.Error("ingestor failed", "error", err)
		os.Exit(1)
	}
}

func (f flags) settings() (config.Config, error) {
	if f.Config == "" {
		return config.Default(), nil
	}
	return config.Load(f.Config)
}
