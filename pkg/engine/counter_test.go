package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// counter is a small machine: it adds the numbers of records up by key, and in all. Keys are asked for
// when records begin, "late" keys only when they are folded, and the totals only when changes are listed.
type counter struct {
	recs   []event.Record
	next   int
	held   map[string]int
	dirty  map[string]int // what to add
	wanted []string
	wrong  error // what Changes answers
	begun  int
}

func newCounter() *counter { return &counter{held: map[string]int{}, dirty: map[string]int{}} }

func (c *counter) lacks(key string) bool {
	if _, ok := c.held[key]; !ok && !slices.Contains(c.wanted, key) {
		c.wanted = append(c.wanted, key)
	}
	return len(c.wanted) > 0
}

func (c *counter) missing() []state.Ref {
	var refs []state.Ref
	for _, key := range c.wanted {
		refs = append(refs, state.Ref{Key: "sum", Field: key})
	}
	return refs
}

func (c *counter) Begin(recs []event.Record) []state.Ref {
	c.recs, c.next, c.wanted = recs, 0, nil
	c.begun++
	for _, rec := range recs {
		if string(rec.Key) != "late" {
			c.lacks(string(rec.Key))
		}
	}
	return c.missing()
}

func (c *counter) Give(values [][]byte) error {
	if len(values) != len(c.wanted) {
		return fmt.Errorf("%d values for %d rows", len(values), len(c.wanted))
	}
	for i, key := range c.wanted {
		n, err := strconv.Atoi(string(values[i]))
		if values[i] != nil && err != nil {
			return err
		}
		c.held[key] = n
	}
	c.wanted = nil
	return nil
}

func (c *counter) Apply(limit int) state.Progress {
	var p state.Progress
	for ; c.next < len(c.recs) && len(c.dirty) < limit; c.next++ {
		rec := c.recs[c.next]
		n, err := strconv.Atoi(string(rec.Value))
		p.Watermark = max(p.Watermark, rec.Offset)
		switch {
		case err != nil:
			p.Refused = append(p.Refused, state.Refused{Record: rec, Err: err})
		case c.lacks(string(rec.Key)):
			p.Missing = c.missing()
			return p
		default:
			c.dirty[string(rec.Key)] += n
			c.dirty["total"] += n
			c.dirty["records"]++
		}
		p.Applied++
	}
	return p
}

func (c *counter) Changes() ([]state.Change, []state.Ref, error) {
	if c.wrong != nil {
		return nil, nil, c.wrong
	}
	for key := range c.dirty {
		c.lacks(key)
	}
	if len(c.wanted) > 0 {
		return nil, c.missing(), nil
	}
	var changes []state.Change
	for key, n := range c.dirty {
		changes = append(changes, state.Change{Ref: state.Ref{Key: "sum", Field: key}, Value: []byte(strconv.Itoa(c.held[key] + n))})
	}
	return changes, nil, nil
}

func (c *counter) Settle(kept bool) {
	if !kept {
		*c = counter{held: map[string]int{}, dirty: map[string]int{}, wrong: c.wrong, begun: c.begun}
		return
	}
	for key, n := range c.dirty {
		c.held[key] += n
	}
	clear(c.dirty)
}

var errMachine = errors.New("the machine is broken")
