package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/serve"
	"weir.dev/weir/pkg/telemetry"
)

// upCmd runs the three services in this process.
type upCmd struct {
	Data   string   `help:"Folder that the embedded log keeps; without it everything is in memory." type:"path" placeholder:"DIR"`
	Config string   `help:"Configuration file; without one, a single tenant called default." env:"WEIR_CONFIG" type:"existingfile" placeholder:"FILE"`
	Ingest string   `help:"Address of the ingestor." default:":8080" placeholder:"ADDR"`
	Query  string   `help:"Address of the query service and the dashboard." default:":8081" placeholder:"ADDR"`
	Health string   `help:"Address of the aggregator's health and metrics." default:"127.0.0.1:8082" placeholder:"ADDR"`
	Kafka  []string `help:"Kafka brokers; without them an embedded log." env:"WEIR_KAFKA" placeholder:"HOST:PORT,…"`
	Redis  string   `help:"Redis; without it an embedded store, which is filled from the log at each start." env:"WEIR_REDIS" placeholder:"ADDR"`
	Demo   bool     `help:"Let a made-up company live: a year of history, and then on."`
	Rate   float64  `help:"Events a second of the company's present." default:"5"`
	Seed   uint64   `help:"Which company." default:"1"`
}

// Run runs until it is told to stop.
func (c *upCmd) Run(ctx context.Context) error { return c.run(ctx, os.Stdout, os.Stderr) }

func (c *upCmd) run(ctx context.Context, stdout, stderr io.Writer) error {
	cfg, err := serve.LoadConfig(c.Config)
	if err != nil {
		return err
	}
	logger := telemetry.Logger(stderr, slog.LevelWarn)
	parts, closeParts, err := c.parts(ctx, cfg, logger)
	if err != nil {
		return err
	}
	defer closeParts()
	doors, err := c.listen()
	if err != nil {
		return err
	}
	c.greet(stdout, parts, doors)
	service := func(body serve.Service, door net.Listener) func(context.Context) error {
		p := parts
		p.Listener = door
		return func(ctx context.Context) error { return body(ctx, p) }
	}
	run := []func(context.Context) error{
		service(serve.Ingestor, doors.ingest), service(serve.Aggregator, doors.health), service(serve.Query, doors.query),
	}
	if c.Demo {
		d := demo{
			seed: c.Seed, rate: c.Rate, data: c.Data, stdout: stdout, stderr: stderr,
			ingest: "http://" + reachable(doors.ingest), query: "http://" + reachable(doors.query),
		}
		run = append(run, d.run)
	}
	return serve.Beside(ctx, run...)
}

// parts starts what is embedded: the log and the store that were not named.
func (c *upCmd) parts(ctx context.Context, cfg config.Config, logger *slog.Logger) (serve.Parts, func(), error) {
	p := serve.Parts{Config: cfg, Kafka: c.Kafka, Redis: c.Redis, Logger: logger}
	var closers []func()
	closeAll := func() {
		for i := len(closers) - 1; i >= 0; i-- {
			closers[i]()
		}
	}
	if len(p.Kafka) == 0 {
		dir := c.Data
		if dir != "" {
			dir = filepath.Join(dir, "log")
		}
		log, err := embedded.StartLog(ctx, dir, embedded.LogOptions{Logger: logger})
		if err != nil {
			return p, closeAll, err
		}
		closers = append(closers, func() {
			if err := log.Close(); err != nil {
				logger.Error("embedded log", "cause", err)
			}
		})
		p.Kafka, p.Alone = log.Brokers(), true
	}
	if p.Redis == "" {
		store, err := embedded.StartStore(ctx)
		if err != nil {
			closeAll()
			return p, func() {}, err
		}
		closers = append(closers, store.Close)
		p.Redis = store.Addr()
	}
	return p, closeAll, nil
}

// doors are the listeners of the services.
type doors struct {
	ingest, query, health net.Listener
}

func (c *upCmd) listen() (d doors, err error) {
	for _, door := range []struct {
		addr string
		to   *net.Listener
	}{{c.Ingest, &d.ingest}, {c.Query, &d.query}, {c.Health, &d.health}} {
		if *door.to, err = serve.Listen(door.addr); err != nil {
			return d, err
		}
	}
	return d, nil
}

// greet says where to look.
func (c *upCmd) greet(stdout io.Writer, p serve.Parts, d doors) {
	fmt.Fprintf(stdout, "Weir is up.\n")
	fmt.Fprintf(stdout, "  dashboard  http://%s\n", reachable(d.query))
	fmt.Fprintf(stdout, "  ask        http://%s/v1/metrics\n", reachable(d.query))
	fmt.Fprintf(stdout, "  send       http://%s/v1/events\n", reachable(d.ingest))
	fmt.Fprintf(stdout, "  audit      weir audit --kafka %s --redis %s\n", p.Kafka[0], p.Redis)
}

// reachable is the address of a listener as a browser on this machine would call it.
func reachable(l net.Listener) string {
	host, port, err := net.SplitHostPort(l.Addr().String())
	if err != nil || net.ParseIP(host).IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
