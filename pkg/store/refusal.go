package store

import (
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/engine"
)

// refusal names what a server lacks that refused a transaction, of which nothing happened; other errors it returns
// as they are. A server that refuses to queue a command says why in the answer to that command, one that refuses the
// whole in the answer to the whole. Without memory it refuses transactions that only read, too: queues take room.
func refusal(err error, cmds []redis.Cmder) error {
	if !redis.IsExecAbortError(err) {
		return err
	}
	for _, cause := range append([]error{err}, causes(cmds)...) {
		switch text := cause.Error(); {
		case strings.Contains(text, "OOM command not allowed"):
			return fmt.Errorf("%w: %w", engine.ErrStoreMemory, cause)
		case strings.Contains(text, "MISCONF "):
			return fmt.Errorf("%w: %w", engine.ErrStoreDisk, cause)
		}
	}
	return err
}

func causes(cmds []redis.Cmder) []error {
	var all []error
	for _, cmd := range cmds {
		if err := cmd.Err(); err != nil && !redis.IsExecAbortError(err) {
			all = append(all, err)
		}
	}
	return all
}
