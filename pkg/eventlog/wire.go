package eventlog

import (
	"encoding/binary"
	"fmt"
	"io"

	"github.com/segmentio/kafka-go/protocol"
	"github.com/segmentio/kafka-go/protocol/fetch"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// maxAnswer bounds what is read of one answer, in bytes: a fetch asks for far less.
const maxAnswer = 256 << 20

// exchange is a request that kafka-go routes to a partition's leader, over its connections, and kmsg encodes and
// decodes: kafka-go's own answer to a fetch has lost what the decoder needs, and some requests it does not have.
type exchange struct {
	request kmsg.Request // with its version set
	place   place
}

var (
	_ protocol.BrokerMessage = (*exchange)(nil)
	_ protocol.RawExchanger  = (*exchange)(nil)
)

// answer is what came back. The record batches of a fetch share one buffer.
type answer struct {
	kmsg.Response
}

// ApiKey implements protocol.Message.
func (e *exchange) ApiKey() protocol.ApiKey { return protocol.ApiKey(e.request.Key()) } //nolint:revive,staticcheck // protocol.Message spells it so

// ApiKey implements protocol.Message.
func (a *answer) ApiKey() protocol.ApiKey { return protocol.ApiKey(a.Key()) } //nolint:revive,staticcheck // protocol.Message spells it so

// Broker implements protocol.BrokerMessage: the partition's leader.
func (e *exchange) Broker(cluster protocol.Cluster) (protocol.Broker, error) {
	routed := fetch.Request{Topics: []fetch.RequestTopic{{
		Topic:      e.place.topic,
		Partitions: []fetch.RequestPartition{{Partition: int32(e.place.partition)}},
	}}}
	return routed.Broker(cluster)
}

// Required implements protocol.RawExchanger: always.
func (*exchange) Required(map[protocol.ApiKey]int16) bool { return true }

// RawExchange implements protocol.RawExchanger. A connection carries one request at a time, so that
// the answer that follows is this request's; the correlation id only confirms it.
func (e *exchange) RawExchange(conn io.ReadWriter) (protocol.Message, error) {
	const correlation = 1
	formatter := kmsg.NewRequestFormatter(kmsg.FormatterClientID("weir"))
	if _, err := conn.Write(formatter.AppendRequest(nil, e.request, correlation)); err != nil {
		return nil, err
	}
	var head [8]byte
	if _, err := io.ReadFull(conn, head[:]); err != nil {
		return nil, err
	}
	size, id := binary.BigEndian.Uint32(head[:4]), binary.BigEndian.Uint32(head[4:])
	if id != correlation || size < 4 || size > maxAnswer {
		return nil, fmt.Errorf("answer %d of %d bytes to request %d", id, size, correlation)
	}
	body := make([]byte, size-4)
	if _, err := io.ReadFull(conn, body); err != nil {
		return nil, err
	}
	response := e.request.ResponseKind()
	response.SetVersion(e.request.GetVersion())
	if response.IsFlexible() {
		return nil, fmt.Errorf("version %d of request %d has an answer with tags", response.GetVersion(), response.Key())
	}
	read := response.ReadFrom
	if quick, ok := response.(interface{ UnsafeReadFrom([]byte) error }); ok {
		read = quick.UnsafeReadFrom // without a copy of what the buffer keeps anyway
	}
	if err := read(body); err != nil {
		return nil, fmt.Errorf("answer to request %d: %w", response.Key(), err)
	}
	return &answer{response}, nil
}
