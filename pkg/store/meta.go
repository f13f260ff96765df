package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/state"
)

// metaFields are the fields of a generation's meta, all text; check is a checksum of the others.
var metaFields = [...]string{
	"definition", "partitions", "epoch", "offset", "last_offset", "last_sum", "watermark", "applied_at", "goal", "check",
}

// metaWrite is the command that writes all of a meta.
func metaWrite(ctx context.Context, key string, m state.Meta) *redis.IntCmd {
	values := metaValues(key, m)
	args := make([]any, 0, 2+2*len(metaFields))
	args = append(args, "hset", key)
	for i, f := range metaFields {
		args = append(args, f, values[i])
	}
	return redis.NewIntCmd(ctx, args...)
}

// metaRead is the command that reads all of a meta, for parseMeta.
func metaRead(ctx context.Context, key string) *redis.StringSliceCmd {
	args := make([]any, 0, 2+len(metaFields))
	args = append(args, "hmget", key)
	for _, f := range metaFields {
		args = append(args, f)
	}
	return redis.NewStringSliceCmd(ctx, args...)
}

func metaValues(key string, m state.Meta) []string {
	values := []string{
		m.Definition, strconv.Itoa(m.Partitions), decimal(m.Epoch), decimal(m.Offset),
		decimal(m.LastOffset), strconv.FormatUint(m.LastSum, 10), decimal(m.Watermark), decimal(m.AppliedAt),
		decimal(m.Goal),
	}
	return append(values, metaCheck(key, values))
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }

func metaCheck(key string, values []string) string {
	return strconv.FormatUint(xxhash.Sum64String(key+"\n"+strings.Join(values, "\n")), 16)
}

// parseMeta is the inverse of metaValues; false where no field exists.
func parseMeta(key string, values []string) (m state.Meta, found bool, err error) {
	if len(values) != len(metaFields) {
		return m, false, fmt.Errorf("%w: %s: %d fields", ErrCorrupt, key, len(values))
	}
	if strings.Join(values, "") == "" {
		return m, false, nil
	}
	last := len(values) - 1
	if values[last] != metaCheck(key, values[:last]) {
		return m, false, fmt.Errorf("%w: %s field check: checksum", ErrCorrupt, key)
	}
	m.Definition = values[0]
	var errs [8]error
	m.Partitions, errs[0] = strconv.Atoi(values[1])
	for i, to := range []*int64{&m.Epoch, &m.Offset, &m.LastOffset} {
		*to, errs[1+i] = strconv.ParseInt(values[2+i], 10, 64)
	}
	m.LastSum, errs[4] = strconv.ParseUint(values[5], 10, 64)
	for i, to := range []*int64{&m.Watermark, &m.AppliedAt, &m.Goal} {
		*to, errs[5+i] = strconv.ParseInt(values[6+i], 10, 64)
	}
	if err := errors.Join(errs[:]...); err != nil {
		return m, false, fmt.Errorf("%w: %s: %w", ErrCorrupt, key, err)
	}
	return m, true, nil
}

// standing is what a partition's two metas say at one instant.
type standing struct {
	live  string // generation that answers, "" for none
	meta  state.Meta
	found bool // meta exists
}

// standingOf reads the live pointer and the meta of this store's generation through a pipeline
// that the caller runs: one that is atomic, or under WATCH.
func (s *Store) standingOf(ctx context.Context, pipelined pipelined, partition int) (standing, error) {
	key := s.metaKey(partition, s.at(partition))
	live := redis.NewStringSliceCmd(ctx, "hmget", s.liveKey(partition), liveField)
	meta := metaRead(ctx, key)
	_, err := pipelined(ctx, func(pipe redis.Pipeliner) error { return pipe.BatchProcess(ctx, live, meta) })
	if err != nil {
		return standing{}, refusal(err, []redis.Cmder{live, meta})
	}
	at := standing{live: live.Val()[0]}
	if s.building {
		at.live = s.at(partition)
	}
	at.meta, at.found, err = parseMeta(key, meta.Val())
	return at, err
}

type pipelined = func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error)

// Meta reads where this definition's state stands: offset 0 and LastOffset -1 where there is none.
// It fails with engine.ErrDefinition where another definition's or partition count's state is live.
func (s *Store) Meta(ctx context.Context, partition int) (state.Meta, error) {
	m, err := s.readMeta(ctx, partition)
	if err != nil {
		return state.Meta{}, fmt.Errorf("store: meta of partition %d: %w", partition, err)
	}
	return m, nil
}

func (s *Store) readMeta(ctx context.Context, partition int) (state.Meta, error) {
	if err := s.known(partition); err != nil {
		return state.Meta{}, err
	}
	for range cutAttempts {
		at, err := s.standingOf(ctx, s.reader.TxPipelined, partition)
		if err != nil {
			return state.Meta{}, err
		}
		if !s.follow(partition, at) {
			return s.own(ctx, partition, at)
		}
	}
	return state.Meta{}, fmt.Errorf("the live generation moved %d times", cutAttempts)
}

// follow goes over to another generation of the same definition that is live now; false where it need not.
func (s *Store) follow(partition int, at standing) bool {
	if at.live == "" || at.live == s.at(partition) || !s.ours(at.live) {
		return false
	}
	s.current[partition].Store(&at.live)
	return true
}

// own is the meta of a standing if it is of this store's definition and partition count.
func (s *Store) own(ctx context.Context, partition int, at standing) (state.Meta, error) {
	if at.live != "" && at.live != s.at(partition) {
		return state.Meta{}, s.otherLive(ctx, partition, at.live)
	}
	if !at.found {
		if at.live != "" && !s.building {
			return state.Meta{}, s.lostMeta(partition)
		}
		return state.Meta{Definition: s.cfg.Definition, Partitions: s.cfg.Partitions, LastOffset: -1}, nil
	}
	if at.meta.Definition != s.cfg.Definition {
		return state.Meta{}, fmt.Errorf("%w: live %s, ours %s",
			engine.ErrDefinition, at.meta.Definition, s.cfg.Definition)
	}
	if at.meta.Partitions != s.cfg.Partitions {
		return state.Meta{}, fmt.Errorf("%w: made with %d partitions, ours are %d",
			engine.ErrDefinition, at.meta.Partitions, s.cfg.Partitions)
	}
	return at.meta, nil
}

// otherLive says which definition is live instead of this store's.
func (s *Store) otherLive(ctx context.Context, partition int, live string) error {
	definition := live
	if full, err := s.reader.HGet(ctx, s.metaKey(partition, live), metaFields[0]).Result(); err == nil {
		definition = full
	}
	return fmt.Errorf("%w: live %s, ours %s", engine.ErrDefinition, definition, s.cfg.Definition)
}

// lostMeta says that the live generation has no meta, though both are written together.
func (s *Store) lostMeta(partition int) error {
	return fmt.Errorf("%w: %s: the live generation has no meta", ErrCorrupt, s.metaKey(partition, s.at(partition)))
}
