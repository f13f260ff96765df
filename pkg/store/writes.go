package store

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"
	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/state"
)

// batch is the memory of one commit's commands. Commits of thousands of changes follow each other
// closely, so it is used again, and nothing is allocated per change: keys and sealed values are
// pieces of one buffer, and arguments are pointers, which go into an interface as they are.
type batch struct {
	buffer []byte
	pieces []piece
	args   []any
	cmds   []redis.Cmder
}

// piece is a key or a sealed value, as an argument of a command.
type piece []byte

// MarshalBinary is how the client takes a piece.
func (p *piece) MarshalBinary() ([]byte, error) { return *p, nil }

// String is for errors that name a key.
func (p *piece) String() string { return string(*p) }

var batches = sync.Pool{New: func() any { return new(batch) }}

// release gives the batch back; its commands must not be used any more.
func (b *batch) release() {
	clear(b.args) // they point into the caller's changes
	clear(b.cmds)
	b.buffer, b.pieces, b.args, b.cmds = b.buffer[:0], b.pieces[:0], b.args[:0], b.cmds[:0]
	batches.Put(b)
}

// writes makes the commands for changes: per key one HSET of all its new values and one HDEL of all
// its removed rows.
func (b *batch) writes(ctx context.Context, keys string, changes []state.Change) error {
	b.grow(keys, changes)
	for i := 0; i < len(changes); {
		if err := checkGroup(changes[i].Key); err != nil {
			return err
		}
		n := groupLen(changes[i:])
		b.group(ctx, keys, changes[i:i+n])
		i += n
	}
	return nil
}

// grow makes room, so that no piece moves while another points to it.
func (b *batch) grow(keys string, changes []state.Change) {
	groups, size := 0, 0
	for i := range changes {
		if i == 0 || changes[i].Key != changes[i-1].Key {
			groups++
			size += len(keys) + len(changes[i].Key)
		}
		size += len(changes[i].Value) + sumBytes
	}
	b.buffer = slices.Grow(b.buffer, size)
	b.pieces = slices.Grow(b.pieces, groups+len(changes))
	b.args = slices.Grow(b.args, 2*(groups+len(changes)))
	b.cmds = slices.Grow(b.cmds, groups+1) // and the meta
}

// group makes the commands for changes of one key.
func (b *batch) group(ctx context.Context, keys string, changes []state.Change) {
	from := len(b.buffer)
	b.buffer = append(append(b.buffer, keys...), changes[0].Key...)
	key := b.piece(from)
	sum := xxhash.Sum64(*key)
	first, removed := len(b.args), 0
	b.args = append(b.args, "hset", key)
	for i := range changes {
		c := &changes[i]
		if c.Value == nil {
			removed++
			continue
		}
		from := len(b.buffer)
		b.buffer = append(b.buffer, c.Value...)
		b.buffer = binary.LittleEndian.AppendUint32(b.buffer, checksum(sum, c.Field, c.Value))
		b.args = append(b.args, &c.Field, b.piece(from))
	}
	if removed < len(changes) {
		b.cmds = append(b.cmds, redis.NewIntCmd(ctx, b.args[first:len(b.args):len(b.args)]...))
	}
	if removed > 0 {
		b.cmds = append(b.cmds, removal(ctx, key, changes, removed))
	}
}

// piece is the end of the buffer from from on.
func (b *batch) piece(from int) *piece {
	b.pieces = append(b.pieces, b.buffer[from:len(b.buffer):len(b.buffer)])
	return &b.pieces[len(b.pieces)-1]
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
func removal(ctx context.Context, key *piece, group []state.Change, removed int) redis.Cmder {
	args := make([]any, 0, 2+removed)
	args = append(args, "hdel", key)
	for i := range group {
		if group[i].Value == nil {
			args = append(args, &group[i].Field)
		}
	}
	return redis.NewIntCmd(ctx, args...)
}
