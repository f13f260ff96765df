package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

// readRows bounds the rows of one round trip, so that neither side's socket buffers fill up while
// the other is still writing.
const readRows = 1024

// Read returns the values of rows of this definition's state, in the order of refs, nil for one
// that does not exist, as they are at the epoch and offset of at: see engine.Store. Refs of one key that
// follow each other are read together. It fails with ErrCorrupt where a value is not what was written.
func (s *Store) Read(ctx context.Context, partition int, at state.Meta, refs []state.Ref) ([][]byte, error) {
	values, err := s.read(ctx, partition, at, refs)
	if err != nil {
		return nil, fmt.Errorf("store: rows of partition %d: %w", partition, err)
	}
	return values, nil
}

func (s *Store) read(ctx context.Context, partition int, at state.Meta, refs []state.Ref) ([][]byte, error) {
	if err := s.known(partition); err != nil {
		return nil, err
	}
	gen := s.at(partition)
	values := make([][]byte, 0, len(refs))
	for some := range slices.Chunk(refs, readRows) {
		var err error
		if values, err = s.readSome(ctx, partition, gen, at, some, values); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// readSome reads rows in one transaction with the meta, so that it knows which state they are of.
func (s *Store) readSome(
	ctx context.Context, partition int, gen string, at state.Meta, refs []state.Ref, values [][]byte,
) ([][]byte, error) {
	keys := s.keys(partition, gen)
	fields := make([]string, len(refs))
	meta := metaRead(ctx, s.metaKey(partition, gen))
	var groups []groupRead
	cmds := []redis.Cmder{meta}
	for from, to := 0, 0; from < len(refs); from = to {
		key := refs[from].Key
		for to < len(refs) && refs[to].Key == key {
			fields[to] = refs[to].Field
			to++
		}
		g, err := newGroupRead(ctx, keys, state.Read{Key: key, Fields: fields[from:to]})
		if err != nil {
			return nil, err
		}
		groups, cmds = append(groups, g), append(cmds, g.cmd)
	}
	_, err := s.reader.TxPipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.BatchProcess(ctx, cmds...) })
	if err != nil {
		return nil, refusal(err, cmds)
	}
	found, _, err := parseMeta(s.metaKey(partition, gen), meta.Val())
	if err != nil {
		return nil, err
	}
	if err := expected(found, at.Offset, at.Epoch); err != nil {
		return nil, err
	}
	for _, g := range groups {
		rows, err := g.rows()
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			values = append(values, row.Value)
		}
	}
	return values, nil
}

// groupRead is a read of rows of one key, and its answer once the command has run.
type groupRead struct {
	key    string
	fields []string // nil for all
	cmd    *redis.StringSliceCmd
}

func newGroupRead(ctx context.Context, keys string, r state.Read) (groupRead, error) {
	if err := checkGroup(r.Key); err != nil {
		return groupRead{}, err
	}
	key := keys + r.Key
	if r.Fields == nil {
		return groupRead{key: key, cmd: redis.NewStringSliceCmd(ctx, "hgetall", key)}, nil
	}
	if len(r.Fields) == 0 {
		return groupRead{}, fmt.Errorf("group %q: no fields asked for", r.Key)
	}
	args := make([]any, 0, 2+len(r.Fields))
	args = append(args, "hmget", key)
	for i := range r.Fields {
		args = append(args, &r.Fields[i])
	}
	return groupRead{key: key, fields: r.Fields, cmd: redis.NewStringSliceCmd(ctx, args...)}, nil
}

func (g groupRead) rows() ([]state.Row, error) {
	if g.fields == nil {
		return openAll(g.key, g.cmd.Val())
	}
	return open(g.key, g.fields, g.cmd.Val())
}
