package query

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"weir.dev/weir/pkg/telemetry"
	"weir.dev/weir/pkg/web"
	"weir.dev/weir/schemas"
)

// route is one kind of question: where it is asked, what it may carry, and what answers it.
type route struct {
	pattern string
	params  []string
	answer  func(*http.Request, *company, params) (any, error)
}

func (s *service) routes() []route {
	return []route{
		{"/v1/metrics", nil, s.catalogue},
		{"/v1/metrics/{id}", []string{"window", "as_of", "known", "by", "where", "step", "within", "currency", "skip", "mode", "against", "after"}, s.metric},
		{"/v1/pipeline/flow", []string{"window", "as_of", "known", "by", "where", "currency", "after"}, s.flow},
		{"/v1/activity", []string{"window", "as_of", "known", "by", "step", "deal", "account", "owner", "after"}, s.activity},
		{"/v1/deals", []string{"status", "owner", "team", "segment", "stage", "sort", "order", "limit", "cursor", "after"}, s.deals},
		{"/v1/deals/{id}", []string{"after"}, s.deal},
		{"/v1/renewals", []string{
			"window", "as_of", "known", "by", "owner", "segment", "account", "status", "rule", "currency", "limit", "cursor", "after",
		}, s.renewals},
	}
}

// mux is all that is served.
func (s *service) mux() (http.Handler, error) {
	description, err := schemas.OpenAPI()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	for _, rt := range s.routes() {
		mux.Handle(rt.pattern, s.handle(rt))
	}
	ops := telemetry.Ops(s.ready, s.Registry)
	for _, path := range []string{"/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, ops)
	}
	mux.HandleFunc("GET /openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(description) // a client that is gone has nothing to be told
	})
	for path, file := range dashboard() {
		mux.Handle("GET "+path, file)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		notFound("/openapi.json describes what there is").Write(w)
	})
	return mux, nil
}

// handle puts a route behind the door, and turns its answer or its error into a response.
func (s *service) handle(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		defer func() { s.metrics.Took(rt.pattern, time.Since(began)) }()
		answer, err := s.ask(rt, r)
		if err == nil {
			s.write(w, answer)
			return
		}
		if r.Context().Err() != nil {
			return // nobody waits any more
		}
		p, told := s.problemOf(err)
		if !told {
			s.Logger.Error("question failed", "path", r.URL.Path, "status", p.Status, "cause", err)
		}
		p.Write(w)
	})
}

func (s *service) ask(rt route, r *http.Request) (any, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, web.NewProblem(http.StatusMethodNotAllowed, "method", "The method is not allowed", "questions are asked with GET").
			With("Allow", "GET, HEAD")
	}
	c, err := s.door.company(r)
	if err != nil {
		return nil, err
	}
	p, err := parseParams(r.URL.RawQuery, rt.params)
	if err != nil {
		return nil, err
	}
	turn, cancel := context.WithTimeout(r.Context(), turnPatience)
	defer cancel()
	if s.turns.Acquire(turn, 1) != nil {
		return nil, web.Passing("busy", "Too many questions at once", "ask again a little later")
	}
	defer s.turns.Release(1)
	return rt.answer(r, c, p)
}

// write sends an answer. It is made whole before it is sent, so that no error follows a 200.
func (s *service) write(w http.ResponseWriter, answer any) {
	body, err := json.Marshal(answer)
	if err != nil {
		p, _ := s.problemOf(err)
		s.Logger.Error("answer cannot be written", "cause", err)
		p.Write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(append(body, '\n')) // a client that is gone has nothing to be told
}
