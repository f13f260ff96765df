package eventlog_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
	"weir.dev/weir/pkg/parts"
)

func TestLog(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { testLog(t, startLog(t, "", 0).Brokers()) })
	t.Run("real", func(t *testing.T) { testLog(t, parts.Kafka(t)) })
}

// testLog is what a log must do, whichever it is.
func testLog(t *testing.T, brokers []string) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"topics are made as asked for and pass their own check", testEnsureCreates},
		{"a topic that is not as it must be is refused by name", testEnsureRefuses},
		{"records come back as they were written", testRoundTrip},
		{"a record's time is its arrival, whatever its producer says", testArrivalTime},
		{"appends at the same time get the offsets of their own records", testConcurrentAppends},
		{"a call larger than a request keeps its order", testLargeCall},
		{"a record larger than the topic takes is refused and nothing is written", testTooLarge},
		{"a topic that takes smaller batches than before gets smaller ones", testLimitLowered},
		{"an append without records does nothing", testAppendNothing},
		{"too many bytes under way are refused at once and then taken again", testOverload},
		{"a caller that leaves takes nobody with it", testCallerLeaves},
		{"a connection cut under an append leaves the outcome unknown", testCutUnderAppend},
		{"a log that cannot be reached takes nothing", testUnreachable},
		{"a fetch at the end waits, and returns when a record comes", testFetchAtEnd},
		{"an offset that the log does not hold is refused on both sides", testOutOfRange},
		{"reading on from any offset brings every record from there once", testFetchAnywhere},
		{"a fetch survives the loss of its connections", testFetchReconnects},
		{"a fetch ends with its context", testFetchCancelled},
		{"aborted records are not shown and leave gaps", testAbortedTransactions},
		{"what other producers compress is read", testCompressed},
		{"committed offsets are kept by group and partition", testCommittedOffsets},
		{"a group shares the partitions, and moves as few as it must", testGroup},
		{"what is purged is gone, and nothing else", testPurge},
		{"the tail of a partition is what it ends with", testTail},
		{"the log's identity is the same for every client", testID},
		{"nothing of a client runs on after its close", testClose},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.run(t, newBench(t, brokers))
		})
	}
}

// bench is one test's place at a log: a client, and a topic of its own.
type bench struct {
	brokers []string
	client  *eventlog.Client
	topic   string
}

const partitions = 2

func newBench(t *testing.T, brokers []string) *bench {
	t.Helper()
	b := &bench{brokers: brokers, client: dial(t, brokers), topic: newTopic(t, brokers)}
	ensure(t, b.client, eventlog.Topic{Name: b.topic, Partitions: partitions, Retention: eventlog.Forever})
	return b
}

func startLog(t testing.TB, dir string, port int) *embedded.Log {
	t.Helper()
	log, err := embedded.StartLog(t.Context(), dir, embedded.LogOptions{Port: port})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	return log
}

func dial(t testing.TB, brokers []string) *eventlog.Client {
	t.Helper()
	client, err := eventlog.Dial(t.Context(), brokers, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// newTopic is a name that no other test has; the topic is deleted after the test.
func newTopic(t testing.TB, brokers []string) string {
	t.Helper()
	topic := "weir-test-" + uuid.NewString()
	t.Cleanup(func() {
		client := &kafka.Client{Addr: kafka.TCP(brokers...), Timeout: 10 * time.Second}
		_, err := client.DeleteTopics(context.Background(), &kafka.DeleteTopicsRequest{Topics: []string{topic}})
		if err != nil {
			t.Logf("delete %s: %v", topic, err)
		}
	})
	return topic
}

func ensure(t testing.TB, client *eventlog.Client, topics ...eventlog.Topic) {
	t.Helper()
	if err := client.Ensure(t.Context(), topics...); err != nil {
		t.Fatal(err)
	}
}

// other is a client that no one here wrote.
func other(t testing.TB, brokers []string, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(append(opts, kgo.SeedBrokers(brokers...), kgo.RecordPartitioner(kgo.ManualPartitioner()))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// append writes records to partition 0, which must succeed.
func (b *bench) append(t testing.TB, recs ...event.Record) (first, last int64) {
	t.Helper()
	first, last, err := b.client.Append(t.Context(), b.topic, 0, recs)
	if err != nil {
		t.Fatal(err)
	}
	return first, last
}

// read reads partition 0 from an offset to the log's end.
func (b *bench) read(t testing.TB, offset int64) []event.Record {
	t.Helper()
	return readAll(t, b.client.Topic(b.topic), offset, b.end(t))
}

// readAll reads partition 0 from an offset until the end is reached or no record comes.
func readAll(t testing.TB, log *eventlog.TopicLog, offset, end int64) []event.Record {
	t.Helper()
	var all []event.Record
	for offset < end {
		batch, err := log.Fetch(t.Context(), 0, offset)
		if err != nil {
			t.Fatal(err)
		}
		if len(batch.Records) == 0 {
			break
		}
		all = append(all, batch.Records...)
		offset = batch.Records[len(batch.Records)-1].Offset + 1
	}
	return all
}

func (b *bench) end(t testing.TB) int64 {
	t.Helper()
	bounds, err := b.client.Bounds(t.Context(), b.topic)
	if err != nil {
		t.Fatal(err)
	}
	return bounds[0].End
}

// trim deletes the records of partition 0 below an offset.
func (b *bench) trim(t testing.TB, offset int64) {
	t.Helper()
	request := kmsg.NewPtrDeleteRecordsRequest()
	request.TimeoutMillis = 10_000
	topic := kmsg.NewDeleteRecordsRequestTopic()
	topic.Topic = b.topic
	partition := kmsg.NewDeleteRecordsRequestTopicPartition()
	partition.Offset = offset
	topic.Partitions = append(topic.Partitions, partition)
	request.Topics = append(request.Topics, topic)
	if _, err := request.RequestWith(t.Context(), other(t, b.brokers)); err != nil {
		t.Fatal(err)
	}
}

// records makes records of distinct values, each of size bytes.
func records(count, size int) []event.Record {
	recs := make([]event.Record, count)
	for i := range recs {
		value := make([]byte, size)
		for at := range value {
			value[at] = byte(i >> (8 * (at % 3)))
		}
		recs[i] = event.Record{Key: []byte("acme"), Value: value}
	}
	return recs
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not so after 10 s: %s", what)
		}
	}
}
