package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// The topics of Weir, which every real scenario begins without.
const (
	eventsTopic     = "weir.events.v1"
	inboxTopic      = "weir.inbox.v1"
	deadLetterTopic = "weir.deadletter.v1"
	metricsTopic    = "weir.metrics.v1"
)

// redisDB is the database that real scenarios use, and empty.
const redisDB = 5

// realParts returns a real Kafka (host:port) and Redis (URL with the database), both without anything of
// Weir in them. Without them the test is skipped, or fails if WEIR_REAL is "require".
func realParts(t *testing.T) (kafkaAddr, redisURL string) {
	t.Helper()
	brokers := realPart(t, "kafka", "WEIR_TEST_KAFKA", kafkaContainer)
	redisAddr := realPart(t, "redis", "WEIR_TEST_REDIS", redisContainer)
	kafkaAddr, _, _ = strings.Cut(brokers, ",")
	redisURL = fmt.Sprintf("redis://%s/%d", redisAddr, redisDB)
	emptyKafka(t, kafkaAddr)
	emptyRedis(t, redisURL)
	return kafkaAddr, redisURL
}

// realPart finds a part: where a variable says, or in a container, which is started once.
func realPart(t *testing.T, part, variable string, contained func() (string, error)) string {
	t.Helper()
	if addr := strings.TrimSpace(os.Getenv(variable)); addr != "" {
		t.Logf("real part: %s at %s", part, addr)
		return addr
	}
	addr, err := contained()
	if err == nil {
		t.Logf("real part: %s in a container at %s", part, addr)
		return addr
	}
	absent(t, part, fmt.Errorf("%s is unset and there is no container: %w", variable, err))
	return ""
}

// absent skips the test for a part that is not there, or fails it if WEIR_REAL is "require".
func absent(t *testing.T, part string, cause error) {
	t.Helper()
	why := strings.Join(strings.Fields(cause.Error()), " ")
	if os.Getenv("WEIR_REAL") == "require" {
		t.Fatalf("real part absent: %s: %s", part, why)
	}
	t.Skipf("real part absent: %s: %s", part, why)
}

// emptyKafka deletes Weir's topics, and with them what was read of them.
func emptyKafka(t *testing.T, addr string) {
	t.Helper()
	conn := dialKafka(t, addr)
	defer conn.Close()
	if found := topicsOfWeir(t, conn); len(found) > 0 {
		if err := conn.DeleteTopics(found...); err != nil && !errors.Is(err, kafka.UnknownTopicOrPartition) {
			t.Fatal(err)
		}
	}
	eventually(t, patience, "delete the topics", func() error {
		if left := topicsOfWeir(t, conn); len(left) > 0 {
			return fmt.Errorf("there are still %v", left)
		}
		return nil
	})
}

func topicsOfWeir(t *testing.T, conn *kafka.Conn) []string {
	t.Helper()
	partitions, err := conn.ReadPartitions()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, p := range partitions {
		if slices.Contains([]string{eventsTopic, inboxTopic, deadLetterTopic, metricsTopic}, p.Topic) {
			found = append(found, p.Topic)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

func dialKafka(t *testing.T, addr string) *kafka.Conn {
	t.Helper()
	conn, err := kafka.Dial("tcp", addr)
	if err == nil {
		err = conn.SetDeadline(time.Now().Add(patience))
	}
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

// emptyRedis empties the database that the URL names.
func emptyRedis(t *testing.T, url string) {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := client.FlushDB(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
}

// recordsOf reads a topic, all of it that is there now.
func recordsOf(t *testing.T, addr, topic string) []kafka.Message {
	t.Helper()
	conn := dialKafka(t, addr)
	defer conn.Close()
	partitions, err := conn.ReadPartitions(topic)
	if err != nil {
		t.Fatal(err)
	}
	var all []kafka.Message
	for _, p := range partitions {
		eventually(t, patience, "read "+topic, func() error { // a new topic's leaders may still be on their way
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			records, err := stand.Records(ctx, []string{addr}, topic, p.ID)
			all = append(all, records...)
			return err
		})
	}
	return all
}
