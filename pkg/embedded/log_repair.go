package embedded

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"slices"
)

// forgetTorn removes the broker's snapshot of each partition whose last file is torn or damaged at its
// end. The broker cuts such an end off by itself, but where a snapshot tells the file's size it would go
// on to write at one place and to look for it at another.
func forgetTorn(dir string) error {
	snapshots, err := filepath.Glob(filepath.Join(dir, "partitions", "*", "snapshot.json"))
	if err != nil {
		return fmt.Errorf("data directory: %w", err)
	}
	for _, snapshot := range snapshots {
		segments, err := filepath.Glob(filepath.Join(filepath.Dir(snapshot), "*.dat"))
		if err != nil {
			return fmt.Errorf("data directory: %w", err)
		}
		if len(segments) == 0 {
			continue
		}
		content, err := os.ReadFile(slices.MaxFunc(segments, byOffset))
		if err != nil {
			return fmt.Errorf("data directory: %w", err)
		}
		if whole(content) {
			continue
		}
		if err := os.Remove(snapshot); err != nil {
			return fmt.Errorf("data directory: %w", err)
		}
	}
	return nil
}

// byOffset orders files that are named by their first offset.
func byOffset(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// whole tells whether a file is record batches with right checksums and nothing else.
func whole(content []byte) bool {
	for len(content) > 0 {
		if len(content) < recordsAt {
			return false
		}
		end := lengthAt + 4 + int(binary.BigEndian.Uint32(content[lengthAt:]))
		if end < recordsAt || end > len(content) || !sound(content[:end]) {
			return false
		}
		content = content[end:]
	}
	return true
}

// sound tells whether a batch's checksum is right.
func sound(batch []byte) bool {
	return crc32.Checksum(batch[attributesAt:], castagnoli) == binary.BigEndian.Uint32(batch[sumAt:])
}
