package engine

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Members says which partitions this process is to run.
type Members interface {
	// Next waits for a share of the partitions, after the one that came before has ended. It fails when
	// ctx ends.
	Next(ctx context.Context) (Share, error)
}

// Share is partitions that this process is to run for a while.
type Share struct {
	Partitions []int
	// Run calls f in a goroutine of its own. The share ends when the context of f does, and when f returns.
	Run    func(f func(ctx context.Context))
	Shared bool // there may be others who run what is given back
}

// All is the membership of one who is alone: it runs all of a number of partitions.
type All int

// Next gives all partitions.
func (n All) Next(ctx context.Context) (Share, error) {
	s := Share{Run: func(f func(context.Context)) { go f(ctx) }}
	for i := range int(n) {
		s.Partitions = append(s.Partitions, i)
	}
	return s, ctx.Err()
}

// Pool runs the partitions of a log side by side, as far as they are this process' to run.
type Pool struct {
	Members Members
	Runner  func(partition int) *Runner
	Relay   func(partition int, owner *Runner) *Relay // sends what the partition's records made; nil: nothing is sent
	Logger  *slog.Logger
	// Started is told, before they run, which partitions this process runs from now on, and no others, and nil when
	// their share has ended; may be nil.
	Started func(partitions []int)
	// Stopped is told of a partition that stopped for good, under the name of its alarm, by the goroutine of
	// that partition; may be nil.
	Stopped func(partition int, alarm string, err error)

	turns   turns           // of all runners
	runners map[int]*Runner // kept, with what they hold in memory, for when a partition comes back
}

// ErrStopped is returned by Run when every partition of a share stopped before it was told to.
var ErrStopped = errors.New("all partitions have stopped")

// rejoinPause is how long a fenced member waits before it asks for a new share.
const rejoinPause = time.Second

// Run runs one share after the other until ctx ends. A partition that stops for good does not stop the
// others. One that is fenced in a group ends the share: whoever fenced it may be the rightful owner, or may
// have been one; the group knows.
func (p *Pool) Run(ctx context.Context) error {
	p.runners, p.turns = map[int]*Runner{}, newTurns()
	for {
		share, err := p.Members.Next(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			return err
		}
		p.Logger.Info("partitions assigned", "partitions", share.Partitions)
		p.started(append([]int{}, share.Partitions...))
		ended := make(chan error, 1)
		share.Run(func(granted context.Context) { ended <- p.share(ctx, granted, share) })
		if err := <-ended; err != nil {
			return err
		}
		p.started(nil)
		if ctx.Err() != nil {
			return nil
		}
	}
}

func (p *Pool) started(partitions []int) {
	if p.Started != nil {
		p.Started(partitions)
	}
}

// share runs the partitions of a share until it ends, or all of them have stopped for good.
func (p *Pool) share(ctx, granted context.Context, share Share) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(granted, cancel)()
	var wg sync.WaitGroup
	var fenced bool
	var mu sync.Mutex
	for _, i := range share.Partitions {
		runner := p.runner(i)
		wg.Go(func() {
			err := p.run(ctx, runner)
			if err == nil {
				return
			}
			if share.Shared && errors.Is(err, ErrFenced) {
				p.Logger.Warn("partition is somebody else's", "partition", i, "cause", err)
				mu.Lock()
				fenced = true
				mu.Unlock()
				cancel()
				return
			}
			p.Logger.Error("partition stopped", "partition", i, "alarm", Alarm(err), "cause", err)
			if p.Stopped != nil {
				p.Stopped(i, Alarm(err), err)
			}
		})
	}
	wg.Wait()
	switch {
	case len(share.Partitions) == 0:
		<-ctx.Done() // there are more members than partitions
	case fenced:
		_ = wait(granted, rejoinPause) // the share may end meanwhile
	case ctx.Err() == nil:
		return ErrStopped
	}
	return nil
}

// runner is the runner of a partition.
func (p *Pool) runner(partition int) *Runner {
	if p.runners[partition] == nil {
		p.runners[partition] = p.Runner(partition)
		p.runners[partition].turns = p.turns
	}
	return p.runners[partition]
}

// run runs a partition, with its relay beside it.
func (p *Pool) run(ctx context.Context, runner *Runner) error {
	if p.Relay == nil {
		return runner.Run(ctx)
	}
	relay := p.Relay(runner.Partition, runner)
	ctx, cancel := context.WithCancel(ctx)
	var beside sync.WaitGroup
	beside.Go(func() { relay.Run(ctx) })
	err := runner.Run(ctx)
	cancel()
	beside.Wait()
	return err
}
