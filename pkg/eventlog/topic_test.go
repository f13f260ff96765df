package eventlog_test

import (
	"errors"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/eventlog"
)

func TestPartitionOfIsThatOfTheJavaClient(t *testing.T) {
	// The hashes are those of Utils.murmur2 in Kafka's own tests; the client takes them without their sign.
	for key, hash := range map[string]int32{
		"21":                         -973932308,
		"foobar":                     -790332482,
		"a-little-bit-long-string":   -985981536,
		"a-little-bit-longer-string": -1486304829,
		"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8": -58897971,
		"abc": 479470107,
	} {
		for _, partitions := range []int{1, 8, 12, 1000} {
			if got, want := eventlog.PartitionOf(key, partitions), int(hash&0x7fffffff)%partitions; got != want {
				t.Errorf("PartitionOf(%q, %d) = %d, want %d", key, partitions, got, want)
			}
		}
	}
}

func testEnsureCreates(t *testing.T, b *bench) {
	forever := eventlog.Topic{Name: newTopic(t, b.brokers), Partitions: 8, Retention: eventlog.Forever}
	month := eventlog.Topic{Name: newTopic(t, b.brokers), Partitions: 1, Retention: 30 * 24 * time.Hour}
	ensure(t, b.client, forever, month)
	ensure(t, dial(t, b.brokers), forever, month)

	bounds, err := b.client.Bounds(t.Context(), forever.Name)
	if err != nil {
		t.Fatal(err)
	}
	if len(bounds) != 8 || bounds[7] != (eventlog.Bounds{}) {
		t.Errorf("bounds of a new topic: %v, want 8 times 0 to 0", bounds)
	}
	for topic, want := range map[string]string{forever.Name: "-1", month.Name: "2592000000"} {
		if got := configOf(t, b.brokers, topic, "retention.ms"); got != want {
			t.Errorf("retention.ms = %s, want %s", got, want)
		}
	}
}

func testEnsureRefuses(t *testing.T, b *bench) {
	good := map[string]string{
		"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete", "message.timestamp.type": "LogAppendTime",
	}
	for _, c := range []struct {
		name       string
		partitions int
		set, value string
		want       error
	}{
		{"as it must be", 2, "", "", nil},
		{"another partition count", 3, "", "", eventlog.ErrPartitionCount},
		{"the producer's time", 2, "message.timestamp.type", "CreateTime", eventlog.ErrTimestampType},
		{"kept for a week", 2, "retention.ms", "604800000", eventlog.ErrRetention},
		{"kept to a size", 2, "retention.bytes", "1000000000", eventlog.ErrRetention},
		{"compacted", 2, "cleanup.policy", "compact", eventlog.ErrRetention},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := kafka.TopicConfig{Topic: newTopic(t, b.brokers), NumPartitions: c.partitions, ReplicationFactor: 1}
			for name, value := range good {
				if name == c.set {
					value = c.value
				}
				config.ConfigEntries = append(config.ConfigEntries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
			}
			create(t, b.brokers, config)
			err := b.client.Ensure(t.Context(), eventlog.Topic{Name: config.Topic, Partitions: 2, Retention: eventlog.Forever})
			if !errors.Is(err, c.want) {
				t.Errorf("Ensure = %v, want %v", err, c.want)
			}
		})
	}
}

func create(t *testing.T, brokers []string, config kafka.TopicConfig) {
	t.Helper()
	client := &kafka.Client{Addr: kafka.TCP(brokers...), Timeout: 10 * time.Second}
	response, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{config}})
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Errors[config.Topic]; err != nil {
		t.Fatal(err)
	}
}

func configOf(t *testing.T, brokers []string, topic, name string) string {
	t.Helper()
	client := &kafka.Client{Addr: kafka.TCP(brokers...), Timeout: 10 * time.Second}
	response, err := client.DescribeConfigs(t.Context(), &kafka.DescribeConfigsRequest{
		Resources: []kafka.DescribeConfigRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: topic, ConfigNames: []string{name},
		}},
	})
	if err != nil || len(response.Resources) != 1 || len(response.Resources[0].ConfigEntries) != 1 {
		t.Fatalf("configuration of %s: %v, %v", topic, response, err)
	}
	return response.Resources[0].ConfigEntries[0].ConfigValue
}

func testID(t *testing.T, b *bench) {
	first, err := b.client.ID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	second, err := dial(t, b.brokers).ID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if first != second || len(first) != 8 {
		t.Errorf("identities %q and %q, want the same of 8 letters", first, second)
	}
	stranger, err := dial(t, startLog(t, "", 0).Brokers()).ID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if stranger == first {
		t.Errorf("another log has the same identity %q", first)
	}
}

func testCommittedOffsets(t *testing.T, b *bench) {
	group := "weir-test-" + b.topic
	committed := func(group string) [partitions]int64 {
		t.Helper()
		offsets, err := b.client.CommittedOffsets(t.Context(), group, b.topic)
		if err != nil {
			t.Fatal(err)
		}
		return [partitions]int64(offsets)
	}
	commit := func(partition int, offset int64) {
		t.Helper()
		if err := b.client.CommitOffset(t.Context(), group, b.topic, partition, offset); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := committed(group), [partitions]int64{eventlog.None, eventlog.None}; got != want {
		t.Errorf("before any commit: %v, want %v", got, want)
	}
	commit(1, 7)
	if got, want := committed(group), [partitions]int64{eventlog.None, 7}; got != want {
		t.Errorf("after one commit: %v, want %v", got, want)
	}
	commit(0, 3)
	commit(1, 8)
	if got, want := committed(group), [partitions]int64{3, 8}; got != want {
		t.Errorf("after three commits: %v, want %v", got, want)
	}
	if got, want := committed(group+"-2"), [partitions]int64{eventlog.None, eventlog.None}; got != want {
		t.Errorf("another group: %v, want %v", got, want)
	}
}

func testPurge(t *testing.T, b *bench) {
	b.append(t, records(10, 100)...)
	if first, err := b.client.Purge(t.Context(), b.topic, 0, 4); err != nil || first != 4 {
		t.Fatalf("the log begins at %d, %v", first, err)
	}
	if bounds, err := b.client.Bounds(t.Context(), b.topic); err != nil || bounds[0].First != 4 || bounds[0].End != 10 {
		t.Errorf("bounds %v, %v", bounds, err)
	}
	if _, err := b.client.Topic(b.topic).Fetch(t.Context(), 0, 3); !errors.Is(err, engine.ErrOutOfRange) {
		t.Errorf("what was purged is read: %v", err)
	}
	if _, err := b.client.Purge(t.Context(), b.topic, 0, 11); !errors.Is(err, kafka.OffsetOutOfRange) {
		t.Errorf("purges what is not written yet: %v", err)
	}
}
