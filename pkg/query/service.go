package query

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"weir.dev/weir/pkg/config"
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
	Logger    *slog.Logger
	Now       func() time.Time // nil: time.Now
}

// service answers questions.
type service struct {
	Options
	definition string
	door       *door
	ends       *ends
}

// Limits of the server.
const (
	headerPatience = 5 * time.Second
	readPatience   = 10 * time.Second
	answerPatience = 30 * time.Second // longer than a question waits for what it comes after
	idlePatience   = 2 * time.Minute
	closePatience  = 10 * time.Second
	headerBytes    = 32 << 10
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
	stopped := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), closePatience)
		defer cancel()
		stopped <- server.Shutdown(last)
	})
	o.Logger.Info("query ready", "addr", o.Listener.Addr().String())
	err = server.Serve(o.Listener)
	if stop() {
		return err // it ended by itself
	}
	return <-stopped
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
	s := &service{Options: o, definition: o.Config.Identity(), door: d, ends: newEnds(o.Ends)}
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		mux.Handle(rt.pattern, s.handle(rt))
	}
	return mux, nil
}

// route is one kind of question.
type route struct {
	pattern string
	params  []string
	answer  func(*http.Request, *company, params) (any, error)
}

func (s *service) routes() []route {
	return []route{
		{"/v1/metrics", nil, s.catalogue},
		{"/v1/metrics/{id}", []string{"window", "as_of", "known", "by", "where", "step", "within", "currency", "skip", "after"}, s.metric},
		{"/v1/pipeline/flow", []string{"window", "as_of", "known", "by", "where", "currency", "after"}, s.flow},
		{"/v1/deals", []string{"status", "owner", "team", "segment", "stage", "sort", "order", "limit", "cursor", "after"}, s.deals},
		{"/v1/deals/{id}", []string{"after"}, s.deal},
	}
}

// handle puts a route behind the door, and turns its answer or its error into a response.
func (s *service) handle(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := s.ask(rt, r)
		if err == nil {
			s.write(w, answer)
			return
		}
		p, told := s.problemOf(err)
		if !told && r.Context().Err() == nil {
			s.Logger.Error("question failed", "path", r.URL.Path, "status", p.Status, "cause", err)
		}
		p.write(w)
	})
}

func (s *service) ask(rt route, r *http.Request) (any, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, newProblem(http.StatusMethodNotAllowed, "method", "Only GET is answered here", r.Method+" is not")
	}
	c, err := s.door.company(r)
	if err != nil {
		return nil, err
	}
	p, err := parseParams(r.URL.RawQuery, rt.params)
	if err != nil {
		return nil, err
	}
	return rt.answer(r, c, p)
}

// write sends an answer. It is made whole before it is sent, so that no error follows a 200.
func (s *service) write(w http.ResponseWriter, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		s.Logger.Error("answer cannot be written", "cause", err)
		newProblem(http.StatusInternalServerError, "internal", "Something went wrong here", "").write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append(body, '\n')) // a client that is gone has nothing to be told
}
