package ingest

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// DeadLetters writes what was refused. It is safe for concurrent use.
type DeadLetters struct {
	log    Appender
	layout Layout
}

// NewDeadLetters makes a writer of dead letters.
func NewDeadLetters(log Appender, layout Layout) *DeadLetters {
	return &DeadLetters{log: log, layout: layout}
}

// Refuse keeps a record of a topic that could not be folded, with its position and the reason that its
// error gives. The tenant is the record's key. It returns once all in-sync replicas have the letter;
// after an error they may or may not have it.
func (d *DeadLetters) Refuse(ctx context.Context, topic string, partition int, r state.Refused) error {
	letter, why := letterOf(topic, partition, r.Record), refusalOf(r.Err)
	letter.Tenant = clip(string(r.Record.Key), shownName)
	letter.Reason, letter.Detail, letter.Pointer = why.Reason, why.Detail, why.Pointer
	return d.put(ctx, letter.Tenant, []DeadLetter{letter})
}

// put writes letters of one tenant, and returns once they are acknowledged.
func (d *DeadLetters) put(ctx context.Context, tenant string, letters []DeadLetter) error {
	if len(letters) == 0 {
		return nil
	}
	recs := make([]event.Record, len(letters))
	for i := range letters {
		letters[i].truncate(keptBytes)
		rec, err := letters[i].Record()
		if err != nil {
			return err
		}
		recs[i] = rec
	}
	err := d.append(ctx, tenant, recs)
	if !d.tooLarge(err) {
		return err
	}
	for _, letter := range letters {
		if err := d.putCut(ctx, tenant, letter); err != nil {
			return err
		}
	}
	return nil
}

// putCut writes one letter, cut to half and to half again as long as the topic does not take it.
func (d *DeadLetters) putCut(ctx context.Context, tenant string, letter DeadLetter) error {
	for limit := keptBytes; ; limit /= 2 {
		letter.truncate(limit)
		rec, err := letter.Record()
		if err != nil {
			return err
		}
		err = d.append(ctx, tenant, []event.Record{rec})
		if !d.tooLarge(err) || limit == 0 {
			return err
		}
	}
}

func (d *DeadLetters) append(ctx context.Context, tenant string, recs []event.Record) error {
	if _, _, err := d.log.Append(ctx, deadLetterTopic, d.layout.Partition(tenant), recs); err != nil {
		return fmt.Errorf("dead letters: %w", err)
	}
	return nil
}

func (d *DeadLetters) tooLarge(err error) bool { return errors.Is(err, d.layout.ErrTooLarge) }

// refusalOf is the refusal that an error is or stands for, short enough to be shown.
func refusalOf(err error) *event.Refusal {
	why := event.Refusal{Reason: event.Malformed, Detail: err.Error()}
	if refusal, ok := errors.AsType[*event.Refusal](err); ok {
		why = *refusal
	}
	why.Pointer, why.Detail = clip(why.Pointer, shownPointer), clip(why.Detail, shownDetail)
	return &why
}

// KeptLetter is a dead letter and where it lies in weir.deadletter.v1.
type KeptLetter struct {
	Partition int
	Offset    int64
	Letter    DeadLetter
}

// ListDeadLetters reads the letters of one partition of weir.deadletter.v1, from an offset that it holds
// up to, but without, another. A record that is no letter comes with ErrDeadLetter, and the next one
// follows; any other error is the last.
func ListDeadLetters(ctx context.Context, from engine.Log, partition int, first, end int64) iter.Seq2[KeptLetter, error] {
	return func(yield func(KeptLetter, error) bool) {
		for next := first; next < end; {
			batch, err := from.Fetch(ctx, partition, next)
			if err != nil {
				yield(KeptLetter{Partition: partition, Offset: next}, err)
				return
			}
			if len(batch.Records) == 0 {
				return // nothing but gaps up to the end
			}
			for _, rec := range batch.Records {
				if rec.Offset >= end {
					return
				}
				letter, err := ReadDeadLetter(rec)
				if !yield(KeptLetter{partition, rec.Offset, letter}, err) {
					return
				}
				next = rec.Offset + 1
			}
		}
	}
}
