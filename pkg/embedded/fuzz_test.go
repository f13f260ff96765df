package embedded

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"testing"
	"time"
)

// FuzzStamp: whatever is sent to the broker is stamped and sound afterwards, or left as it was.
func FuzzStamp(f *testing.F) {
	batch := make([]byte, recordsAt)
	batch[magicAt], batch[attributesAt+1] = 2, appendTime
	f.Add(batch, true)
	f.Add(batch[:40], false)
	f.Fuzz(func(t *testing.T, batch []byte, summed bool) {
		if summed && len(batch) > attributesAt {
			binary.BigEndian.PutUint32(batch[sumAt:], crc32.Checksum(batch[attributesAt:], castagnoli))
		}
		was, now := bytes.Clone(batch), time.Date(2026, 2, 10, 9, 30, 0, 0, time.UTC).UnixMilli()
		stamp(batch, now)
		if bytes.Equal(was, batch) {
			return
		}
		if !sound(batch) || int64(binary.BigEndian.Uint64(batch[maxTimeAt:])) != now || batch[attributesAt+1]&appendTime != 0 {
			t.Errorf("%x became %x", was, batch)
		}
	})
}

// FuzzWhole reads a file of the log, as one that a killed process left.
func FuzzWhole(f *testing.F) {
	batch := make([]byte, recordsAt)
	binary.BigEndian.PutUint32(batch[lengthAt:], recordsAt-lengthAt-4)
	binary.BigEndian.PutUint32(batch[sumAt:], crc32.Checksum(batch[attributesAt:], castagnoli))
	f.Add(batch)
	f.Add(append(batch, 1, 2, 3))
	f.Fuzz(func(t *testing.T, content []byte) {
		if !whole(content) {
			return
		}
		if !whole(append(bytes.Clone(content), content...)) || len(content) > 0 && whole(content[:len(content)-1]) {
			t.Error("twice a whole file is none, or a part of one is whole")
		}
	})
}
