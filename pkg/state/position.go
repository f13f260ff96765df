package state

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrPosition is returned for text that is not a position.
var ErrPosition = errors.New("not a position")

// Position is a place in the event log that can be waited for: what stood there is applied as soon as
// the next offset to apply is beyond Offset. Ingest hands it out as the place of the last event that it
// acknowledged, and a query that names it reads what was written.
type Position struct {
	Log       string // identity of the log: letters, digits, '-' and '_'
	Partition int
	Offset    int64
}

// String is the position as a token, which needs no escape in a URL. Its form is nobody's business but
// ParsePosition's.
func (p Position) String() string {
	return p.Log + "." + strconv.Itoa(p.Partition) + "." + strconv.FormatInt(p.Offset, 10)
}

// ParsePosition reads a token. It takes nothing but what String writes, and fails with ErrPosition.
func ParsePosition(token string) (Position, error) {
	log, rest, _ := strings.Cut(token, ".")
	partitionText, offsetText, _ := strings.Cut(rest, ".")
	partition, err := strconv.ParseInt(partitionText, 10, 32)
	if err != nil {
		return Position{}, wrongPosition(token)
	}
	offset, err := strconv.ParseInt(offsetText, 10, 64)
	if err != nil {
		return Position{}, wrongPosition(token)
	}
	p := Position{Log: log, Partition: int(partition), Offset: offset}
	if !identity(log) || partition < 0 || offset < 0 || p.String() != token {
		return Position{}, wrongPosition(token)
	}
	return p, nil
}

func wrongPosition(token string) error {
	return fmt.Errorf("%w: %.80q", ErrPosition, token)
}

// identity reports whether s may be the identity of a log.
func identity(s string) bool {
	for _, c := range s {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return s != ""
}
