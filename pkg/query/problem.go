package query

import (
	"encoding/json"
	"errors"
	"net/http"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/metric"
)

// problem is a refusal as RFC 9457 has it.
type problem struct {
	Type      string   `json:"type"`
	Title     string   `json:"title"`
	Status    int      `json:"status"`
	Detail    string   `json:"detail,omitempty"`
	Parameter string   `json:"parameter,omitempty"` // of the query string, that is at fault
	Kept      []string `json:"kept,omitempty"`      // the combinations of dimensions that could be asked for

	header map[string]string
}

// Error is the problem in words, for the log.
func (p *problem) Error() string { return p.Title + ": " + p.Detail }

const problemBase = "https://weir.dev/problems/"

func newProblem(status int, name, title, detail string) *problem {
	return &problem{Type: problemBase + name, Title: title, Status: status, Detail: detail}
}

// with adds a header of the response.
func (p *problem) with(name, value string) *problem {
	p.header = map[string]string{name: value}
	return p
}

// badParameter is about a parameter that is not understood.
func badParameter(name, detail string) *problem {
	p := newProblem(http.StatusBadRequest, "parameter", "A parameter is not understood", detail)
	p.Parameter = name
	return p
}

// unanswerable is about a question that is well put and has no answer.
func unanswerable(name, parameter, detail string) *problem {
	p := newProblem(http.StatusUnprocessableEntity, name, "The question has no answer", detail)
	p.Parameter = parameter
	return p
}

func notFound(detail string) *problem {
	return newProblem(http.StatusNotFound, "not-found", "There is no such thing", detail)
}

// passing is about what another try may find gone.
func passing(name, title, detail string) *problem {
	return newProblem(http.StatusServiceUnavailable, name, title, detail).with("Retry-After", "1")
}

// errStore wraps what the store fails with.
var errStore = errors.New("the store does not answer")

// problemOf is the one place that turns errors into problems. told is false where the problem does not
// say all: the error itself is for the log, not for users.
func (s *service) problemOf(err error) (p *problem, told bool) {
	var rollup *metric.RollupError
	switch {
	case errors.As(err, &p):
		return p, true
	case errors.As(err, &rollup):
		p = unanswerable("rollup", "by", err.Error())
		p.Kept = rollup.Kept
		return p, true
	case errors.Is(err, metric.ErrKnown):
		return unanswerable("known", "known", err.Error()), true
	case errors.Is(err, metric.ErrOption):
		return unanswerable("option", "", err.Error()), true
	case errors.Is(err, metric.ErrPeriod):
		return unanswerable("window", "window", err.Error()), true
	case errors.Is(err, calendar.ErrWindow):
		return badParameter("window", err.Error()), true
	case errors.Is(err, calendar.ErrSteps):
		return badParameter("step", err.Error()), true
	case errors.Is(err, s.NoState):
		return passing("starting", "Nothing to answer from yet", "the tenant's partition has not been taken up; its events are safe in the log"), true
	case errors.Is(err, errStore):
		return passing("unavailable", "The numbers cannot be read now", errStore.Error()), false
	}
	return newProblem(http.StatusInternalServerError, "internal", "Something went wrong here", ""), false
}

// write sends the problem.
func (p *problem) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	for name, value := range p.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a client that is gone has nothing to be told
}
