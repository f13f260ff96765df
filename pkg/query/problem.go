package query

import (
	"errors"
	"net/http"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/web"
)

// badParameter is about a parameter that is not understood.
func badParameter(name, detail string) *web.Problem {
	p := web.NewProblem(http.StatusBadRequest, "parameter", "A parameter is not understood", detail)
	p.Parameter = name
	return p
}

// unanswerable is about a question that is well put and has no answer.
func unanswerable(name, parameter, detail string) *web.Problem {
	p := web.NewProblem(http.StatusUnprocessableEntity, name, "The question has no answer", detail)
	p.Parameter = parameter
	return p
}

func notFound(detail string) *web.Problem {
	return web.NewProblem(http.StatusNotFound, "not-found", "There is no such thing", detail)
}

// errStore wraps what the store fails with.
var errStore = errors.New("the store does not answer")

// problemOf is the one place that turns errors into problems. told is false where the problem does not
// say all: the error itself is for the log, not for users.
func (s *service) problemOf(err error) (p *web.Problem, told bool) {
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
	case errors.Is(err, metric.ErrPeriod), errors.Is(err, metric.ErrStandard):
		return unanswerable("window", "window", err.Error()), true
	case errors.Is(err, calendar.ErrWindow):
		return badParameter("window", err.Error()), true
	case errors.Is(err, calendar.ErrSteps):
		return badParameter("step", err.Error()), true
	case errors.Is(err, s.NoState):
		return rebuilding("the tenant's partition has not been taken up; its events are safe in the log", state.Meta{}), true
	case errors.Is(err, errStore):
		return web.Passing("unavailable", "The numbers cannot be read now", errStore.Error()), false
	}
	return web.NewProblem(http.StatusInternalServerError, "internal", "Something went wrong here", ""), false
}
