package engine

import "runtime"

// turns lets as many partitions work at once as there are processors. More of them would only interrupt each other
// in the middle of a batch, each with what it holds pushing what the others hold out of the processors' caches.
type turns chan struct{}

func newTurns() turns { return make(turns, runtime.GOMAXPROCS(0)) }

// take waits for a turn and works; nil turns are never waited for. It must not wait for anything else meanwhile.
func (t turns) take(work func()) {
	if t == nil {
		work()
		return
	}
	t <- struct{}{}
	defer func() { <-t }()
	work()
}
