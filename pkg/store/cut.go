package store

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

// cutAttempts bounds how often a cut follows a live pointer that moves.
const cutAttempts = 8

// Cut reads the meta and rows of the partition's live generation at one instant: all rows are as of
// Meta.Offset. The live generation may be of another definition than this store's: Meta tells. Rows
// answer reads in order; with named fields they stand in that order, a nil value for one that does
// not exist; without, in no order. A read with an empty list of fields is an error. It fails with
// ErrNoState where nothing is live, ErrCorrupt where a value is not what was written.
func (s *Store) Cut(ctx context.Context, partition int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	m, rows, err := s.cutLive(ctx, partition, reads)
	if err != nil {
		return state.Meta{}, nil, fmt.Errorf("store: cut of partition %d: %w", partition, err)
	}
	return m, rows, nil
}

func (s *Store) cutLive(ctx context.Context, partition int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	if err := s.known(partition); err != nil {
		return state.Meta{}, nil, err
	}
	gen := s.at(partition) // a guess, nearly always right: it spares asking for the pointer first
	for range cutAttempts {
		c, err := s.cut(ctx, partition, gen, reads)
		if err != nil {
			return state.Meta{}, nil, err
		}
		switch c.live {
		case "":
			return state.Meta{}, nil, ErrNoState
		case gen:
			return c.open()
		}
		gen = c.live
	}
	return state.Meta{}, nil, fmt.Errorf("the live generation moved %d times", cutAttempts)
}

// cut is what one transaction read.
type cut struct {
	live    string
	metaKey string
	meta    []string
	groups  []groupRead
}

func (s *Store) cut(ctx context.Context, partition int, gen string, reads []state.Read) (cut, error) {
	c := cut{metaKey: s.metaKey(partition, gen), groups: make([]groupRead, len(reads))}
	live := redis.NewStringSliceCmd(ctx, "hmget", s.liveKey(partition), liveField)
	meta := metaRead(ctx, c.metaKey)
	cmds := make([]redis.Cmder, 0, 2+len(reads))
	cmds = append(cmds, live, meta)
	for i, r := range reads {
		g, err := newGroupRead(ctx, s.keys(partition, gen), r)
		if err != nil {
			return cut{}, err
		}
		c.groups[i] = g
		cmds = append(cmds, g.command())
	}
	_, err := s.reader.TxPipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.BatchProcess(ctx, cmds...) })
	if err != nil {
		return cut{}, refusal(err, cmds)
	}
	c.live, c.meta = live.Val()[0], meta.Val()
	if s.building {
		c.live = gen
	}
	return c, nil
}

func (c cut) open() (state.Meta, [][]state.Row, error) {
	m, found, err := parseMeta(c.metaKey, c.meta)
	if err != nil {
		return state.Meta{}, nil, err
	}
	if !found {
		return state.Meta{}, nil, fmt.Errorf("%w: %s: the live generation has no meta", ErrCorrupt, c.metaKey)
	}
	rows := make([][]state.Row, len(c.groups))
	for i, g := range c.groups {
		if rows[i], err = g.rows(); err != nil {
			return state.Meta{}, nil, err
		}
	}
	return m, rows, nil
}
