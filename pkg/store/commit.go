package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
)

// Commit writes changes and next in one step: see engine.Store. Changes of one key must follow each
// other, and no row may be named twice. After these nothing is written:
//   - engine.ErrFenced: the stored epoch is above next.Epoch, or another generation is live;
//   - engine.ErrMoved: the stored offset is not from, or the store went back: the stored epoch is
//     below next.Epoch, or nothing is live (then it is ErrNoState too).
//
// ErrUnknown says that no answer came. ErrCorrupt says that a key held something else than rows,
// and the other rows were written all the same; or that the stored meta is not what was written,
// and nothing was. engine.ErrStoreMemory and engine.ErrStoreDisk say what the server lacks that refused to write.
// After these and any other error nothing is written.
func (s *Store) Commit(
	ctx context.Context, partition int, from int64, next state.Meta, changes []state.Change,
) error {
	if err := s.commit(ctx, partition, from, next, changes); err != nil {
		return fmt.Errorf("store: commit to partition %d: %w", partition, err)
	}
	return nil
}

func (s *Store) commit(
	ctx context.Context, partition int, from int64, next state.Meta, changes []state.Change,
) error {
	if err := s.committable(partition, next, changes); err != nil {
		return err
	}
	gen := s.at(partition)
	metaKey := s.metaKey(partition, gen)
	b := batches.Get().(*batch)
	defer b.release()
	if err := b.writes(ctx, s.keys(partition, gen), changes); err != nil {
		return err
	}
	b.cmds = append(b.cmds, metaWrite(ctx, metaKey, next))
	err := s.committer.Watch(ctx, func(tx *redis.Tx) error {
		if err := s.expect(ctx, tx.Pipelined, partition, from, next.Epoch); err != nil {
			return err
		}
		return exec(ctx, tx, b.cmds)
	}, s.liveKey(partition), metaKey)
	if errors.Is(err, redis.TxFailedErr) {
		return s.overtaken(ctx, partition, from, next.Epoch)
	}
	return err
}

// committable refuses what only a bug of the caller's can ask for.
func (s *Store) committable(partition int, next state.Meta, changes []state.Change) error {
	if len(changes) > MaxChanges {
		return fmt.Errorf("%d changes, at most %d", len(changes), MaxChanges)
	}
	if next.Definition != s.cfg.Definition || next.Partitions != s.cfg.Partitions {
		return fmt.Errorf("%w: next is of %s with %d partitions, ours is %s with %d",
			engine.ErrDefinition, next.Definition, next.Partitions, s.cfg.Definition, s.cfg.Partitions)
	}
	return s.known(partition)
}

// expect fails unless the stored state is live, of the epoch, and at the offset.
func (s *Store) expect(ctx context.Context, run pipelined, partition int, from, epoch int64) error {
	at, err := s.standingOf(ctx, run, partition)
	switch {
	case err != nil:
		return err
	case at.live == "":
		return fmt.Errorf("%w: %w", engine.ErrMoved, ErrNoState)
	case at.live != s.at(partition):
		return fmt.Errorf("%w: generation %s is live, ours is %s", engine.ErrFenced, at.live, s.at(partition))
	case !at.found:
		return s.lostMeta(partition)
	}
	return expected(at.meta, from, epoch)
}

// expected fails unless a meta is of the epoch, and at the offset.
func expected(m state.Meta, offset, epoch int64) error {
	switch {
	case m.Epoch > epoch:
		return fmt.Errorf("%w: epoch %d, ours is %d", engine.ErrFenced, m.Epoch, epoch)
	case m.Epoch < epoch: // no rival: the store lost our claim
		return fmt.Errorf("%w: back at epoch %d, ours is %d", engine.ErrMoved, m.Epoch, epoch)
	case m.Offset != offset:
		return fmt.Errorf("%w: offset %d, ours is %d", engine.ErrMoved, m.Offset, offset)
	}
	return nil
}

// overtaken says why the watched keys changed between the check and the EXEC.
func (s *Store) overtaken(ctx context.Context, partition int, from, epoch int64) error {
	if err := s.expect(ctx, s.committer.TxPipelined, partition, from, epoch); err != nil {
		return err
	}
	return fmt.Errorf("%w: and came back to offset %d", engine.ErrMoved, from)
}

// exec runs the commands, the meta's last, as one transaction.
func exec(ctx context.Context, tx *redis.Tx, cmds []redis.Cmder) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	_, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.BatchProcess(ctx, cmds...) })
	if err == nil || errors.Is(err, redis.TxFailedErr) || redis.IsExecAbortError(err) {
		return refusal(err, cmds)
	}
	if cmds[len(cmds)-1].Err() != nil {
		return fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	for _, cmd := range cmds { // the transaction ran: Redis does not undo it where one command fails
		if cmd.Err() != nil {
			return fmt.Errorf("%w: %v: %w", ErrCorrupt, cmd.Args()[1], cmd.Err())
		}
	}
	return err
}
