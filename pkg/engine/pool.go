package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
)

// Pool runs the partitions of a log side by side.
type Pool struct {
	Partitions int
	Runner     func(partition int) *Runner
	Logger     *slog.Logger
	// Stopped is told of a partition that stopped for good, under the name of its alarm, by the goroutine of
	// that partition; may be nil.
	Stopped func(partition int, alarm string, err error)
}

// ErrStopped is returned by Run when every partition stopped before it was told to.
var ErrStopped = errors.New("all partitions have stopped")

// Run runs all partitions until ctx ends. One that stops for good does not stop the others.
func (p *Pool) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for i := range p.Partitions {
		wg.Go(func() {
			err := p.Runner(i).Run(ctx)
			if err == nil {
				return
			}
			p.Logger.Error("partition stopped", "partition", i, "alarm", Alarm(err), "cause", err)
			if p.Stopped != nil {
				p.Stopped(i, Alarm(err), err)
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return nil
	}
	return ErrStopped
}

// Alarm is the name under which a reason to stop is looked up by people.
func Alarm(err error) string {
	switch {
	case errors.Is(err, ErrFenced):
		return "fenced"
	case errors.Is(err, ErrDefinition):
		return "definition_changed"
	case errors.Is(err, ErrCorrupt):
		return "state_corrupt"
	case errors.Is(err, ErrStep):
		return "step_failed"
	case errors.Is(err, ErrLogChanged):
		return "log_changed"
	case errors.Is(err, ErrOutOfRange):
		return "offset_out_of_range"
	default:
		return "unexpected"
	}
}
