package store

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"weir.dev/weir/pkg/state"
)

// FuzzOpen: a stored value is opened as it was sealed, or refused; and one byte more, or other, is refused.
func FuzzOpen(f *testing.F) {
	seal := func(key, field, value string) string {
		sum := checksum(xxhash.Sum64String(key), field, []byte(value))
		return value + string(binary.LittleEndian.AppendUint32(nil, sum))
	}
	f.Add("c:acme:deals", "\x1fEUR\x1f\x05", "value", seal("c:acme:deals", "\x1fEUR\x1f\x05", "value"))
	f.Add("k", "f", "", "abc")
	f.Fuzz(func(t *testing.T, key, field, value, stored string) {
		sealed := seal(key, field, value)
		rows, err := openAll(key, []string{field, sealed, field, sealed})
		if err != nil || len(rows) != 2 || rows[1].Field != field || string(rows[1].Value) != value {
			t.Errorf("%q is opened as %+v, %v", value, rows, err)
		}
		if stored == "" || stored == sealed {
			return
		}
		rows, err = open(key, []string{field}, []string{stored})
		right := err == nil && seal(key, field, string(rows[0].Value)) == stored
		if !right && !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q is opened as %+v, %v", stored, rows, err)
		}
	})
}

// FuzzParseMeta reads the fields of a meta whose checksum is right, and those of one whose is not.
func FuzzParseMeta(f *testing.F) {
	const key = "weir:{3}:g:meta"
	values := metaValues(key, state.Meta{Definition: "d", Partitions: 8, Epoch: 3, Offset: 18, LastOffset: 17, LastSum: 1 << 63, Watermark: -1})
	f.Add(strings.Join(values, "\n"))
	f.Add(strings.Repeat("\n", len(metaFields)-1))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		values := strings.Split(text, "\n")
		for _, summed := range []bool{false, true} {
			if last := len(values) - 1; summed {
				values[last] = metaCheck(key, values[:last])
			}
			m, found, err := parseMeta(key, values)
			if err != nil && !errors.Is(err, ErrCorrupt) {
				t.Errorf("%v", err)
			}
			if again, foundAgain, err := parseMeta(key, metaValues(key, m)); found && (err != nil || !foundAgain || again != m) {
				t.Errorf("%+v is read as %+v, %v", m, again, err)
			}
			if found && summed && !slices.Equal(metaValues(key, m)[:1], values[:1]) {
				t.Errorf("%q is read as %+v", values, m)
			}
		}
	})
}
