package store

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"github.com/cespare/xxhash/v2"

	"weir.dev/weir/pkg/state"
)

// sumBytes is the length of the checksum behind every value.
const sumBytes = 4

// checksum covers a value and where it belongs, so that a good value under another name is found
// out too. Each of the three hashes gives other bits of its 64, so equal parts do not cancel out.
func checksum(key uint64, field string, value []byte) uint32 {
	f := bits.RotateLeft64(xxhash.Sum64String(field), 16)
	k := bits.RotateLeft64(key, 32)
	return uint32(xxhash.Sum64(value) ^ f ^ k)
}

// open takes the checksums off the sealed values of a key: its rows in the order of fields, with a
// nil value for one that does not exist. The values are copied into one piece of memory.
func open(key string, fields, sealed []string) ([]state.Row, error) {
	size := 0
	for _, v := range sealed {
		size += len(v)
	}
	memory := make([]byte, 0, size)
	rows := make([]state.Row, len(fields))
	sum := xxhash.Sum64String(key)
	for i, v := range sealed {
		rows[i].Field = fields[i]
		if v == "" {
			continue
		}
		if len(v) < sumBytes {
			return nil, fmt.Errorf("%w: %s field %q: %d bytes", ErrCorrupt, key, fields[i], len(v))
		}
		from, to := len(memory), len(memory)+len(v)-sumBytes
		memory = append(memory, v...)
		value := memory[from:to:to]
		if binary.LittleEndian.Uint32(memory[to:]) != checksum(sum, fields[i], value) {
			return nil, fmt.Errorf("%w: %s field %q: checksum", ErrCorrupt, key, fields[i])
		}
		rows[i].Value = value
	}
	return rows, nil
}

// openAll is open for a flat list of fields and sealed values, as HGETALL and HSCAN answer.
func openAll(key string, flat []string) ([]state.Row, error) {
	fields, sealed := make([]string, len(flat)/2), make([]string, len(flat)/2)
	for i := range fields {
		fields[i], sealed[i] = flat[2*i], flat[2*i+1]
	}
	return open(key, fields, sealed)
}
