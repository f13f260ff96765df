package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

// claimAttempts bounds how often a claim starts again because others claim or commit meanwhile.
const claimAttempts = 32

// Claim makes the caller the partition's owner: see engine.Store. What it finds without a live
// generation becomes live. After an error other than engine.ErrDefinition the epoch may be raised
// all the same: claim again.
func (s *Store) Claim(ctx context.Context, partition int) (state.Meta, error) {
	m, err := s.claim(ctx, partition)
	if err != nil {
		return state.Meta{}, fmt.Errorf("store: claim of partition %d: %w", partition, err)
	}
	return m, nil
}

func (s *Store) claim(ctx context.Context, partition int) (m state.Meta, err error) {
	if err := s.known(partition); err != nil {
		return m, err
	}
	attempt := func(tx *redis.Tx) error {
		m, err = s.tryClaim(ctx, tx, partition)
		return err
	}
	for range claimAttempts {
		err = s.committer.Watch(ctx, attempt, s.liveKey(partition), s.metaKey(partition, s.at(partition)))
		if !errors.Is(err, redis.TxFailedErr) {
			return m, err
		}
	}
	return m, fmt.Errorf("others came first %d times", claimAttempts)
}

func (s *Store) tryClaim(ctx context.Context, tx *redis.Tx, partition int) (state.Meta, error) {
	at, err := s.standingOf(ctx, tx.Pipelined, partition)
	if err != nil {
		return state.Meta{}, err
	}
	if s.follow(partition, at) {
		return state.Meta{}, redis.TxFailedErr // the meta that is watched is another one's
	}
	next, err := s.own(ctx, partition, at)
	if err != nil {
		return state.Meta{}, err
	}
	next.Epoch++
	cmds, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		if !s.building {
			pipe.HSet(ctx, s.liveKey(partition), liveField, s.at(partition))
		}
		return pipe.Process(ctx, metaWrite(ctx, s.metaKey(partition, s.at(partition)), next))
	})
	return next, refusal(err, cmds)
}
