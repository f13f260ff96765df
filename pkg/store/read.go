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
// follow each other are read together; one without a field asks whether the key has rows (see state.Ref). It fails with ErrCorrupt where a value is not what was written.
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
		for to < len(refs) && refs[to].Key == key && (refs[to].Field != "" || to == from) {
			fields[to] = refs[to].Field
			if to++; fields[to-1] == "" {
				break
			}
		}
		g, err := newGroupRead(ctx, keys, state.Read{Key: key, Fields: fields[from:to]})
		if err != nil {
			return nil, err
		}
		groups, cmds = append(groups, g), append(cmds, g.command())
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
	exists *redis.IntCmd // in its place, where the one field is "": the question whether there are any
}

func newGroupRead(ctx context.Context, keys string, r state.Read) (groupRead, error) {
	if err := checkGroup(r.Key); err != nil {
		return groupRead{}, err
	}
	g := groupRead{key: keys + r.Key, fields: r.Fields}
	switch {
	case r.Fields == nil:
		g.cmd = redis.NewStringSliceCmd(ctx, "hgetall", g.key)
	case len(r.Fields) == 0:
		return groupRead{}, fmt.Errorf("group %q: no fields asked for", r.Key)
	case r.Fields[0] == "":
		g.exists = redis.NewIntCmd(ctx, "exists", g.key)
	default:
		args := make([]any, 0, 2+len(r.Fields))
		args = append(args, "hmget", g.key)
		for i := range r.Fields {
			args = append(args, &r.Fields[i])
		}
		g.cmd = redis.NewStringSliceCmd(ctx, args...)
	}
	return g, nil
}

func (g groupRead) command() redis.Cmder {
	if g.exists != nil {
		return g.exists
	}
	return g.cmd
}

func (g groupRead) rows() ([]state.Row, error) {
	switch {
	case g.exists != nil && g.exists.Val() == 0:
		return []state.Row{{Value: []byte{}}}, nil
	case g.exists != nil:
		return []state.Row{{}}, nil
	case g.fields == nil:
		return openAll(g.key, g.cmd.Val())
	}
	return open(g.key, g.fields, g.cmd.Val())
}
