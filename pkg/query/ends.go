package query

import (
	"context"
	"sync"
	"time"
)

const (
	endAge      = time.Second            // for which an end is taken as it was
	endPatience = 300 * time.Millisecond // that an answer waits for one
)

// ends remembers for a second where the log ends.
type ends struct {
	source Ends // nil: never known
	mu     sync.Mutex
	known  map[int]knownEnd
}

type knownEnd struct {
	offset int64
	ok     bool
	until  time.Time
}

func newEnds(source Ends) *ends { return &ends{source: source, known: map[int]knownEnd{}} }

// end is where the log of a partition ends; ok is false where that cannot be told now, which costs an
// answer its lag and nothing else.
func (e *ends) end(ctx context.Context, partition int) (offset int64, ok bool) {
	if e.source == nil {
		return 0, false
	}
	e.mu.Lock()
	k, held := e.known[partition]
	e.mu.Unlock()
	if held && time.Now().Before(k.until) {
		return k.offset, k.ok
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endPatience) // the end is for others too
	defer cancel()
	offset, err := e.source.End(ctx, partition)
	k = knownEnd{offset, err == nil, time.Now().Add(endAge)}
	e.mu.Lock()
	e.known[partition] = k
	e.mu.Unlock()
	return k.offset, k.ok
}
