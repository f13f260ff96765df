package query

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/telemetry"
)

// Options is what the edge is made of.
type Options struct {
	Listener  net.Listener // closed by Run
	Config    config.Config
	Reader    Reader
	NoState   error                   // what Reader fails with where nothing is live yet
	Ends      Ends                    // nil: no answer tells its lag
	LogID     string                  // identity of the log, for positions
	Partition func(tenant string) int // the partition of a tenant
	Registry  *prometheus.Registry    // nil: one of its own
	Logger    *slog.Logger
	Now       func() time.Time // nil: time.Now
}

// service answers questions.
type service struct {
	Options
	definition string
	door       *door
	ends       *ends
	metrics    *telemetry.QueryMetrics
	turns      *semaphore.Weighted
}

// Limits of the server.
const (
	headerPatience = 5 * time.Second
	readPatience   = 10 * time.Second
	answerPatience = 30 * time.Second // longer than a question waits for what it comes after
	idlePatience   = 2 * time.Minute
	closePatience  = 10 * time.Second
	headerBytes    = 32 << 10
	mostTurns      = 256             // questions that are worked on, or wait for what they come after, at once
	turnPatience   = 2 * time.Second // that a question waits to be one of them
)

// Run serves until ctx ends, and then until the requests under way are answered.
func Run(ctx context.Context, o Options) error {
	handler, err := NewHandler(o)
	if err != nil {
		return errors.Join(err, o.Listener.Close())
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerPatience, ReadTimeout: readPatience, WriteTimeout: answerPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: headerBytes, ErrorLog: slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn),
	}
	served := make(chan error, 1)
	go func() { served <- server.Serve(o.Listener) }()
	o.Logger.Info("query ready", "addr", o.Listener.Addr().String())
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePatience)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		return errors.Join(err, server.Close())
	}
	return nil
}

// NewHandler is the edge as a handler; Listener is not used.
func NewHandler(o Options) (http.Handler, error) {
	d, err := newDoor(o.Config, o.Partition)
	if err != nil {
		return nil, err
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Registry == nil {
		o.Registry = telemetry.Registry()
	}
	s := &service{
		Options: o, definition: o.Config.Identity(), door: d, ends: newEnds(o.Ends), metrics: telemetry.NewQueryMetrics(o.Registry),
		turns: semaphore.NewWeighted(mostTurns),
	}
	return s.mux()
}

// readyPatience is how long the question whether the store answers may take.
const readyPatience = 2 * time.Second

// ready asks the store of some tenant whether it answers; that nothing is live yet is an answer.
func (s *service) ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), readyPatience)
	defer cancel()
	for _, c := range s.door.companies {
		if _, _, err := s.Reader.Cut(ctx, c.partition, nil); err != nil && !errors.Is(err, s.NoState) {
			return errStore
		}
		break
	}
	return nil
}
