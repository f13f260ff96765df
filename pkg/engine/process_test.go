package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// process is an aggregator of the simulation: what it runs, and what it takes for true.
type process struct {
	*simulation
	name   uint64
	end    context.CancelFunc
	ended  chan error
	shares shares             // of a member of the group; nil: it takes the partition
	revoke context.CancelFunc // of its share

	killed atomic.Bool  // nothing gets through to others any more
	skew   atomic.Int64 // of its clock

	links  uint64       // so far; guarded by the simulation, as what follows
	former *memoryStore // which it takes for the primary, until
	until  time.Time
}

// start starts a process. One that ends by itself may only have been fenced.
func (s *simulation) start(members engine.Members) *process {
	ctx, cancel := context.WithCancel(s.t.Context())
	s.begun++
	p := &process{simulation: s, name: s.begun, end: cancel, ended: make(chan error, 1), revoke: func() {}}
	logger := slog.New(slog.DiscardHandler)
	pool := engine.Pool{
		Members: members, Logger: logger,
		Runner: func(int) *engine.Runner {
			l := p.link()
			return &engine.Runner{Log: l, Store: l, Machine: s.machine(), Logger: logger, Refuse: l.refuse}
		},
		Stopped: func(_ int, alarm string, err error) {
			if !errors.Is(err, engine.ErrFenced) {
				s.fail(fmt.Errorf("%s: %w", alarm, err))
			}
		},
	}
	if s.relay != nil {
		pool.Relay = func(_ int, owner *engine.Runner) *engine.Relay { return s.relay(p, p.link(), owner) }
	}
	go func() { p.ended <- pool.Run(ctx) }()
	s.processes = append(s.processes, p)
	return p
}

// stop tells a process to end, and waits until it has.
func (p *process) stop() {
	p.revoke()
	p.end()
	if err := <-p.ended; err != nil && !errors.Is(err, engine.ErrStopped) {
		p.fail(err)
	}
}

// runs reports whether a process has not ended by itself.
func (p *process) runs() bool { return len(p.ended) == 0 }

// link is how a part of a process, its runner or its relay, reaches what it shares with others. Each has luck of
// its own, and no two act at the same instant: so a seed replays.
type link struct {
	*process
	rng *rand.Rand
}

func (p *process) link() *link {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.links++
	return &link{p, rand.New(rand.NewPCG(p.seed, p.name<<8|p.links))}
}

// hits reports whether something goes wrong now.
func (l *link) hits(f fault) bool {
	luck := l.rng.Float64()
	l.mu.Lock()
	defer l.mu.Unlock()
	if luck >= l.odds[f] {
		return false
	}
	l.seen[f]++
	return true
}

// travel lets a message travel, and reports whether it gets lost on its way.
func (l *link) travel(lost fault) bool {
	took := time.Duration(1 + l.rng.IntN(1e6))
	if l.hits(slow) {
		took += time.Duration(l.rng.IntN(3e9))
	}
	<-time.After(took)
	return l.hits(lost) || l.killed.Load()
}

// exchange asks something of another machine.
func exchange[T any](l *link, ask func() (T, error)) (none T, err error) {
	if l.travel(unsent) {
		return none, errNetwork
	}
	answer, err := ask()
	if errors.Is(err, engine.ErrFenced) || errors.Is(err, engine.ErrMoved) {
		l.happened(stale)
	}
	if l.travel(unheard) {
		return none, errNetwork
	}
	return answer, err
}

// primary is the store that the process takes for the primary.
func (l *link) primary() *memoryStore {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.former != nil && time.Now().Before(l.until) {
		l.seen[divided]++
		return l.former
	}
	return l.store
}

// Fetch implements engine.Log. A new leader of the log may not know yet how far the others are.
func (l *link) Fetch(ctx context.Context, partition int, offset int64) (engine.Batch, error) {
	b, err := exchange(l, func() (engine.Batch, error) { return l.log.Fetch(ctx, partition, offset) })
	if err != nil || !l.hits(behind) {
		return b, err
	}
	if b.End -= 1 + int64(l.rng.IntN(3)); b.End < offset {
		return engine.Batch{}, errNetwork
	}
	for len(b.Records) > 0 && b.Records[len(b.Records)-1].Offset >= b.End {
		b.Records = b.Records[:len(b.Records)-1]
	}
	return b, nil
}

// Claim implements engine.Store.
func (l *link) Claim(ctx context.Context, partition int) (state.Meta, error) {
	return exchange(l, func() (state.Meta, error) {
		m, err := l.primary().Claim(ctx, partition)
		l.note("claim", m.Epoch, m.Offset)
		return m, err
	})
}

// Read implements engine.Store.
func (l *link) Read(ctx context.Context, partition int, at state.Meta, refs []state.Ref) ([][]byte, error) {
	return exchange(l, func() ([][]byte, error) { return l.primary().Read(ctx, partition, at, refs) })
}

// Commit implements engine.Store.
func (l *link) Commit(ctx context.Context, partition int, from int64, next state.Meta, changes []state.Change) error {
	_, err := exchange(l, func() (struct{}, error) {
		l.note("commit", next.Epoch, next.Offset)
		return struct{}{}, l.primary().Commit(ctx, partition, from, next, changes)
	})
	return err
}

// Meta implements engine.Store.
func (l *link) Meta(ctx context.Context, partition int) (state.Meta, error) {
	return exchange(l, func() (state.Meta, error) { return l.primary().Meta(ctx, partition) })
}

// refuse keeps a dead letter.
func (l *link) refuse(ctx context.Context, partition int, r state.Refused) error {
	_, err := exchange(l, func() (struct{}, error) { return struct{}{}, l.letters.refuse(ctx, partition, r) })
	return err
}

// outbox is what the relay sees of the store.
type outbox struct{ *link }

// Cut implements engine.Outbox.
func (o outbox) Cut(ctx context.Context, partition int, reads []state.Read) (m state.Meta, rows [][]state.Row, err error) {
	rows, err = exchange(o.link, func() (found [][]state.Row, err error) {
		m, found, err = o.primary().Cut(ctx, partition, reads)
		return found, err
	})
	return m, rows, err
}

// Clear implements engine.Outbox.
func (o outbox) Clear(ctx context.Context, partition int, rows state.Group) error {
	_, err := exchange(o.link, func() (struct{}, error) {
		o.note("clear", int64(len(rows.Rows)), 0)
		return struct{}{}, o.primary().Clear(ctx, partition, rows)
	})
	return err
}

// topic is a topic that the relay sends to.
type topic struct {
	*link
	to engine.Output
}

// Tail implements engine.Output.
func (o topic) Tail(ctx context.Context, partition, most int) ([]event.Record, error) {
	return exchange(o.link, func() ([]event.Record, error) { return o.to.Tail(ctx, partition, most) })
}

// Send implements engine.Output. What was given up may arrive all the same, behind what is sent later.
func (o topic) Send(_ context.Context, partition int, recs []event.Record) error {
	ctx := o.t.Context()
	if o.hits(strayed) {
		late := time.Duration(1e9 + o.rng.IntN(20e9))
		o.strays.Go(func() {
			<-time.After(late)
			_ = o.to.Send(ctx, partition, recs) // a test's own, which takes everything
		})
		<-time.After(time.Second)
		return errNetwork
	}
	_, err := exchange(o.link, func() (struct{}, error) {
		o.note("send", int64(len(recs)), 0)
		return struct{}{}, o.to.Send(ctx, partition, recs)
	})
	return err
}
