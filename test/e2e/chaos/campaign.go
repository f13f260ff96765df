package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// campaign is one run.
type campaign struct {
	book   *book
	dir    string
	rows   []*row
	seed   uint64
	commit string
	until  time.Time
	parts  *parts
}

// firstGuess is how long a round of a row may take that none is known of.
const firstGuess = 2 * time.Minute

// run makes round after round until the time is up, each of the row that has had the least of its share. At least one.
func (c *campaign) run(ctx context.Context) (err error) {
	fmt.Printf("seed %d, commit %s; state and logs in %s\n", c.seed, c.commit, c.dir)
	if c.parts, err = openParts(filepath.Join(c.dir, "parts")); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.parts.close()) }()
	seeds := rand.New(rand.NewPCG(c.seed, 0))
	for first := true; ctx.Err() == nil; first = false {
		r := c.next()
		if !first && time.Now().Add(c.guess(r)).After(c.until) {
			return nil
		}
		seed := c.seed
		if !first {
			seed = seeds.Uint64()
		}
		if err := c.round(ctx, r, seed); err != nil {
			return err
		}
	}
	return errors.New("told to end; the round that was under way does not count")
}

// next is the row that has had the least time for its weight.
func (c *campaign) next() *row {
	least, best := 0.0, c.rows[0]
	for i, r := range c.rows {
		sum, _ := c.book.total(r.number)
		if had := sum.Seconds / r.weight; i == 0 || had < least {
			least, best = had, r
		}
	}
	return best
}

// guess is how long the next round of a row will take.
func (c *campaign) guess(r *row) time.Duration {
	sum, rounds := c.book.total(r.number)
	if rounds == 0 {
		return firstGuess
	}
	return time.Duration(sum.Seconds / float64(rounds) * float64(time.Second))
}

// round makes a round and books what it found.
func (c *campaign) round(ctx context.Context, of *row, seed uint64) error {
	fmt.Printf("row %d (%s), seed %d … ", of.number, of.fault, seed)
	dir := filepath.Join(c.dir, fmt.Sprintf("row-%d-seed-%d", of.number, seed))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	began := time.Now()
	r := newRound(ctx, seed, dir, c.parts)
	err := errors.Join(of.run(r), r.close())
	if ctx.Err() != nil {
		fmt.Println("cut")
		return os.RemoveAll(dir)
	}
	r.Row, r.Seed, r.Commit, r.At = of.number, seed, c.commit, began.UTC()
	r.Seconds = time.Since(began).Seconds()
	if err != nil {
		r.Failure = err.Error()
	}
	if err := c.book.add(r.result); err != nil {
		return err
	}
	if r.Lost+r.Doubled > 0 || err != nil {
		fmt.Println("FAILED")
		return fmt.Errorf("row %d: %d lost, %d doubled, with ROWS=%d SEED=%d; its logs are in %s: %w",
			of.number, r.Lost, r.Doubled, of.number, seed, dir, err)
	}
	fmt.Printf("%d events, %d faults, worst recovery %.1f s, in %.0f s\n", r.Acked, r.injected(), r.Recovery, r.Seconds)
	return os.RemoveAll(dir)
}

// commit names the source that is tried; with a + where it was changed since.
func commit(ctx context.Context) (string, error) {
	id, err := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "", fmt.Errorf("git: %w", err)
	}
	changed, err := exec.CommandContext(ctx, "git", "status", "--porcelain", "--", ":/", ":!/docs").Output()
	if err != nil {
		return "", fmt.Errorf("git: %w", err)
	}
	name := strings.TrimSpace(string(id))
	if len(changed) > 0 {
		name += "+"
	}
	return name, nil
}
