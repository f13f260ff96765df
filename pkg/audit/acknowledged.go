package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"weir.dev/weir/pkg/event"
)

// Acknowledged are events that the ingestor acknowledged, as whoever sent them noted: a log cannot tell by itself what
// it lost.
type Acknowledged struct {
	missing map[string]bool // those that were not found yet
}

// ReadAcknowledged reads events as JSON, one after the other; of each only source and id count.
func ReadAcknowledged(from io.Reader) (*Acknowledged, error) {
	a := &Acknowledged{missing: map[string]bool{}}
	for list := json.NewDecoder(from); ; {
		var e struct{ Source, ID string }
		err := list.Decode(&e)
		if errors.Is(err, io.EOF) {
			return a, nil
		}
		if err == nil && (e.Source == "" || e.ID == "") {
			err = errors.New("it has no source or no id")
		}
		if err != nil {
			return nil, fmt.Errorf("audit: acknowledged event %d: %w", len(a.missing)+1, err)
		}
		a.missing[nameOf(e.Source, e.ID)] = true
	}
}

func nameOf(source, id string) string { return fmt.Sprintf("%q of %q", id, source) }

// find notes that a record is in the log.
func (a *Acknowledged) find(rec event.Record) {
	var e event.Event
	if !a.found() && event.FromRecord(&rec, &e) == nil {
		delete(a.missing, nameOf(e.Source, e.ID))
	}
}

// found reports whether none is missing any more.
func (a *Acknowledged) found() bool { return a == nil || len(a.missing) == 0 }

// Lost says which of the events are in none of the partitions that were audited.
func (a *Acknowledged) Lost() (wrong []string) {
	if a.found() {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(a.missing)) {
		wrong = append(wrong, fmt.Sprintf("event %s was acknowledged, and is not in the log", name))
	}
	return wrong
}

// promised holds the log and the state against the position that was acknowledged, and looks behind the cut for the
// events that were: those are only looked for, not audited.
func (a *Audit) promised(ctx context.Context, partition int, cut int64) (wrong []string, err error) {
	after, some := a.After[partition]
	if !some && a.Acknowledged.found() {
		return nil, nil
	}
	switch end, err := a.rest(ctx, partition, cut); {
	case err != nil:
		return nil, err
	case some && end <= after:
		return []string{fmt.Sprintf("the log ends at %d, and offset %d was acknowledged", end, after)}, nil
	case some && cut <= after:
		return []string{fmt.Sprintf("the state stands at %d, and offset %d was acknowledged: it is not applied yet", cut, after)}, nil
	}
	return nil, nil
}

// rest reads the log from an offset to its end, which it returns.
func (a *Audit) rest(ctx context.Context, partition int, offset int64) (end int64, err error) {
	batch, err := a.Log.Fetch(ctx, partition, offset)
	end = batch.End // what comes later was acknowledged later
	for err == nil {
		for _, rec := range batch.Records {
			a.Acknowledged.find(rec)
			offset = rec.Offset + 1
		}
		if a.Acknowledged.found() || offset >= end || len(batch.Records) == 0 {
			return end, nil
		}
		batch, err = a.Log.Fetch(ctx, partition, offset)
	}
	return 0, fmt.Errorf("audit: partition %d from offset %d: %w", partition, offset, err)
}
