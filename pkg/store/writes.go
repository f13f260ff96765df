package store

import (
	"context"
	"encoding/binary"
	"strings"

	"github.com/cespare/xxhash/v2"
	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

// writes makes the commands for changes: per key one HSET of all its new values and one HDEL of all
// its removed rows. Thousands of changes are usual, so nothing is allocated per change: the sealed
// values share one string, and arguments are pointers to strings, which go into an interface as
// they are.
func writes(ctx context.Context, keys string, changes []state.Change) ([]redis.Cmder, error) {
	groups, size := extent(changes)
	var memory strings.Builder
	memory.Grow(size)
	sealed := make([]string, len(changes))
	args := make([]any, 0, 2*(groups+len(changes)))
	cmds := make([]redis.Cmder, 0, groups+1) // and the meta
	for i := 0; i < len(changes); {
		key, err := groupKey(keys, changes[i].Key)
		if err != nil {
			return nil, err
		}
		sum, first, removed := xxhash.Sum64String(key), len(args), 0
		args = append(args, "hset", key)
		n := groupLen(changes[i:])
		for j := i; j < i+n; j++ {
			c := &changes[j]
			if c.Value == nil {
				removed++
				continue
			}
			sealed[j] = seal(&memory, checksum(sum, c.Field, c.Value), c.Value)
			args = append(args, &c.Field, &sealed[j])
		}
		if removed < n {
			cmds = append(cmds, redis.NewIntCmd(ctx, args[first:len(args):len(args)]...))
		}
		if removed > 0 {
			cmds = append(cmds, removal(ctx, key, changes[i:i+n], removed))
		}
		i += n
	}
	return cmds, nil
}

// extent is how many groups changes has, and the bytes of their sealed values.
func extent(changes []state.Change) (groups, size int) {
	for i := range changes {
		if i == 0 || changes[i].Key != changes[i-1].Key {
			groups++
		}
		size += len(changes[i].Value) + sumBytes
	}
	return groups, size
}

// groupLen is how many of the first changes are of one key.
func groupLen(changes []state.Change) int {
	n := 1
	for n < len(changes) && changes[n].Key == changes[0].Key {
		n++
	}
	return n
}

// removal is the HDEL of those rows of a group that have no new value.
func removal(ctx context.Context, key string, group []state.Change, removed int) redis.Cmder {
	args := make([]any, 0, 2+removed)
	args = append(args, "hdel", key)
	for i := range group {
		if group[i].Value == nil {
			args = append(args, &group[i].Field)
		}
	}
	return redis.NewIntCmd(ctx, args...)
}

// seal appends a value and its checksum to memory, which must have room, and returns that piece.
func seal(memory *strings.Builder, sum uint32, value []byte) string {
	from := memory.Len()
	memory.Write(value)
	var tail [sumBytes]byte
	binary.LittleEndian.PutUint32(tail[:], sum)
	memory.Write(tail[:])
	return memory.String()[from:]
}
