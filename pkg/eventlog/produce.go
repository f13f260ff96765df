package eventlog

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/segmentio/kafka-go"

	"weir.dev/weir/pkg/event"
)

// Bytes of a record batch beside its records, and the most that a record takes beside its key, its
// headers and its value.
const (
	batchOverhead  = 61
	recordOverhead = 31 // its length, attributes, two deltas, and the lengths of key, value and headers
	headerOverhead = 10
)

// size is the most that a record takes in a batch.
func size(rec event.Record) int {
	bytes := recordOverhead + len(rec.Key) + len(rec.Value)
	for _, header := range rec.Headers {
		bytes += headerOverhead + len(header.Key) + len(header.Value)
	}
	return bytes
}

// produce sends one request, again while the broker says that it did not write it, and returns the
// offset of its first record. The end of the patience starts no other attempt, but lets the last one
// come to its own end: cut short, its outcome would be unknown.
func (c *Client) produce(to place, batch []portion) (int64, error) {
	patient, cancel := context.WithTimeout(c.life, c.patience)
	defer cancel()
	for attempt := 0; ; attempt++ {
		base, again, err := c.attempt(to, batch)
		if !again {
			return base, err
		}
		if attempt == 0 {
			c.log.Warn("append failed, trying again", "topic", to.topic, "partition", to.partition, "error", err)
		}
		if !pause(patient, attempt) {
			return 0, err
		}
	}
}

// attempt sends one request once, and tells whether it may be sent again.
func (c *Client) attempt(to place, batch []portion) (base int64, again bool, err error) {
	payload := &payload{portions: batch}
	response, err := c.kafka.Produce(c.life, &kafka.ProduceRequest{
		Topic:        to.topic,
		Partition:    to.partition,
		RequiredAcks: kafka.RequireAll,
		Records:      payload,
	})
	if err != nil {
		c.renew(err)
		if payload.withdraw() {
			return 0, true, fmt.Errorf("%w: %w", ErrUnavailable, err)
		}
		return 0, false, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	switch err = response.Error; {
	case err == nil:
		return response.BaseOffset, false, nil
	case errors.Is(err, kafka.MessageSizeTooLarge):
		return 0, false, c.oversized(to, batch, err)
	case errors.Is(err, kafka.RequestTimedOut), errors.Is(err, kafka.NotEnoughReplicasAfterAppend),
		errors.Is(err, kafka.NetworkException), errors.Is(err, kafka.Unknown):
		return 0, false, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return 0, transient(err), fmt.Errorf("%s/%d: %w", to.topic, to.partition, unavailable(err))
}

// oversized: the topic takes less than it did when it was last asked. A single record is to blame
// itself; of several, none is known to be, and the next append asks anew.
func (c *Client) oversized(to place, batch []portion, err error) error {
	c.mu.Lock()
	delete(c.limits, to.topic)
	c.mu.Unlock()
	if len(batch) == 1 && len(batch[0].records()) == 1 {
		return fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	return fmt.Errorf("%w: %s/%d: %w", ErrUnavailable, to.topic, to.partition, err)
}

var errWithdrawn = errors.New("withdrawn before it was sent")

// payload hands the records of a request to kafka-go's encoder, once. It knows whether the encoder
// ever came: until then nothing can have reached a broker, and it can still be withdrawn.
type payload struct {
	portions []portion
	state    atomic.Int32 // 0, then encoding or withdrawn
	next     int          // record of the first portion
	record   kafka.Record
	headers  []kafka.Header
}

const (
	encoding  = 1
	withdrawn = 2
)

// withdraw keeps the payload from being sent; false if its encoding has begun.
func (p *payload) withdraw() bool {
	return p.state.CompareAndSwap(0, withdrawn)
}

// ReadRecord implements kafka.RecordReader. The record is valid until the next call.
func (p *payload) ReadRecord() (*kafka.Record, error) {
	if !p.state.CompareAndSwap(0, encoding) && p.state.Load() == withdrawn {
		return nil, errWithdrawn
	}
	if len(p.portions) > 0 && p.next == p.portions[0].to-p.portions[0].from {
		p.portions, p.next = p.portions[1:], 0
	}
	if len(p.portions) == 0 {
		return nil, io.EOF
	}
	rec := &p.portions[0].records()[p.next]
	p.next++
	p.headers = p.headers[:0]
	for _, header := range rec.Headers {
		p.headers = append(p.headers, kafka.Header(header))
	}
	p.record = kafka.Record{Key: kafka.NewBytes(rec.Key), Value: kafka.NewBytes(rec.Value), Headers: p.headers}
	return &p.record, nil
}
