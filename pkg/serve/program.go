package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/telemetry"
)

// Exit codes of the programs.
const (
	ExitOK      = 0
	ExitError   = 1
	ExitRefused = 2 // the configuration or the command line
)

// Flags are what the three services share.
type Flags struct {
	Config string   `help:"Configuration file; without one, a single tenant called default." env:"WEIR_CONFIG" type:"existingfile" placeholder:"FILE"`
	Kafka  []string `help:"Kafka brokers." env:"WEIR_KAFKA" default:"127.0.0.1:9092" placeholder:"HOST:PORT,…"`
	Redis  string   `help:"Redis: host:port, several with commas for a cluster, or a URL." env:"WEIR_REDIS" default:"127.0.0.1:6379" placeholder:"ADDR"`
	Listen string   `help:"Address to serve HTTP on." env:"WEIR_LISTEN" default:"${listen}" placeholder:"ADDR"`
}

// Service is the body of a service.
type Service func(context.Context, Parts) error

// Main runs a service as a program: flags and environment in, an exit code out. listen is its default address.
func Main(name, about, listen string, body Service) int {
	var flags Flags
	parser := kong.Must(&flags, kong.Name(name), kong.Description(about), kong.Vars{"listen": listen})
	if _, err := parser.Parse(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, name+": "+err.Error())
		return ExitRefused
	}
	TuneGC()
	logger := telemetry.Logger(os.Stderr, slog.LevelInfo).With("service", name)
	parts, err := flags.open(logger)
	if err != nil {
		logger.Error("cannot start", "cause", err)
		return ExitCode(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := body(ctx, parts); err != nil {
		if ctx.Err() != nil {
			return ExitOK // it was told to stop while it was starting
		}
		logger.Error("stopped", "cause", err)
		return ExitCode(err)
	}
	return ExitOK
}

// gcPercent lets the heap grow further than the runtime would: what services hold is bounded by their
// caches, and most of what they allocate lives as long as a batch.
const gcPercent = 400

// TuneGC sets gcPercent, unless the environment says otherwise.
func TuneGC() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}

// ExitCode is what a program that failed ends with.
func ExitCode(err error) int {
	if errors.Is(err, config.ErrInvalid) {
		return ExitRefused
	}
	return ExitError
}

// open reads the configuration and binds the address.
func (f *Flags) open(logger *slog.Logger) (Parts, error) {
	cfg, err := LoadConfig(f.Config)
	if err != nil {
		return Parts{}, err
	}
	listener, err := Listen(f.Listen)
	if err != nil {
		return Parts{}, err
	}
	return Parts{Config: cfg, Kafka: f.Kafka, Redis: f.Redis, Listener: listener, Logger: logger}, nil
}

// LoadConfig reads a configuration file; without a path it is the default.
func LoadConfig(path string) (config.Config, error) {
	if path == "" {
		return config.Default(), nil
	}
	return config.Load(path)
}

// Listen binds an address.
func Listen(addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", strings.TrimPrefix(addr, "http://"))
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}
