package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/telemetry"
	"weir.dev/weir/pkg/web"
	"weir.dev/weir/schemas"
)

// Bounds of a connection. A slow sender must not hold the others up.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	answerTimeout     = readTimeout + bodyPatience + 2*writeTimeout
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 64 << 10
	drainTimeout      = 30 * time.Second // for the requests that are under way at the end
)

// Options are what the ingestor needs. All of it is required.
type Options struct {
	Listener net.Listener // taken over, and closed at the end
	Config   config.Config
	Log      Log
	LogID    string // identity of the log, for positions: letters, digits, '-' and '_'
	Layout   Layout
	Open     Open // reads inbox topics
	Registry *prometheus.Registry
	Logger   *slog.Logger
}

// Run takes events in until ctx ends, and returns nil when the requests that were under way then are
// answered. It fails with config.ErrInvalid, or where the listener does.
func Run(ctx context.Context, o Options) error {
	keys, err := web.NewKeyring(o.Config.Tenants)
	if err != nil {
		return errors.Join(err, o.Listener.Close())
	}
	g := &gate{
		log: o.Log, letters: NewDeadLetters(o.Log, o.Layout), limits: newLimits(o.Config.Tenants), layout: o.Layout,
		metrics: telemetry.NewIngestMetrics(o.Registry), logger: o.Logger, now: time.Now,
	}
	h := newHandler(g, keys, o.Config.Tenants, o.LogID)
	server := &http.Server{
		Handler:           h.routes(telemetry.Ops(func() error { return ctx.Err() }, o.Registry)),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      answerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(o.Logger.Handler(), slog.LevelWarn),
	}
	inboxes, stop := context.WithCancel(context.WithoutCancel(ctx))
	var reading sync.WaitGroup
	for name, tenant := range o.Config.Tenants {
		if tenant.Inbox != "" {
			b := &inbox{topic: tenant.Inbox, tenant: name, currency: tenant.Currency, gate: g, log: o.Log, source: o.Open, logger: o.Logger}
			reading.Go(func() { b.run(inboxes) })
		}
	}
	err = serve(ctx, server, o.Listener, o.Logger)
	stop()
	reading.Wait()
	return err
}

// serve answers requests until ctx ends, and then those that are under way.
func serve(ctx context.Context, server *http.Server, listener net.Listener, logger *slog.Logger) error {
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	logger.Info("ingestor ready", "addr", listener.Addr().String())
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		return fmt.Errorf("requests cut off: %w", errors.Join(err, server.Close()))
	}
	return nil
}

// routes is what is served where.
func (h *handler) routes(ops http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/events", h.post)
	mux.HandleFunc("OPTIONS /v1/events", h.consent)
	mux.HandleFunc("/v1/events", notAllowed)
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, ops)
	}
	mux.HandleFunc("GET /openapi.json", describe)
	mux.HandleFunc("/", notFound)
	return mux
}

// describe tells what both services answer, in the words of OpenAPI.
func describe(w http.ResponseWriter, _ *http.Request) {
	document, err := schemas.OpenAPI()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(document) // a client that is gone has nothing to be told
}
