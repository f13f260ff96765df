package eventlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"strconv"
	"testing"

	"github.com/segmentio/kafka-go/compress"
	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// batchOf encodes records whose values are numbers, from an offset on.
func batchOf(first int64, values ...int) []byte {
	batch := kmsg.RecordBatch{
		FirstOffset: first, Magic: 2, LastOffsetDelta: int32(len(values) - 1), NumRecords: int32(len(values)),
		FirstTimestamp: 1000, MaxTimestamp: 2000, ProducerID: -1,
	}
	for i, value := range values {
		text := []byte(strconv.Itoa(value))
		record := []byte{0}
		record = kbin.AppendVarlong(record, int64(i))
		record = kbin.AppendVarint(record, int32(i))
		record = kbin.AppendVarintBytes(record, nil)
		record = kbin.AppendVarintBytes(record, text)
		record = kbin.AppendVarint(record, 1)
		record = kbin.AppendVarintString(record, "ce_id")
		record = kbin.AppendVarintBytes(record, text)
		batch.Records = append(kbin.AppendVarint(batch.Records, int32(len(record))), record...)
	}
	return seal(batch)
}

// batchOfSize is one record of so many bytes, which are all the same.
func batchOfSize(offset int64, bytes int) []byte {
	record := kbin.AppendVarintBytes(kbin.AppendVarintBytes([]byte{0, 0, 0}, nil), make([]byte, bytes))
	record = kbin.AppendVarint(record, 0)
	return seal(kmsg.RecordBatch{
		FirstOffset: offset, Magic: 2, NumRecords: 1, ProducerID: -1, Records: append(kbin.AppendVarint(nil, int32(len(record))), record...),
	})
}

// packed is a batch as a producer compresses it.
func packed(t testing.TB, codec compress.Compression, raw []byte) []byte {
	t.Helper()
	var batch kmsg.RecordBatch
	if err := batch.ReadFrom(raw); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := codec.Codec().NewWriter(&out)
	if _, err := w.Write(batch.Records); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	batch.Attributes, batch.Records = int16(codec), out.Bytes()
	return seal(batch)
}

func seal(batch kmsg.RecordBatch) []byte {
	batch.Length = int32(minBatch + len(batch.Records))
	raw := batch.AppendTo(nil)
	binary.BigEndian.PutUint32(raw[17:], crc32.Checksum(raw[summed:], castagnoli))
	return raw
}

func join(batches ...[]byte) []byte {
	var raw []byte
	for _, batch := range batches {
		raw = append(raw, batch...)
	}
	return raw
}

func TestDecodeSkipsNothingAndShowsNothingTwice(t *testing.T) {
	two := join(batchOf(10, 10, 11, 12), batchOf(13, 13, 14))
	damaged := join(batchOf(10, 10, 11, 12), batchOf(13, 13, 14))
	damaged[len(damaged)-1] ^= 1
	tooShort := batchOf(10, 10)
	binary.BigEndian.PutUint32(tooShort[8:], 3)
	oldFormat := batchOf(10, 10)
	oldFormat[16] = 1
	for _, c := range []struct {
		name  string
		next  int64
		raw   []byte
		want  []string
		after int64
		err   error
	}{
		{"whole batches", 10, two, []string{"10", "11", "12", "13", "14"}, 15, nil},
		{"from within a batch", 12, two, []string{"12", "13", "14"}, 15, nil},
		{"a batch below the offset", 13, two, []string{"13", "14"}, 15, nil},
		{"the last one cut off by the broker", 10, two[:len(two)-1], []string{"10", "11", "12"}, 13, nil},
		{"the last one's head cut off", 10, two[:len(batchOf(10, 10, 11, 12))+5], []string{"10", "11", "12"}, 13, nil},
		{"nothing", 10, nil, nil, 10, nil},
		{"a gap before the first", 9, two, nil, 9, ErrGap},
		{"a gap between", 10, join(batchOf(10, 10), batchOf(12, 12)), []string{"10"}, 11, ErrGap},
		{"a wrong checksum", 10, damaged, []string{"10", "11", "12"}, 13, ErrCorrupt},
		{"an impossible length", 10, tooShort, nil, 10, ErrCorrupt},
		{"another format", 10, oldFormat, nil, 10, ErrCorrupt},
		{"more records than it has bytes", 10, claiming(t, 1<<30), nil, 10, ErrCorrupt},
		{"fewer records than it has", 10, claiming(t, 1), []string{"10"}, 10, ErrCorrupt},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDecoder(c.next, nil)
			if err := d.decode(c.raw); !errors.Is(err, c.err) {
				t.Errorf("decode = %v, want %v", err, c.err)
			}
			if d.next != c.after {
				t.Errorf("next %d, want %d", d.next, c.after)
			}
			var got []string
			for _, rec := range d.records {
				got = append(got, string(rec.Value))
				if string(rec.Headers[0].Value) != string(rec.Value) || strconv.FormatInt(rec.Offset, 10) != string(rec.Value) {
					t.Errorf("record %q at %d with headers %q", rec.Value, rec.Offset, rec.Headers)
				}
			}
			if len(got) != len(c.want) {
				t.Fatalf("records %q, want %q", got, c.want)
			}
			for i := range got {
				if got[i] != c.want[i] {
					t.Errorf("records %q, want %q", got, c.want)
				}
			}
		})
	}
}

// claiming is a sound batch of two records that says it has count.
func claiming(t *testing.T, count int32) []byte {
	t.Helper()
	var batch kmsg.RecordBatch
	if err := batch.ReadFrom(batchOf(10, 10, 11)); err != nil {
		t.Fatal(err)
	}
	batch.NumRecords = count
	return seal(batch)
}

func TestDecodeTakesTheBrokersTimeWhereItHasSetOne(t *testing.T) {
	var stamped kmsg.RecordBatch
	if err := stamped.ReadFrom(batchOf(2, 2, 3)); err != nil {
		t.Fatal(err)
	}
	stamped.Attributes |= appendTime
	d := newDecoder(0, nil)
	if err := d.decode(join(batchOf(0, 0, 1), seal(stamped))); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int64{1000, 1001, 2000, 2000} {
		if d.records[i].Time != want {
			t.Errorf("record %d: time %d, want %d", i, d.records[i].Time, want)
		}
	}
}

func TestDecodeStopsWhereWhatWasCompressedComesToFarMore(t *testing.T) {
	var raw []byte
	for offset := range int64(4) {
		raw = append(raw, packed(t, compress.Zstd, batchOfSize(offset, maxInflated/2))...)
	}
	for next := int64(0); next < 4; next += 2 { // as the next fetch would go on
		d := newDecoder(next, nil)
		if err := d.decode(raw); err != nil || len(d.records) != 2 || d.next != next+2 {
			t.Fatalf("from %d: %d records, next %d, %v", next, len(d.records), d.next, err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	var batch kmsg.RecordBatch
	if err := batch.ReadFrom(batchOf(0, 0)); err != nil {
		b.Fatal(err)
	}
	batch.NumRecords, batch.LastOffsetDelta, batch.Records = 2000, 1999, nil
	for i := range int32(2000) {
		record := []byte{0, 0}
		record = kbin.AppendVarint(record, i)
		record = kbin.AppendVarintBytes(record, []byte("default"))
		record = kbin.AppendVarintBytes(record, make([]byte, 200))
		record = kbin.AppendVarint(record, 7)
		for range 7 {
			record = kbin.AppendVarintString(record, "ce_source")
			record = kbin.AppendVarintBytes(record, []byte("0123456789012345"))
		}
		batch.Records = append(kbin.AppendVarint(batch.Records, int32(len(record))), record...)
	}
	raw := seal(batch)
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if err := newDecoder(0, nil).decode(raw); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(2000*b.N)/b.Elapsed().Seconds(), "records/s")
}
