package e2e

import (
	"fmt"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// binaryRecord is an event as CloudEvents puts it into a Kafka record: attributes in headers.
func binaryRecord(t *testing.T, e cloudEvent) kafka.Message {
	t.Helper()
	m := kafka.Message{
		Key: []byte("any"), Value: encode(t, e.Data), Headers: []kafka.Header{{Key: "content-type", Value: []byte(e.ContentType)}},
	}
	for name, value := range attributes(&e) {
		m.Headers = append(m.Headers, kafka.Header{Key: "ce_" + name, Value: []byte(value)})
	}
	return m
}

// structuredRecord is an event as the whole value of a Kafka record.
func structuredRecord(t *testing.T, e cloudEvent) kafka.Message {
	t.Helper()
	return kafka.Message{
		Value: encode(t, e), Headers: []kafka.Header{{Key: "content-type", Value: []byte(stand.StructuredType + "; charset=UTF-8")}},
	}
}

func TestEventsOfTheInboxTopicArrive(t *testing.T) {
	const pairs = 40
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		writer := &kafka.Writer{
			Addr: kafka.TCP(s.address("kafka")), Topic: inboxTopic, RequiredAcks: kafka.RequireAll,
			Balancer: &kafka.RoundRobin{}, BatchTimeout: 10 * time.Millisecond,
		}
		defer writer.Close()
		var records []kafka.Message
		for i := range pairs {
			records = append(records,
				binaryRecord(t, dealCreated(fmt.Sprintf("B%d", i), 100, "2026-02-10T09:30:00Z")),
				structuredRecord(t, dealCreated(fmt.Sprintf("S%d", i), 100, "2026-02-10T09:30:00Z")))
		}
		bad := dealCreated("bad", -5, "2026-02-10T09:30:00Z")
		records = append(records, binaryRecord(t, bad), kafka.Message{Value: []byte("neither")})
		if err := writer.WriteMessages(t.Context(), records...); err != nil {
			t.Fatal(err)
		}
		eventually(t, patience, "the events of the inbox are in the numbers", func() error {
			status, body := s.get(t, createdInQ1, "")
			if got, _ := at(body, "/values/0/value"); got != float64(2*pairs) {
				return fmt.Errorf("%d: %v", status, body)
			}
			return nil
		})
		eventually(t, patience, "two dead letters", func() error {
			if got := len(recordsOf(t, s.address("kafka"), deadLetterTopic)); got != 2 {
				return fmt.Errorf("%d", got)
			}
			return nil
		})
		for _, letter := range s.deadLetters(t) {
			if letter.Source != inboxTopic || letter.Position == nil || letter.Position.Topic != inboxTopic || letter.Tenant != "default" {
				t.Errorf("%+v", letter)
			}
			if letter.bytes() != "neither" && (letter.Reason != "invalid" || letter.Pointer != "/data/amount") {
				t.Errorf("%+v", letter)
			}
		}
		s.audit(t)
	})
}
