package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
)

// The fields of a partition's meta: the generation that answers, the one that did before, and the one that is
// built beside.
const (
	liveField     = "live"
	previousField = "previous"
	buildingField = "building"
)

// genNumber stands between a definition and the number of a generation of it.
const genNumber = "."

// ErrBehind says that a generation has not got as far as the live one.
var ErrBehind = errors.New("behind: the generation has not reached the live one")

// ErrNoGeneration says that there is no such generation: none to go back to, or none built.
var ErrNoGeneration = errors.New("there is no such generation")

// Generations are the generations of a partition, empty where there is none.
type Generations struct {
	Live, Previous, Building string
}

// Generations tells which generations a partition has.
func (s *Store) Generations(ctx context.Context, partition int) (Generations, error) {
	if err := s.known(partition); err != nil {
		return Generations{}, err
	}
	return s.generations(ctx, s.reader, partition)
}

type processor interface {
	Process(ctx context.Context, cmd redis.Cmder) error
}

func (s *Store) generations(ctx context.Context, by processor, partition int) (Generations, error) {
	cmd := redis.NewStringSliceCmd(ctx, "hmget", s.liveKey(partition), liveField, previousField, buildingField)
	if err := by.Process(ctx, cmd); err != nil {
		return Generations{}, fmt.Errorf("store: generations of partition %d: %w", partition, err)
	}
	v := cmd.Val()
	return Generations{v[0], v[1], v[2]}, nil
}

// MetaOf reads where a generation stands, whichever definition made it; found is false where it does not exist.
func (s *Store) MetaOf(ctx context.Context, partition int, gen string) (m state.Meta, found bool, err error) {
	key := s.metaKey(partition, gen)
	cmd := metaRead(ctx, key)
	if err := s.reader.Process(ctx, cmd); err != nil {
		return m, false, fmt.Errorf("store: meta of generation %s: %w", gen, err)
	}
	return parseMeta(key, cmd.Val())
}

// Position is the offset at which the live generation stands, whichever definition made it; 0 where none is live,
// or where it cannot be read.
func (s *Store) Position(ctx context.Context, partition int) (int64, error) {
	g, err := s.Generations(ctx, partition)
	if err != nil || g.Live == "" {
		return 0, err
	}
	m, _, err := s.MetaOf(ctx, partition, g.Live)
	if errors.Is(err, ErrCorrupt) {
		return 0, nil
	}
	return m.Offset, err
}

// Building is where the generation that is built beside the live one stands; found is false where there is none.
func (s *Store) Building(ctx context.Context, partition int) (m state.Meta, found bool, err error) {
	g, err := s.Generations(ctx, partition)
	if err != nil || g.Building == "" {
		return m, false, err
	}
	return s.MetaOf(ctx, partition, g.Building)
}

// Beside is a store that builds new generations of this definition beside the live ones: what it claims,
// reads and commits is theirs, and nobody sees them until Flip. One that was begun is gone on with. It shares
// this store's clients, and must not be closed.
func (s *Store) Beside(ctx context.Context) (*Store, error) {
	b := &Store{
		committer: s.committer, reader: s.reader, cfg: s.cfg, gen: s.gen,
		current: make([]atomic.Pointer[string], s.cfg.Partitions), building: true,
	}
	for partition := range s.cfg.Partitions {
		gen, err := s.begin(ctx, partition)
		if err != nil {
			return nil, fmt.Errorf("store: new generation of partition %d: %w", partition, err)
		}
		b.current[partition].Store(&gen)
	}
	return b, nil
}

// begin names the generation that is built, and removes what an abandoned one left under that name.
func (s *Store) begin(ctx context.Context, partition int) (gen string, err error) {
	err = s.committer.Watch(ctx, func(tx *redis.Tx) error {
		g, err := s.generations(ctx, tx, partition)
		if err != nil {
			return err
		}
		if gen = g.Building; gen != "" && s.ours(gen) {
			return nil
		}
		gen = s.gen
		for n := 2; gen == g.Live || gen == g.Previous; n++ {
			gen = s.gen + genNumber + strconv.Itoa(n)
		}
		if err := s.remove(ctx, partition, gen); err != nil {
			return err
		}
		_, err = tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			return pipe.HSet(ctx, s.liveKey(partition), buildingField, gen).Err()
		})
		return err
	}, s.liveKey(partition))
	return gen, err
}

// Flip makes the generation that was built beside the live one, in one commit, and keeps the one before to go
// back to. Its epoch rises above both, so that the owner of the one before is fenced. It fails with ErrBehind
// where the live one has got further, ErrNoGeneration where none is built.
func (s *Store) Flip(ctx context.Context, partition int) error {
	return s.change(ctx, partition, "flip", func(g Generations) (to string, changes []any, err error) {
		if g.Building == "" {
			return "", nil, ErrNoGeneration
		}
		return g.Building, []any{liveField, g.Building, previousField, g.Live, buildingField, ""}, nil
	}, func(live, next state.Meta) error {
		if next.Offset < live.Offset {
			return fmt.Errorf("%w: at %d, live at %d", ErrBehind, next.Offset, live.Offset)
		}
		return nil
	})
}

// Back makes the generation that was live before the live one again; it goes on from where it stood. It fails
// with ErrNoGeneration where there is none.
func (s *Store) Back(ctx context.Context, partition int) error {
	return s.change(ctx, partition, "go back", func(g Generations) (to string, changes []any, err error) {
		if g.Previous == "" {
			return "", nil, ErrNoGeneration
		}
		return g.Previous, []any{liveField, g.Previous, previousField, g.Live}, nil
	}, func(live, next state.Meta) error { return nil })
}

// change moves the live pointer.
func (s *Store) change(
	ctx context.Context, partition int, what string,
	choose func(Generations) (to string, changes []any, err error), check func(live, next state.Meta) error,
) error {
	if err := s.known(partition); err != nil {
		return err
	}
	g, err := s.Generations(ctx, partition)
	if err != nil {
		return err
	}
	to, changes, err := choose(g)
	if err != nil {
		return fmt.Errorf("store: %s, partition %d: %w", what, partition, err)
	}
	err = s.committer.Watch(ctx, func(tx *redis.Tx) error {
		now, err := s.generations(ctx, tx, partition)
		if err != nil {
			return err
		}
		if now != g {
			return fmt.Errorf("%w: the generations are %v, were %v", engine.ErrMoved, now, g)
		}
		live, _, err := s.MetaOf(ctx, partition, g.Live)
		if err != nil && g.Live != "" && !errors.Is(err, ErrCorrupt) { // a corrupt one is why it is replaced
			return err
		}
		next, found, err := s.MetaOf(ctx, partition, to)
		if err != nil || !found {
			return errors.Join(err, ErrNoGeneration)
		}
		if err := check(live, next); err != nil {
			return err
		}
		next.Epoch = max(live.Epoch, next.Epoch) + 1
		_, err = tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
			pipe.HSet(ctx, s.liveKey(partition), changes...)
			return pipe.Process(ctx, metaWrite(ctx, s.metaKey(partition, to), next))
		})
		return err
	}, s.liveKey(partition), s.metaKey(partition, g.Live), s.metaKey(partition, to))
	if errors.Is(err, redis.TxFailedErr) {
		err = fmt.Errorf("%w: somebody committed meanwhile", engine.ErrMoved)
	}
	if err != nil {
		return fmt.Errorf("store: %s, partition %d: %w", what, partition, err)
	}
	return nil
}

// Drop removes the generation that was live before. It fails with ErrNoGeneration where there is none.
func (s *Store) Drop(ctx context.Context, partition int) error {
	g, err := s.Generations(ctx, partition)
	if err != nil {
		return err
	}
	if g.Previous == "" {
		return fmt.Errorf("store: drop, partition %d: %w", partition, ErrNoGeneration)
	}
	if err := s.committer.HDel(ctx, s.liveKey(partition), previousField).Err(); err != nil {
		return fmt.Errorf("store: drop, partition %d: %w", partition, err)
	}
	return s.remove(ctx, partition, g.Previous)
}

// remove removes all keys of a generation.
func (s *Store) remove(ctx context.Context, partition int, gen string) error {
	keys := s.keys(partition, gen)
	groups, err := s.groups(ctx, keys, "")
	if err != nil {
		return err
	}
	for _, group := range append(groups, metaSuffix) {
		if err := s.committer.Unlink(ctx, keys+group).Err(); err != nil {
			return fmt.Errorf("store: remove generation %s of partition %d: %w", gen, partition, err)
		}
	}
	return nil
}
