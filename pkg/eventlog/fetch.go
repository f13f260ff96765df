package eventlog

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kmsg"

	"weir.dev/weir/pkg/engine"
)

const (
	fetchBytes    = 4 << 20
	fetchWait     = 250 * time.Millisecond
	fetchPatience = 30 * time.Second
	readCommitted = 1
)

// TopicLog is one reader of a topic. While its caller works on a batch it fetches the one that follows,
// until the log's end. It is safe for concurrent use on different partitions; two readers of the same
// partition should have a TopicLog each.
type TopicLog struct {
	client *Client
	topic  string

	mu    sync.Mutex
	ahead map[int]*flight // what is being fetched or waits for its caller, by partition
}

var _ engine.Log = (*TopicLog)(nil)

// Topic is a new reader of a topic. It holds no resources but memory: it need not be closed.
func (c *Client) Topic(name string) *TopicLog {
	return &TopicLog{client: c, topic: name, ahead: make(map[int]*flight)}
}

// flight is one fetch, under way or arrived.
type flight struct {
	offset int64
	cancel context.CancelFunc
	done   chan struct{}

	batch engine.Batch // set before done is closed, as next and err are
	next  int64
	err   error
}

// Fetch implements engine.Log: it returns the records from offset on, at least one unless there is none
// for a quarter of a second. What the brokers cannot serve now is tried again for half a minute, and is
// then ErrUnavailable. Other errors: engine.ErrOutOfRange, ErrGap, ErrCorrupt, ErrClosed. The records of
// a batch share memory: what is to outlive the batch must be copied. First and End are those of the
// moment of the fetch, also beside engine.ErrOutOfRange.
func (l *TopicLog) Fetch(ctx context.Context, partition int, offset int64) (engine.Batch, error) {
	f, err := l.claim(partition, offset)
	if err != nil {
		return engine.Batch{}, err
	}
	defer f.cancel()
	select {
	case <-f.done:
	case <-ctx.Done():
		return engine.Batch{}, context.Cause(ctx)
	}
	if f.err != nil {
		return engine.Batch{First: f.batch.First, End: f.batch.End}, f.err
	}
	if len(f.batch.Records) > 0 && f.next < f.batch.End {
		l.prefetch(partition, f.next)
	}
	return f.batch, nil
}

// claim takes the flight ahead if it is the one asked for, and else starts the right one.
func (l *TopicLog) claim(partition int, offset int64) (*flight, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	f := l.ahead[partition]
	delete(l.ahead, partition)
	if f != nil && f.offset == offset {
		return f, nil
	}
	if f != nil {
		f.cancel()
	}
	if f = l.launch(partition, offset); f == nil {
		return nil, ErrClosed
	}
	return f, nil
}

func (l *TopicLog) prefetch(partition int, offset int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if f := l.launch(partition, offset); f != nil {
		l.ahead[partition] = f
	}
}

// launch starts a fetch; nil after Close.
func (l *TopicLog) launch(partition int, offset int64) *flight {
	ctx, cancel := context.WithCancel(l.client.life)
	f := &flight{offset: offset, cancel: cancel, done: make(chan struct{})}
	started := l.client.start(func() {
		defer close(f.done)
		f.batch, f.next, f.err = l.client.fetch(ctx, place{l.topic, partition}, offset)
	})
	if !started {
		cancel()
		return nil
	}
	return f
}

// fetch brings the next records of a partition, and the offset that follows them.
func (c *Client) fetch(ctx context.Context, from place, offset int64) (batch engine.Batch, next int64, err error) {
	what := fmt.Sprintf("fetch %s/%d from %d", from.topic, from.partition, offset)
	next = offset
	err = c.retry(ctx, fetchPatience, what, func(ctx context.Context) error {
		for {
			at := next
			if batch, next, err = c.exchange(ctx, from, at); err != nil {
				next = at
				return err
			}
			if len(batch.Records) > 0 || next == at {
				return nil
			}
		}
	})
	if errors.Is(err, engine.ErrOutOfRange) {
		batch, err = c.outside(ctx, from, offset, err)
	}
	return batch, next, err
}

// outside tells what the log holds instead of an offset that a broker refused, who does not say. Where it does hold
// the offset by now, the broker was none to ask.
func (c *Client) outside(ctx context.Context, from place, offset int64, refused error) (engine.Batch, error) {
	bounds, err := c.Bounds(ctx, from.topic)
	if err != nil {
		return engine.Batch{}, err
	}
	if from.partition >= len(bounds) {
		return engine.Batch{}, fmt.Errorf("%w: %s has %d", ErrPartitionCount, from.topic, len(bounds))
	}
	b := bounds[from.partition]
	if b.First <= offset && offset <= b.End {
		return engine.Batch{}, fmt.Errorf("%w: its end is moving", ErrUnavailable)
	}
	return engine.Batch{First: b.First, End: b.End}, refused
}

// errAnswer is returned for an answer to something else.
var errAnswer = errors.New("the answer is not of the one partition that was asked for")

// ask sends one request and waits for its answer.
func (c *Client) ask(ctx context.Context, e *exchange) (kmsg.Response, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	message, err := c.transport.RoundTrip(ctx, c.kafka.Addr, e)
	if err != nil {
		return nil, err
	}
	got, ok := message.(*answer)
	if !ok {
		return nil, errAnswer
	}
	return got.Response, nil
}

// fetchVersion of the protocol: every broker since Kafka 2.3 has it.
const fetchVersion = 11

// exchange is one fetch and its answer.
func (c *Client) exchange(ctx context.Context, from place, offset int64) (engine.Batch, int64, error) {
	message, err := c.ask(ctx, &exchange{request: fetchRequest(from, offset), place: from})
	if err != nil {
		return engine.Batch{}, 0, err
	}
	response, ok := message.(*kmsg.FetchResponse)
	if !ok || len(response.Topics) != 1 || len(response.Topics[0].Partitions) != 1 {
		return engine.Batch{}, 0, errAnswer
	}
	got := response.Topics[0].Partitions[0]
	for _, code := range []int16{response.ErrorCode, got.ErrorCode} {
		switch kafka.Error(code) {
		case 0:
		case kafka.OffsetOutOfRange:
			return engine.Batch{}, 0, engine.ErrOutOfRange
		default:
			return engine.Batch{}, 0, kafka.Error(code)
		}
	}
	if got.HighWatermark < offset { // a new leader does not know yet how far the others are
		return engine.Batch{}, 0, kafka.OffsetNotAvailable
	}
	decoder := newDecoder(offset, got.AbortedTransactions)
	if err := decoder.decode(got.RecordBatches); err != nil {
		return engine.Batch{}, 0, err
	}
	return engine.Batch{Records: decoder.records, First: got.LogStartOffset, End: got.HighWatermark}, decoder.next, nil
}

func fetchRequest(from place, offset int64) *kmsg.FetchRequest {
	partition := kmsg.NewFetchRequestTopicPartition()
	partition.Partition = int32(from.partition)
	partition.FetchOffset = offset
	partition.PartitionMaxBytes = fetchBytes
	topic := kmsg.NewFetchRequestTopic()
	topic.Topic = from.topic
	topic.Partitions = []kmsg.FetchRequestTopicPartition{partition}
	request := kmsg.NewPtrFetchRequest()
	request.SetVersion(fetchVersion)
	request.MaxWaitMillis = int32(fetchWait.Milliseconds())
	request.MinBytes = 1
	request.MaxBytes = fetchBytes
	request.IsolationLevel = readCommitted
	request.Topics = []kmsg.FetchRequestTopic{topic}
	return request
}
