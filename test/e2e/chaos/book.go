package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// book is what all runs found, in a file.
type book struct {
	path   string
	Rounds []result `json:"rounds"`
}

// result is what a round found.
type result struct {
	Row     int       `json:"row"`
	Seed    uint64    `json:"seed"`
	Commit  string    `json:"commit"`
	At      time.Time `json:"at"`
	Seconds float64   `json:"seconds"`

	Sent     int `json:"sent"`     // events in all requests
	Acked    int `json:"acked"`    // acknowledged, each counted once
	Applied  int `json:"applied"`  // of those, how many the numbers show
	Repeated int `json:"repeated"` // sent again
	Lost     int `json:"lost"`     // acknowledged and not in the numbers
	Doubled  int `json:"doubled"`  // in the numbers more than once
	Cells    int `json:"cells"`    // compared by the audit

	Faults   map[string]int `json:"faults"`             // injected, by kind
	Seen     map[string]int `json:"seen,omitempty"`     // what else was counted
	Recovery float64        `json:"recovery,omitempty"` // the worst, in seconds
	Failure  string         `json:"failure,omitempty"`  // which promise was broken
	Found    string         `json:"found,omitempty"`    // written in by hand: what it turned out to be
}

// injected is how many faults that were.
func (r *result) injected() (n int) {
	for _, count := range r.Faults {
		n += count
	}
	return n
}

// openBook reads the file, or begins a new one.
func openBook(path string) (*book, error) {
	b := &book{path: path}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return b, nil
	}
	if err == nil {
		err = json.Unmarshal(text, b)
	}
	if err != nil {
		return nil, fmt.Errorf("the state of earlier runs: %w", err)
	}
	return b, nil
}

// add adds a round and writes the file, in one piece or not at all.
func (b *book) add(r result) error {
	b.Rounds = append(b.Rounds, r)
	text, err := json.MarshalIndent(b, "", " ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(b.path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(b.path+".new", b.path)
}

// total sums up the rounds of a row, or of all where the row is 0. The seed is that of the last one. Of a round that
// failed only what it lost or doubled counts: the rest was not looked at to its end.
func (b *book) total(row int) (sum result, rounds int) {
	sum.Faults, sum.Seen = map[string]int{}, map[string]int{}
	for i := range b.Rounds {
		r := &b.Rounds[i]
		if row != 0 && r.Row != row {
			continue
		}
		if r.Failure != "" {
			sum.Lost += r.Lost
			sum.Doubled += r.Doubled
			continue
		}
		rounds++
		sum.Seed = r.Seed
		sum.Seconds += r.Seconds
		sum.Sent += r.Sent
		sum.Acked += r.Acked
		sum.Applied += r.Applied
		sum.Repeated += r.Repeated
		sum.Lost += r.Lost
		sum.Doubled += r.Doubled
		sum.Cells += r.Cells
		sum.Recovery = max(sum.Recovery, r.Recovery)
		for kind, n := range r.Faults {
			sum.Faults[kind] += n
		}
		for kind, n := range r.Seen {
			sum.Seen[kind] += n
		}
	}
	return sum, rounds
}
