package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

// clearAttempts bounds how often a clearing starts again because a commit changed a row of the group meanwhile.
const clearAttempts = 8

// Clear removes those rows of a group whose values are still the given ones: see engine.Outbox. It neither asks
// who owns the partition nor moves the offset: a row that says what is to be done may go when it is done.
func (s *Store) Clear(ctx context.Context, partition int, rows state.Group) error {
	if err := s.clear(ctx, partition, rows); err != nil {
		return fmt.Errorf("store: clear rows of partition %d: %w", partition, err)
	}
	return nil
}

func (s *Store) clear(ctx context.Context, partition int, rows state.Group) error {
	if len(rows.Rows) == 0 {
		return nil
	}
	if err := s.known(partition); err != nil {
		return err
	}
	keys := s.keys(partition, s.at(partition))
	for range clearAttempts {
		err := s.committer.Watch(ctx, func(tx *redis.Tx) error { return clearSame(ctx, tx, keys, rows) }, keys+rows.Key)
		if !errors.Is(err, redis.TxFailedErr) {
			return err
		}
	}
	return fmt.Errorf("%s: changed %d times meanwhile", rows.Key, clearAttempts)
}

// clearSame removes the rows that have not changed, under WATCH.
func clearSame(ctx context.Context, tx *redis.Tx, keys string, rows state.Group) error {
	read := state.Read{Key: rows.Key, Fields: make([]string, len(rows.Rows))}
	for i, row := range rows.Rows {
		read.Fields[i] = row.Field
	}
	g, err := newGroupRead(ctx, keys, read)
	if err != nil {
		return err
	}
	if err := tx.Process(ctx, g.cmd); err != nil {
		return err
	}
	now, err := g.rows()
	if err != nil {
		return err
	}
	var same []string
	for i, row := range now {
		if row.Value != nil && bytes.Equal(row.Value, rows.Rows[i].Value) {
			same = append(same, row.Field)
		}
	}
	if len(same) == 0 {
		return nil
	}
	cmds, err := tx.TxPipelined(ctx, func(pipe redis.Pipeliner) error {
		pipe.HDel(ctx, keys+rows.Key, same...)
		return nil
	})
	return refusal(err, cmds)
}
