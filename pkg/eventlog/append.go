package eventlog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"weir.dev/weir/pkg/event"
)

const (
	requestBytes   = 1 << 20           // what one request carries at most, unless a single record is larger
	inFlightBytes  = 64 << 20          // what may wait for its acknowledgement at any moment
	laneBytes      = inFlightBytes / 4 // and of that for one partition: one that stands still must not shut the others
	appendPatience = 10 * time.Second
)

// Append writes records to the end of a partition, in their order, and returns the offsets of the
// first and the last of them once every in-sync replica has them. Records of one call that fit into a
// mebibyte have offsets without gaps; a larger call goes in several requests, and records of others may
// then lie between. Key, Headers and Value are written (a nil Key or Value is distinct from an empty
// one), Offset and Time are the log's to give. The records must not be changed any more, even after a
// return with an error. Without records nothing happens, and first is 0, last -1. At most 64 MiB of a
// client wait at any moment, so that a call of more never succeeds; and 16 MiB for a partition, or one call of more.
//
// It fails with ErrUnavailable, ErrOverloaded, ErrTooLarge or ErrClosed where nothing was written, and
// with ErrUnknown where some or all may have been. The end of ctx ends this call, not those of others
// whose records travel with it.
func (c *Client) Append(ctx context.Context, topic string, partition int, recs []event.Record) (first, last int64, err error) {
	if len(recs) == 0 {
		return 0, -1, nil
	}
	limit, err := c.limit(ctx, topic)
	if err != nil {
		return 0, 0, err
	}
	call := &appending{records: recs, done: make(chan struct{})}
	for i, rec := range recs {
		bytes := size(rec)
		if bytes+batchOverhead > limit {
			return 0, 0, fmt.Errorf("%w: record %d of %d bytes, %s takes %d", ErrTooLarge, i, bytes, topic, limit)
		}
		call.bytes += bytes
	}
	lane, err := c.admit(place{topic, partition}, call)
	if err != nil {
		return 0, 0, err
	}
	select {
	case <-call.done:
	case <-ctx.Done():
		return 0, 0, lane.leave(call, context.Cause(ctx))
	}
	return call.first, call.last, call.err
}

// appending is one call of Append under way. Its lane's writer has it, except as noted.
type appending struct {
	records []event.Record
	bytes   int
	taken   int // of records, those that are in a request or were; guarded by the lane
	done    chan struct{}

	first, last int64 // set before done is closed, as err is
	err         error
}

// lane is the way into one partition: what waits for it, in order, and whether a writer is at work.
type lane struct {
	client *Client
	place  place

	mu      sync.Mutex
	waiting []*appending
	busy    bool

	inFlight int64 // bytes that wait to be acknowledged; guarded by the client
}

// admit puts a call into its lane and starts the lane's writer where none is at work.
func (c *Client) admit(to place, call *appending) (*lane, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, ErrClosed
	}
	l := c.lanes[to]
	if l == nil {
		l = &lane{client: c, place: to}
		c.lanes[to] = l
	}
	bytes := int64(call.bytes)
	if c.inFlight+bytes > inFlightBytes || l.inFlight > 0 && l.inFlight+bytes > laneBytes {
		return nil, fmt.Errorf("%w: %d, of them %d for %s/%d", ErrOverloaded, c.inFlight, l.inFlight, to.topic, to.partition)
	}
	c.inFlight += bytes
	l.inFlight += bytes
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting = append(l.waiting, call)
	if !l.busy {
		l.busy = true
		c.running.Go(l.write)
	}
	return l, nil
}

// leave takes a call back whose caller waits no longer.
func (l *lane) leave(call *appending, cause error) error {
	l.mu.Lock()
	sent := call.taken > 0
	if !sent {
		l.drop(call)
	}
	l.mu.Unlock()
	if sent {
		return fmt.Errorf("%w: %w", ErrUnknown, cause)
	}
	l.release(call)
	return fmt.Errorf("%w: %w", ErrUnavailable, cause)
}

// drop removes a call from those that wait. The lane is locked.
func (l *lane) drop(call *appending) {
	for i, waiting := range l.waiting {
		if waiting == call {
			l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
			return
		}
	}
}

func (l *lane) release(call *appending) {
	l.client.mu.Lock()
	l.client.inFlight -= int64(call.bytes)
	l.inFlight -= int64(call.bytes)
	l.client.mu.Unlock()
}

// write sends what waits in the lane, request by request, until nothing does.
func (l *lane) write() {
	for {
		batch := l.take()
		if batch == nil {
			return
		}
		base, err := l.client.produce(l.place, batch)
		l.settle(batch, base, err)
	}
}

// portion is a run of records of one call.
type portion struct {
	call     *appending
	from, to int
}

func (p portion) records() []event.Record { return p.call.records[p.from:p.to] }

// take removes from the front of the lane what fits into one request. Calls stay whole, except one
// that would not fit into any request. Nil, and the lane is idle, when nothing waits.
func (l *lane) take() []portion {
	room := requestBytes - batchOverhead
	if limit := l.client.knownLimit(l.place.topic); limit > 0 {
		room = min(room, limit-batchOverhead)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	var batch []portion
	for len(l.waiting) > 0 {
		call := l.waiting[0]
		whole := call.taken == 0 && call.bytes <= room
		if !whole && batch != nil {
			return batch
		}
		end := len(call.records)
		if whole {
			room -= call.bytes
		} else {
			end = call.fill(&room)
		}
		batch = append(batch, portion{call, call.taken, end})
		call.taken = end
		if end < len(call.records) {
			return batch
		}
		l.waiting = l.waiting[1:]
	}
	if batch == nil {
		l.waiting, l.busy = nil, false
	}
	return batch
}

// fill finds the end of the call's records that fit into the room, which is at least one record.
func (a *appending) fill(room *int) int {
	end := a.taken
	for ; end < len(a.records); end++ {
		bytes := size(a.records[end])
		if bytes > *room && end > a.taken {
			break
		}
		*room -= bytes
	}
	return end
}

// settle tells the calls of a request how it ended.
func (l *lane) settle(batch []portion, base int64, err error) {
	for _, p := range batch {
		count := int64(p.to - p.from)
		switch {
		case err != nil && p.from > 0:
			l.finish(p.call, fmt.Errorf("%w: the first %d records are in the log: %w", ErrUnknown, p.from, err))
		case err != nil:
			l.finish(p.call, err)
		default:
			if p.from == 0 {
				p.call.first = base
			}
			p.call.last = base + count - 1
			if p.to == len(p.call.records) {
				l.finish(p.call, nil)
			}
		}
		base += count
	}
}

func (l *lane) finish(call *appending, err error) {
	l.mu.Lock()
	l.drop(call) // where only a part of it had been taken
	l.mu.Unlock()
	l.release(call)
	call.err = err
	close(call.done)
}

// limit is how large a record batch the topic takes, in bytes.
func (c *Client) limit(ctx context.Context, topic string) (int, error) {
	if limit := c.knownLimit(topic); limit > 0 {
		return limit, nil
	}
	err := c.retry(ctx, c.patience, "limit of "+topic, func(ctx context.Context) error {
		_, err := c.describe(ctx, topic)
		return err
	})
	return c.knownLimit(topic), err
}

func (c *Client) knownLimit(topic string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.limits[topic]
}
