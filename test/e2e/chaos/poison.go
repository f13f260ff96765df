package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// poison posts what cannot be read, and writes some past the ingestor into the log.
func poison(r *round) error {
	return r.quietly(func() error {
		if err := r.malformed(); err != nil {
			return err
		}
		return r.poisonLog()
	})
}

// malformed posts the corpus of requests that break a rule of the contract.
func (r *round) malformed() error {
	text, err := os.ReadFile(filepath.Join("..", "..", "pkg", "event", "testdata", "malformed.json"))
	if err != nil {
		return err
	}
	var corpus []struct {
		ContentType string            `json:"content_type"`
		Headers     map[string]string `json:"headers"`
		Body        string            `json:"body"`
	}
	if err := json.Unmarshal(text, &corpus); err != nil {
		return err
	}
	for _, c := range corpus {
		status, answer, err := r.ingest(r.choose.IntN(partitions), c.ContentType, []byte(c.Body), c.Headers)
		if err != nil {
			return err
		}
		if status < 400 || status >= 500 || answer.Accepted > 0 {
			return fmt.Errorf("%s: status %d, %d accepted", c.Body, status, answer.Accepted)
		}
		r.inject("malformed requests")
	}
	return nil
}

// poisonLog writes records that cannot be folded into the log itself. Each must become a dead letter.
func (r *round) poisonLog() error {
	good := stand.DealCreated("poison", 100, "2026-02-10T09:30:00Z")
	values := []string{"", "{", "[1,2]", `"text"`, "\xff\xfe", `{"amount":"much"}`, `{"stage":{}}`, strings.Repeat("[", 100_000)}
	written := 0
	for sender, t := range tenants {
		var messages []kafka.Message
		for i, value := range values {
			e := good
			e.ID = fmt.Sprintf("poison-%d-%d", sender, i)
			m := kafka.Message{Partition: sender, Key: []byte(t.name), Value: []byte(value), Headers: headers(&e)}
			if i == 0 {
				m.Headers = nil
			}
			messages = append(messages, m)
		}
		if err := r.produce(sender, messages); err != nil {
			return err
		}
		written += len(messages)
	}
	err := stand.Eventually(r.ctx, patience, "a dead letter of each poisoned record", func() error {
		got := 0
		err := r.letters(func(l letter) {
			if l.Position != nil && l.Position.Topic == eventsTopic {
				got++
			}
		})
		if err == nil && got != written {
			err = fmt.Errorf("%d of %d", got, written)
		}
		return err
	})
	r.Faults["poisoned records in the log"] += written
	return err
}

// headers are the attributes of an event in binary mode.
func headers(e *stand.CloudEvent) []kafka.Header {
	var all []kafka.Header
	for _, h := range [][2]string{
		{"ce_specversion", e.SpecVersion},
		{"ce_id", e.ID},
		{"ce_source", e.Source},
		{"ce_type", e.Type},
		{"ce_subject", e.Subject},
		{"ce_time", e.Time},
		{"content-type", e.ContentType},
	} {
		all = append(all, kafka.Header{Key: h[0], Value: []byte(h[1])})
	}
	return all
}

func (r *round) produce(partition int, messages []kafka.Message) error {
	records := make([]kafka.Record, len(messages))
	for i, m := range messages {
		records[i] = kafka.Record{Key: kafka.NewBytes(m.Key), Value: kafka.NewBytes(m.Value), Headers: m.Headers}
	}
	response, err := r.kafka.Produce(r.ctx, &kafka.ProduceRequest{
		Topic: eventsTopic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(records...),
	})
	if err == nil {
		err = response.Error
	}
	return err
}

// letter is what is kept of a refused event.
type letter struct {
	Reason   string `json:"reason"`
	Position *struct {
		Topic string `json:"topic"`
	} `json:"position"`
}

// letters hands over the dead letters.
func (r *round) letters(each func(letter)) error {
	return records(r.ctx, r.weir.kafka, deadLetterTopic, func(m kafka.Message) {
		var l letter
		if json.Unmarshal(m.Value, &l) == nil {
			each(l)
		}
	})
}
