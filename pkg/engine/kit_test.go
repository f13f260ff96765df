package engine_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

var errNetwork = errors.New("the network is down")

// chance decides when something fails; a nil one never does.
type chance struct {
	mu  sync.Mutex
	rng *rand.Rand
	of  float64
}

func (c *chance) hits() bool {
	if c == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rng.Float64() < c.of
}

// stop ends the failures.
func (c *chance) stop() {
	c.mu.Lock()
	c.of = 0
	c.mu.Unlock()
}

// memoryLog is one partition of a log.
type memoryLog struct {
	mu      sync.Mutex
	records []event.Record
	first   int64
	batch   int // most records of a fetch
	fails   *chance
	away    error // what every fetch answers from now on
	fetches int
}

// append appends a record behind gap offsets that are not there.
func (l *memoryLog) append(rec event.Record, gap int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rec.Offset = l.end() + gap
	l.records = append(l.records, rec)
}

func (l *memoryLog) end() int64 {
	if n := len(l.records); n > 0 {
		return l.records[n-1].Offset + 1
	}
	return l.first
}

// breakOff makes every fetch fail from now on; with nil, succeed.
func (l *memoryLog) breakOff(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.away = cause
}

// End is the offset of the next record.
func (l *memoryLog) End() int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.end()
}

func (l *memoryLog) Fetch(ctx context.Context, _ int, offset int64) (engine.Batch, error) {
	if l.fails.hits() {
		return engine.Batch{}, errNetwork
	}
	b, err := l.fetch(offset)
	if err == nil && len(b.Records) == 0 {
		select {
		case <-ctx.Done():
			return b, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return b, err
}

func (l *memoryLog) fetch(offset int64) (engine.Batch, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fetches++
	if l.away != nil {
		return engine.Batch{}, l.away
	}
	b := engine.Batch{First: l.first, End: l.end()}
	if offset < l.first || offset > b.End {
		return b, engine.ErrOutOfRange
	}
	for _, rec := range l.records {
		if rec.Offset >= offset && len(b.Records) < max(l.batch, 1) {
			b.Records = append(b.Records, rec)
		}
	}
	return b, nil
}

// snapshot is all that a store holds at one moment.
type snapshot struct {
	meta state.Meta
	rows map[state.Ref]string
}

// memoryStore keeps every commit, so that it can lose the last of them.
type memoryStore struct {
	mu      sync.Mutex
	history []snapshot
	refuse  *chance // to commit, before anything is written
	lose    *chance // the reply, after everything is written
	fails   *chance // to read
	commits int
	blind   bool  // it looks at neither epochs nor offsets
	broken  error // what every call answers from now on
	full    error // what every commit answers from now on
}

func newStore() *memoryStore {
	return &memoryStore{history: []snapshot{{state.Meta{LastOffset: -1}, map[state.Ref]string{}}}}
}

func (s *memoryStore) now() snapshot { return s.history[len(s.history)-1] }

// Now is what the store holds.
func (s *memoryStore) Now() snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// all is what the store held after each commit and claim.
func (s *memoryStore) all() []snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.history
}

// forget loses the last n commits and claims.
func (s *memoryStore) forget(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.history = s.history[:max(1, len(s.history)-n)]
}

// fill makes every commit fail from now on; with nil, succeed.
func (s *memoryStore) fill(cause error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.full = cause
}

func (s *memoryStore) Claim(context.Context, int) (state.Meta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return state.Meta{}, s.broken
	}
	if s.fails.hits() {
		return state.Meta{}, errNetwork
	}
	next := s.now()
	next.meta.Epoch++
	s.history = append(s.history, next)
	return next.meta, nil
}

// empty reports whether a group has no rows.
func (s *memoryStore) empty(key string) bool {
	for ref := range s.now().rows {
		if ref.Key == key {
			return false
		}
	}
	return true
}

func (s *memoryStore) Read(_ context.Context, _ int, at state.Meta, refs []state.Ref) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch now := s.now().meta; {
	case s.broken != nil:
		return nil, s.broken
	case s.blind:
	case now.Epoch > at.Epoch:
		return nil, engine.ErrFenced
	case now.Epoch < at.Epoch, now.Offset != at.Offset:
		return nil, engine.ErrMoved
	}
	if s.fails.hits() {
		return nil, errNetwork
	}
	values := make([][]byte, len(refs))
	for i, ref := range refs {
		if v, ok := s.now().rows[ref]; ok || ref.Field == "" && s.empty(ref.Key) {
			values[i] = []byte(v)
		}
	}
	return values, nil
}

func (s *memoryStore) Commit(_ context.Context, _ int, from int64, next state.Meta, changes []state.Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.now()
	switch {
	case s.broken != nil:
		return s.broken
	case s.full != nil:
		return s.full
	case s.refuse.hits():
		return errNetwork
	case s.blind:
	case was.meta.Epoch > next.Epoch:
		return engine.ErrFenced
	case was.meta.Epoch < next.Epoch, from != was.meta.Offset:
		return engine.ErrMoved
	}
	rows := maps.Clone(was.rows)
	for _, c := range changes {
		if c.Value == nil {
			delete(rows, c.Ref)
		} else {
			rows[c.Ref] = string(c.Value)
		}
	}
	s.history = append(s.history, snapshot{next, rows})
	s.commits++
	if s.lose.hits() {
		return errNetwork
	}
	return nil
}

func (s *memoryStore) Meta(context.Context, int) (state.Meta, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return state.Meta{}, s.broken
	}
	if s.fails.hits() {
		return state.Meta{}, errNetwork
	}
	return s.now().meta, nil
}

func (s *memoryStore) Cut(_ context.Context, _ int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails.hits() {
		return state.Meta{}, nil, errNetwork
	}
	now := s.now()
	out := make([][]state.Row, len(reads))
	for i, r := range reads {
		for _, f := range r.Fields {
			row := state.Row{Field: f}
			if v, ok := now.rows[state.Ref{Key: r.Key, Field: f}]; ok {
				row.Value = []byte(v)
			}
			out[i] = append(out[i], row)
		}
		if r.Fields != nil {
			continue
		}
		for ref, v := range now.rows {
			if ref.Key == r.Key {
				out[i] = append(out[i], state.Row{Field: ref.Field, Value: []byte(v)})
			}
		}
	}
	return now.meta, out, nil
}

func (s *memoryStore) Clear(_ context.Context, _ int, g state.Group) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse.hits() {
		return errNetwork
	}
	next := snapshot{s.now().meta, maps.Clone(s.now().rows)}
	for _, row := range g.Rows {
		if ref := (state.Ref{Key: g.Key, Field: row.Field}); next.rows[ref] == string(row.Value) {
			delete(next.rows, ref)
		}
	}
	s.history = append(s.history, next)
	return nil
}

// letters is where refused records are kept.
type letters struct {
	mu    sync.Mutex
	of    []int64
	fails *chance
}

func (l *letters) refuse(_ context.Context, _ int, r state.Refused) error {
	if l.fails.hits() {
		return errNetwork
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of = append(l.of, r.Record.Offset)
	return nil
}

// all are the offsets that were kept at least once.
func (l *letters) all() map[int64]bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := map[int64]bool{}
	for _, offset := range l.of {
		out[offset] = true
	}
	return out
}

// bench is one partition with an owner.
type bench struct {
	t       testing.TB
	log     *memoryLog
	store   *memoryStore
	letters *letters
}

func newBench(t testing.TB, records int) *bench {
	b := &bench{t, &memoryLog{batch: 7}, newStore(), &letters{}}
	for i := range records {
		b.log.append(number("key"+strconv.Itoa(i%3), strconv.Itoa(i)), 0)
	}
	return b
}

// number is a record that adds a number to a key; what is no number is refused.
func number(key, n string) event.Record {
	return event.Record{Key: []byte(key), Value: []byte(n), Headers: []event.Header{{Key: "h", Value: []byte(n)}}}
}

func (b *bench) runner(m engine.Machine) *engine.Runner {
	return &engine.Runner{Log: b.log, Store: b.store, Machine: m, Logger: slog.New(slog.DiscardHandler), Refuse: b.letters.refuse}
}

// sums are what the rows of a counter must be after all records of the log, plainly added up.
func (b *bench) sums() map[state.Ref]string {
	of := map[string]int{}
	for _, rec := range b.log.records {
		if n, err := strconv.Atoi(string(rec.Value)); err == nil {
			of[string(rec.Key)] += n
			of["total"] += n
			of["records"]++
		}
	}
	rows := map[state.Ref]string{}
	for key, n := range of {
		rows[state.Ref{Key: "sum", Field: key}] = strconv.Itoa(n)
	}
	return rows
}

// holds reports whether the store holds exactly the sums, and all refused records are kept.
func (b *bench) holds() error {
	if got, want := b.store.Now().rows, b.sums(); !maps.Equal(got, want) {
		return fmt.Errorf("rows are %v, want %v", got, want)
	}
	kept := b.letters.all()
	for _, rec := range b.log.records {
		if _, err := strconv.Atoi(string(rec.Value)); (err != nil) != kept[rec.Offset] {
			return fmt.Errorf("%q at offset %d: kept as a dead letter is %v", rec.Value, rec.Offset, kept[rec.Offset])
		}
	}
	return nil
}
