package embedded

import (
	"encoding/binary"
	"hash/crc32"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// Where things are in a record batch of format 2.
const (
	lengthAt     = 8 // of what follows it
	magicAt      = 16
	sumAt        = 17
	attributesAt = 21 // the checksum covers all from here on
	firstTimeAt  = 27
	maxTimeAt    = 35
	recordsAt    = 61

	appendTime = 0x08 // attribute: the broker has set the time
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// stampArrivals gives every batch the time of its arrival, which the broker itself does not, whatever a
// topic's message.timestamp.type. Within a batch of another producer than Weir's, whose records differ in
// time, the differences stay.
//
// The function is put in place anew for each request, because the broker would keep the last request of
// every connection that one function has ever seen.
func stampArrivals(cluster *kfake.Cluster) {
	var control func(kmsg.Request) (kmsg.Response, error, bool)
	control = func(request kmsg.Request) (kmsg.Response, error, bool) { //nolint:unparam // the broker's signature
		cluster.DropControl()
		cluster.ControlKey(request.Key(), control)
		if produce, ok := request.(*kmsg.ProduceRequest); ok {
			now := time.Now().UnixMilli()
			for _, topic := range produce.Topics {
				for _, partition := range topic.Partitions {
					stamp(partition.Records, now)
				}
			}
		}
		return nil, nil, false
	}
	cluster.ControlKey(int16(kmsg.Produce), control)
}

// stamp sets the time of a batch, in milliseconds. A batch that is damaged is left for the broker to
// refuse. The attribute that would tell of the broker's hand is cleared: where it is set, the broker
// writes another time into the batch and leaves the checksum wrong.
func stamp(batch []byte, now int64) {
	if len(batch) < recordsAt || batch[magicAt] != 2 || !sound(batch) {
		return
	}
	attributes := binary.BigEndian.Uint16(batch[attributesAt:])
	binary.BigEndian.PutUint16(batch[attributesAt:], attributes&^appendTime)
	binary.BigEndian.PutUint64(batch[firstTimeAt:], uint64(now))
	binary.BigEndian.PutUint64(batch[maxTimeAt:], uint64(now))
	binary.BigEndian.PutUint32(batch[sumAt:], crc32.Checksum(batch[attributesAt:], castagnoli))
}
