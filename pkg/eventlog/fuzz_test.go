package eventlog

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"testing"

	"github.com/segmentio/kafka-go/compress"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// FuzzDecode reads record batches, whose checksums are made right first: what a broker damages is found by them, what a
// producer writes is not.
func FuzzDecode(f *testing.F) {
	f.Add(int64(10), batchOf(10, 10, 11, 12), int64(-1))
	f.Add(int64(12), join(batchOf(10, 10, 11, 12), batchOf(13, 13, 14)), int64(10))
	for codec := compress.Gzip; codec <= compress.Zstd; codec++ {
		f.Add(int64(0), packed(f, codec, batchOf(0, 1, 2, 3)), int64(-1))
	}
	f.Fuzz(func(t *testing.T, next int64, raw []byte, aborted int64) {
		for rest := raw; len(rest) >= batchOverhead; {
			end := batchHead + int(int32(binary.BigEndian.Uint32(rest[8:batchHead])))
			if end < batchOverhead || end > len(rest) {
				break
			}
			binary.BigEndian.PutUint32(rest[17:], crc32.Checksum(rest[summed:end], castagnoli))
			rest = rest[end:]
		}
		d := newDecoder(next, []kmsg.FetchResponseTopicPartitionAbortedTransaction{{ProducerID: 1, FirstOffset: aborted}})
		if err := d.decode(raw); err != nil { // what was decoded before it is not shown to anybody
			if !errors.Is(err, ErrCorrupt) && !errors.Is(err, ErrGap) {
				t.Errorf("decode: %v", err)
			}
			return
		}
		last := next - 1
		for _, rec := range d.records {
			if rec.Offset <= last || rec.Offset >= d.next {
				t.Errorf("offset %d after %d, and before %d", rec.Offset, last, d.next)
			}
			last = rec.Offset
		}
	})
}

// FuzzAnswer reads what a broker answers to a fetch.
func FuzzAnswer(f *testing.F) {
	response := kmsg.NewPtrFetchResponse()
	response.SetVersion(fetchVersion)
	partition := kmsg.NewFetchResponseTopicPartition()
	partition.RecordBatches = batchOf(10, 10, 11)
	topic := kmsg.NewFetchResponseTopic()
	topic.Topic, topic.Partitions = Events, append(topic.Partitions, partition)
	response.Topics = append(response.Topics, topic)
	f.Add(response.AppendTo(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		request := kmsg.NewPtrFetchRequest()
		request.SetVersion(fetchVersion)
		said := binary.BigEndian.AppendUint32(nil, uint32(4+len(body)))
		said = append(binary.BigEndian.AppendUint32(said, 1), body...)
		conn := struct {
			io.Reader
			io.Writer
		}{bytes.NewReader(said), io.Discard}
		read, err := (&exchange{request: request}).RawExchange(conn)
		if (read == nil) != (err != nil) {
			t.Errorf("%v, %v", read, err)
		}
	})
}
