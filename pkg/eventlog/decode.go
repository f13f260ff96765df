package eventlog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/segmentio/kafka-go/compress"
	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"

	"weir.dev/weir/pkg/event"
)

// Attributes of a record batch.
const (
	compression   = 0x07
	appendTime    = 0x08 // the batch's time is its arrival, and holds for every record
	transactional = 0x10
	control       = 0x20 // the end of a transaction, not a record
)

const (
	batchHead   = 12       // offset and length, before what the length counts
	summed      = 21       // the checksum covers all from here on
	countAt     = 57       // how many records there are
	minBatch    = 49       // of the length
	minRecord   = 7        // bytes of a record without key, value and headers
	minHeader   = 2        // bytes of a header without key and value
	maxInflated = 64 << 20 // bytes of a compressed batch's records, and about of all those of a fetch
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// decoder turns the record batches of a fetch into records, from offset next on.
type decoder struct {
	next     int64 // all below is in records, or was never meant for a reader
	inflated int   // bytes of what was compressed
	records  []event.Record
	headers  []event.Header // what the next records' headers are cut from
	aborted  []kmsg.FetchResponseTopicPartitionAbortedTransaction
	ended    map[int64]bool // producers whose transaction ends in an abort further on
}

// newDecoder starts at an offset, knowing the aborted transactions that reach into what is to come.
func newDecoder(next int64, aborted []kmsg.FetchResponseTopicPartitionAbortedTransaction) *decoder {
	slices.SortFunc(aborted, func(a, b kmsg.FetchResponseTopicPartitionAbortedTransaction) int {
		return int(min(max(a.FirstOffset-b.FirstOffset, -1), 1))
	})
	return &decoder{next: next, aborted: aborted, ended: make(map[int64]bool)}
}

// decode reads all whole batches; a broker may cut off the last one. It stops early where batches come to far more than
// they had been compressed to: the next fetch goes on there.
func (d *decoder) decode(raw []byte) error {
	d.records = make([]event.Record, 0, announced(raw))
	for len(raw) >= batchHead && d.inflated < maxInflated {
		length := int(int32(binary.BigEndian.Uint32(raw[8:batchHead])))
		if length < minBatch {
			return fmt.Errorf("%w: near offset %d: of %d bytes", ErrCorrupt, d.next, length)
		}
		if len(raw) < batchHead+length {
			return nil
		}
		if err := d.batch(raw[:batchHead+length]); err != nil {
			return err
		}
		raw = raw[batchHead+length:]
	}
	return nil
}

// announced is how many records the batches say they have, if that can be true.
func announced(raw []byte) int {
	count, most := 0, len(raw)/minRecord
	for len(raw) >= batchOverhead {
		count += int(int32(binary.BigEndian.Uint32(raw[countAt:])))
		length := int(int32(binary.BigEndian.Uint32(raw[8:batchHead])))
		if length < minBatch || len(raw) < batchHead+length {
			break
		}
		raw = raw[batchHead+length:]
	}
	return min(max(count, 0), most)
}

func (d *decoder) batch(raw []byte) error {
	var batch kmsg.RecordBatch
	if err := batch.UnsafeReadFrom(raw); err != nil {
		return fmt.Errorf("%w: near offset %d: %w", ErrCorrupt, d.next, err)
	}
	if batch.Magic != 2 {
		return fmt.Errorf("%w: offset %d: record format %d", ErrCorrupt, batch.FirstOffset, batch.Magic)
	}
	if sum := crc32.Checksum(raw[summed:], castagnoli); sum != uint32(batch.CRC) {
		return fmt.Errorf("%w: offset %d: checksum %08x, want %08x", ErrCorrupt, batch.FirstOffset, sum, uint32(batch.CRC))
	}
	last := batch.FirstOffset + int64(batch.LastOffsetDelta)
	if batch.FirstOffset > d.next {
		return fmt.Errorf("%w: from %d to %d", ErrGap, d.next, batch.FirstOffset)
	}
	if last < d.next {
		return nil
	}
	if err := d.contents(&batch, last); err != nil {
		return err
	}
	d.next = last + 1
	return nil
}

// contents decodes what a batch holds for a reader: nothing, where it ends a transaction or belongs to
// one that was aborted.
func (d *decoder) contents(batch *kmsg.RecordBatch, last int64) error {
	for len(d.aborted) > 0 && d.aborted[0].FirstOffset <= last {
		d.ended[d.aborted[0].ProducerID] = true
		d.aborted = d.aborted[1:]
	}
	switch {
	case batch.Attributes&control != 0:
		delete(d.ended, batch.ProducerID)
		return nil
	case batch.Attributes&transactional != 0 && d.ended[batch.ProducerID]:
		return nil
	}
	payload, err := inflate(batch)
	if err != nil {
		return fmt.Errorf("%w: offset %d: %w", ErrCorrupt, batch.FirstOffset, err)
	}
	if batch.Attributes&compression != 0 {
		d.inflated += len(payload)
	}
	count := int(batch.NumRecords)
	if count < 0 || count > len(payload) {
		return fmt.Errorf("%w: offset %d: %d records in %d bytes", ErrCorrupt, batch.FirstOffset, count, len(payload))
	}
	reader := kbin.Reader{Src: payload}
	for previous := batch.FirstOffset - 1; count > 0; count-- {
		rec := d.record(&reader, batch)
		if !reader.Ok() || rec.Offset <= previous || rec.Offset > last {
			return fmt.Errorf("%w: offset %d: record after %d", ErrCorrupt, batch.FirstOffset, previous)
		}
		previous = rec.Offset
		if rec.Offset >= d.next {
			d.records = append(d.records, rec)
		}
	}
	if len(reader.Src) > 0 {
		return fmt.Errorf("%w: offset %d: %d bytes after the last record", ErrCorrupt, batch.FirstOffset, len(reader.Src))
	}
	return nil
}

func (d *decoder) record(reader *kbin.Reader, batch *kmsg.RecordBatch) event.Record {
	reader.Varint() // length
	reader.Int8()   // attributes, of which there are none
	rec := event.Record{Time: batch.FirstTimestamp + reader.Varlong()}
	if batch.Attributes&appendTime != 0 {
		rec.Time = batch.MaxTimestamp
	}
	rec.Offset = batch.FirstOffset + int64(reader.Varint())
	rec.Key = reader.VarintBytes()
	rec.Value = reader.VarintBytes()
	rec.Headers = d.room(int(reader.VarintArrayLen()), len(reader.Src))
	for i := range rec.Headers {
		rec.Headers[i] = event.Header{Key: reader.UnsafeVarintString(), Value: reader.VarintBytes()}
	}
	return rec
}

// room is space for a record's headers: of the records that follow in so many bytes, most have as many.
func (d *decoder) room(count, bytes int) []event.Header {
	if count <= 0 {
		return nil
	}
	if count > len(d.headers) {
		records := max(1, cap(d.records)-len(d.records))
		d.headers = make([]event.Header, count+min(count*records, bytes/minHeader))
	}
	headers := d.headers[:count:count]
	d.headers = d.headers[count:]
	return headers
}

// inflate returns the records of a batch as they were before they were compressed.
func inflate(batch *kmsg.RecordBatch) ([]byte, error) {
	kind := compress.Compression(batch.Attributes & compression)
	if kind == compress.None {
		return batch.Records, nil
	}
	codec := kind.Codec()
	if codec == nil {
		return nil, fmt.Errorf("compression %d", kind)
	}
	reader := codec.NewReader(bytes.NewReader(batch.Records))
	defer reader.Close()
	payload, err := io.ReadAll(io.LimitReader(reader, maxInflated+1))
	if err == nil && len(payload) > maxInflated {
		err = fmt.Errorf("more than %d bytes inflated", maxInflated)
	}
	return payload, err
}
