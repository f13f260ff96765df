package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

const (
	scanKeys   = 1000   // keys of one round trip
	scanFields = 10_000 // a hash with more is read in pieces of about this, or the server stands still
)

// Scan hands every group of the partition's live generation whose key begins with prefix to fn, in
// the order of keys, with all its rows in no order; it holds all keys, but few rows, in memory. It
// is not a cut: to know that nothing moved meanwhile, compare Meta before and after. It stops at
// fn's first error and returns it. It fails with ErrNoState where nothing is live, ErrCorrupt where
// a value is not what was written.
func (s *Store) Scan(
	ctx context.Context, partition int, prefix string, fn func(key string, rows []state.Row) error,
) error {
	if err := s.scan(ctx, partition, prefix, fn); err != nil {
		return fmt.Errorf("store: scan of partition %d: %w", partition, err)
	}
	return nil
}

func (s *Store) scan(
	ctx context.Context, partition int, prefix string, fn func(key string, rows []state.Row) error,
) error {
	keys, groups, err := s.liveGroups(ctx, partition, prefix)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(groups, scanKeys) {
		if err := s.scanSome(ctx, keys, some, fn); err != nil {
			return err
		}
	}
	return nil
}

// Keys lists the groups of the partition's live generation whose key begins with prefix, in order. It
// fails with ErrNoState where nothing is live.
func (s *Store) Keys(ctx context.Context, partition int, prefix string) ([]string, error) {
	_, groups, err := s.liveGroups(ctx, partition, prefix)
	if err != nil {
		return nil, fmt.Errorf("store: keys of partition %d: %w", partition, err)
	}
	return groups, nil
}

// liveGroups lists groups of the live generation, and what all its keys begin with.
func (s *Store) liveGroups(ctx context.Context, partition int, prefix string) (keys string, groups []string, err error) {
	if err := s.known(partition); err != nil {
		return "", nil, err
	}
	live := s.at(partition)
	if !s.building {
		g, err := s.Generations(ctx, partition)
		if err != nil {
			return "", nil, err
		}
		if live = g.Live; live == "" {
			return "", nil, ErrNoState
		}
	}
	keys = s.keys(partition, live)
	groups, err = s.groups(ctx, keys, prefix)
	return keys, groups, err
}

// groups lists the keys of all groups below keys that begin with prefix, sorted.
func (s *Store) groups(ctx context.Context, keys, prefix string) ([]string, error) {
	node, err := s.node(ctx, keys)
	if err != nil {
		return nil, err
	}
	var groups []string
	iter := node.Scan(ctx, 0, escape(keys+prefix)+"*", scanKeys).Iterator()
	for iter.Next(ctx) {
		if group := strings.TrimPrefix(iter.Val(), keys); group != metaSuffix {
			groups = append(groups, group)
		}
	}
	slices.Sort(groups)
	return slices.Compact(groups), iter.Err() // SCAN may name a key twice
}

// node is the client that sees the keyspace where key is: SCAN has no key that a cluster's client
// could route it by.
func (s *Store) node(ctx context.Context, key string) (redis.Cmdable, error) {
	if c, ok := s.reader.(*redis.ClusterClient); ok {
		return c.MasterForKey(ctx, key)
	}
	return s.reader, nil
}

var globEscaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)

func escape(glob string) string { return globEscaper.Replace(glob) }

func (s *Store) scanSome(
	ctx context.Context, keys string, groups []string, fn func(key string, rows []state.Row) error,
) error {
	lens := make([]*redis.IntCmd, len(groups))
	_, err := s.reader.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, g := range groups {
			lens[i] = pipe.HLen(ctx, keys+g)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for len(groups) > 0 {
		n, fields := 0, int64(0)
		for n < len(groups) && (n == 0 || fields+lens[n].Val() <= scanFields) {
			fields += lens[n].Val()
			n++
		}
		flats, err := s.flats(ctx, keys, groups[:n], fields)
		if err != nil {
			return err
		}
		for i, flat := range flats {
			rows, err := openAll(keys+groups[i], flat)
			if err != nil {
				return err
			}
			if len(rows) == 0 { // removed since it was listed
				continue
			}
			if err := fn(groups[i], rows); err != nil {
				return err
			}
		}
		groups, lens = groups[n:], lens[n:]
	}
	return nil
}

// flats reads all fields and sealed values of groups that have about as many fields.
func (s *Store) flats(ctx context.Context, keys string, groups []string, fields int64) ([][]string, error) {
	if fields > scanFields {
		flat, err := s.large(ctx, keys+groups[0])
		return [][]string{flat}, err
	}
	cmds := make([]redis.Cmder, len(groups))
	for i, g := range groups {
		cmds[i] = redis.NewStringSliceCmd(ctx, "hgetall", keys+g)
	}
	_, err := s.reader.Pipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.BatchProcess(ctx, cmds...) })
	if err != nil {
		return nil, err
	}
	flats := make([][]string, len(groups))
	for i, cmd := range cmds {
		flats[i] = cmd.(*redis.StringSliceCmd).Val()
	}
	return flats, nil
}

// large reads a hash in pieces.
func (s *Store) large(ctx context.Context, key string) ([]string, error) {
	seen := map[string]bool{} // HSCAN may name a field twice
	var flat []string
	iter := s.reader.HScan(ctx, key, 0, "", scanFields).Iterator()
	for iter.Next(ctx) {
		field := iter.Val()
		if !iter.Next(ctx) {
			break
		}
		if !seen[field] {
			seen[field] = true
			flat = append(flat, field, iter.Val())
		}
	}
	return flat, iter.Err()
}
