package eventlog

import (
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/protocol"

	"weir.dev/weir/pkg/engine"
)

// What the log refuses, or could not do.
var (
	// ErrUnavailable: the brokers could not be reached or could not serve; nothing was written.
	ErrUnavailable = errors.New("unavailable: the log cannot be reached")
	// ErrUnknown: the records may have been written, all, some or none of them.
	ErrUnknown = errors.New("unknown: the records may or may not be in the log")
	// ErrOverloaded: too many bytes wait to be written; nothing of this call was.
	ErrOverloaded = errors.New("overloaded: too many bytes wait for the log")
	// ErrTooLarge: a record is larger than the topic takes; nothing was written.
	ErrTooLarge = errors.New("too large: the record exceeds what the topic takes")
	// ErrClosed: the client was closed; nothing was written.
	ErrClosed = errors.New("closed: the client of the log is closed")
	// ErrCorrupt: the log returned a batch that fails its checksum or does not parse.
	ErrCorrupt = fmt.Errorf("%w: a batch fails its checksum or does not parse", engine.ErrLogDamaged)
	// ErrGap: records between two offsets are missing from the log.
	ErrGap = fmt.Errorf("%w: records are missing", engine.ErrLogDamaged)
	// ErrPartitionCount: a topic has another number of partitions than asked for.
	ErrPartitionCount = errors.New("partition count: the topic has another number of partitions")
	// ErrTimestampType: a topic does not stamp its records with their time of arrival.
	ErrTimestampType = errors.New("timestamp type: the topic does not keep the time of arrival")
	// ErrRetention: a topic may lose records that must be kept.
	ErrRetention = errors.New("retention: the topic may lose records that must be kept")
)

// transient tells whether the same request may succeed a little later: the broker is away or
// restarting, or leadership has moved and the client has not heard of it yet.
func transient(err error) bool {
	var code kafka.Error
	if errors.As(err, &code) {
		// Unknown is also what kafka-go makes of a cut connection under a request to several brokers.
		return code.Temporary() || code == kafka.BrokerNotAvailable || code == kafka.Unknown
	}
	return cut(err) || unrouted(err)
}

// unavailable is about brokers that cannot be reached or cannot serve; it names a disk that is to blame.
func unavailable(err error) error {
	if errors.Is(err, kafka.KafkaStorageError) {
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, engine.ErrLogDisk, err)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// cut tells whether a connection failed under a request, or could not be made.
func cut(err error) bool {
	var network net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.As(err, &network)
}

// unrouted tells whether the client knows no leader for a partition, or no such partition: its
// picture of the cluster may be older than the topic.
func unrouted(err error) bool {
	return errors.Is(err, protocol.ErrNoTopic) || errors.Is(err, protocol.ErrNoPartition) ||
		errors.Is(err, protocol.ErrNoLeader)
}
