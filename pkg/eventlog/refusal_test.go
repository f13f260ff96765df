package eventlog_test

import (
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
)

func TestABrokersRefusalTellsWhatBecameOfTheRecords(t *testing.T) {
	const always = 1 << 30
	for _, c := range []struct {
		name  string
		code  kafka.Error
		times int32 // the broker refuses so often, and then no more
		want  error
		sent  int32 // requests; 0: more than one
	}{
		{"leadership moved", kafka.NotLeaderForPartition, 2, nil, 3},
		{"a new topic is not everywhere yet", kafka.UnknownTopicOrPartition, 1, nil, 2},
		{"too few replicas, for a moment", kafka.NotEnoughReplicas, 1, nil, 2},
		{"too few replicas", kafka.NotEnoughReplicas, always, eventlog.ErrUnavailable, 0},
		{"written, but not to enough replicas", kafka.NotEnoughReplicasAfterAppend, 1, eventlog.ErrUnknown, 1},
		{"not confirmed in time", kafka.RequestTimedOut, 1, eventlog.ErrUnknown, 1},
		{"the broker does not know itself", kafka.Unknown, 1, eventlog.ErrUnknown, 1},
		{"not allowed", kafka.TopicAuthorizationFailed, 1, eventlog.ErrUnavailable, 1},
		{"one record, too large after all", kafka.MessageSizeTooLarge, 1, eventlog.ErrTooLarge, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			cluster, client, topic := newCluster(t)
			client.SetPatience(300 * time.Millisecond)
			var sent atomic.Int32
			cluster.ControlKey(int16(kmsg.Produce), func(request kmsg.Request) (kmsg.Response, error, bool) {
				cluster.KeepControl()
				if sent.Add(1) > c.times {
					return nil, nil, false
				}
				return refuseProduce(request.(*kmsg.ProduceRequest), c.code), nil, true
			})
			_, _, err := client.Append(t.Context(), topic, 0, []event.Record{{Value: []byte("x")}})
			if !errors.Is(err, c.want) {
				t.Errorf("Append = %v, want %v", err, c.want)
			}
			if got := sent.Load(); c.sent != 0 && got != c.sent || c.sent == 0 && got < 2 {
				t.Errorf("%d requests, want %d", got, c.sent)
			}
		})
	}
}

func TestAFetchIsTriedAgainUntilTheLeaderIsFound(t *testing.T) {
	cluster, client, topic := newCluster(t)
	if _, _, err := client.Append(t.Context(), topic, 0, records(3, 10)); err != nil {
		t.Fatal(err)
	}
	for _, code := range []kafka.Error{
		kafka.NotLeaderForPartition, kafka.LeaderNotAvailable, kafka.OffsetNotAvailable, kafka.KafkaStorageError, kafka.Unknown,
	} {
		refused := false
		cluster.ControlKey(int16(kmsg.Fetch), func(request kmsg.Request) (kmsg.Response, error, bool) {
			refused = true
			return refuseFetch(request.(*kmsg.FetchRequest), code), nil, true
		})
		batch, err := client.Topic(topic).Fetch(t.Context(), 0, 0)
		if err != nil || len(batch.Records) != 3 || !refused {
			t.Errorf("Fetch after %v = %d records, %v", code, len(batch.Records), err)
		}
	}
}

func TestALeaderWhoseEndLiesBeforeTheOffsetIsAskedAgain(t *testing.T) {
	cluster, client, topic := newCluster(t)
	if _, _, err := client.Append(t.Context(), topic, 0, records(3, 10)); err != nil {
		t.Fatal(err)
	}
	asked := 0
	cluster.ControlKey(int16(kmsg.Fetch), func(request kmsg.Request) (kmsg.Response, error, bool) {
		asked++
		response := refuseFetch(request.(*kmsg.FetchRequest), 0).(*kmsg.FetchResponse)
		response.Topics[0].Partitions[0].HighWatermark = 2
		return response, nil, true
	})
	batch, err := client.Topic(topic).Fetch(t.Context(), 0, 3)
	if err != nil || batch.End != 3 || asked != 1 {
		t.Errorf("Fetch = an end at %d, %v, after %d answers that it is at 2", batch.End, err, asked)
	}
}

func newCluster(t *testing.T) (*kfake.Cluster, *eventlog.Client, string) {
	t.Helper()
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "topic"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cluster.Close)
	return cluster, dial(t, cluster.ListenAddrs()), "topic"
}

func refuseProduce(request *kmsg.ProduceRequest, code kafka.Error) kmsg.Response {
	response := request.ResponseKind().(*kmsg.ProduceResponse)
	topic := kmsg.NewProduceResponseTopic()
	topic.Topic = request.Topics[0].Topic
	partition := kmsg.NewProduceResponseTopicPartition()
	partition.ErrorCode = int16(code)
	topic.Partitions = append(topic.Partitions, partition)
	response.Topics = append(response.Topics, topic)
	return response
}

func refuseFetch(request *kmsg.FetchRequest, code kafka.Error) kmsg.Response {
	response := request.ResponseKind().(*kmsg.FetchResponse)
	topic := kmsg.NewFetchResponseTopic()
	topic.Topic = request.Topics[0].Topic
	partition := kmsg.NewFetchResponseTopicPartition()
	partition.ErrorCode = int16(code)
	topic.Partitions = append(topic.Partitions, partition)
	response.Topics = append(response.Topics, topic)
	return response
}

// testLimitLowered is about a topic that takes smaller batches than it did when the client asked.
func testLimitLowered(t *testing.T, b *bench) {
	recs := records(100, 1000)
	b.append(t, recs...)
	admin := &kafka.Client{Addr: kafka.TCP(b.brokers...), Timeout: 10 * time.Second}
	_, err := admin.IncrementalAlterConfigs(t.Context(), &kafka.IncrementalAlterConfigsRequest{
		Resources: []kafka.IncrementalAlterConfigsRequestResource{{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: b.topic,
			Configs: []kafka.IncrementalAlterConfigsRequestConfig{{
				Name: "max.message.bytes", Value: "10000", ConfigOperation: kafka.ConfigOperationSet,
			}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the broker refuses a batch of the old size", func() bool {
		_, _, err := b.client.Append(t.Context(), b.topic, 0, recs)
		return errors.Is(err, eventlog.ErrUnavailable)
	})
	before := b.end(t)
	if first, last := b.append(t, recs...); first != before || last != before+99 {
		t.Errorf("offsets %d to %d, want %d to %d", first, last, before, before+99)
	}
}
