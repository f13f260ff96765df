// Chaos is the fault campaign: it runs Weir's programs on a real Kafka and Redis, of this machine alone, lets known
// events come in, makes the faults of its table at moments that a seed chooses, and then asks whether every event that
// was acknowledged is in the numbers, once. What it finds adds up over runs in a state file, of which docs/faults.md
// is made. It never imports the product, which has no hooks for it.
//
// Environment: MINUTES (10: but for the first, no round begins that would not end by then), ROWS (numbers of the table; all without),
// SEED (of the first round; another each time without), CHAOS (the folder of state, parts and logs), FAULTS (the
// document), WEIR_BIN (the folder of the programs), RENDER (only write the document). It exits with 1, and prints the
// seed, where an event is lost or counted twice or another promise is broken; the logs of that round are kept.
package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "chaos:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	dir, err := filepath.Abs(variable("CHAOS", filepath.Join("..", "..", ".chaos")))
	if err != nil {
		return err
	}
	unlock, err := lock(dir)
	if err != nil {
		return err
	}
	defer unlock()
	book, err := openBook(filepath.Join(dir, "state.json"))
	if err != nil {
		return err
	}
	defer func() {
		err = errors.Join(err, os.WriteFile(variable("FAULTS", filepath.Join("..", "..", "docs", "faults.md")), book.render(), 0o644))
	}()
	if os.Getenv("RENDER") != "" {
		return nil
	}
	c := &campaign{book: book, dir: dir}
	minutes, err := strconv.ParseFloat(variable("MINUTES", "10"), 64)
	if err != nil {
		return fmt.Errorf("MINUTES: %w", err)
	}
	c.until = time.Now().Add(time.Duration(minutes * float64(time.Minute)))
	if c.rows, err = chosen(os.Getenv("ROWS")); err != nil {
		return err
	}
	if c.seed, err = strconv.ParseUint(variable("SEED", strconv.FormatUint(rand.Uint64(), 10)), 10, 64); err != nil {
		return fmt.Errorf("SEED: %w", err)
	}
	if c.commit, err = commit(ctx); err != nil {
		return err
	}
	return c.run(ctx)
}

func variable(name, otherwise string) string {
	if text := os.Getenv(name); text != "" {
		return text
	}
	return otherwise
}

// chosen are the rows that a list of numbers names, of those that can be run; all without one.
func chosen(list string) (rows []*row, err error) {
	numbers := strings.Fields(list)
	for i := range table {
		r := &table[i]
		at := slices.Index(numbers, strconv.Itoa(r.number))
		if at >= 0 {
			numbers = slices.Delete(numbers, at, at+1)
		}
		switch {
		case r.run == nil && at >= 0:
			return nil, fmt.Errorf("ROWS: row %d is not made here: %s", r.number, r.absent)
		case r.root && os.Geteuid() != 0 && at >= 0:
			return nil, fmt.Errorf("ROWS: row %d mounts a file system, for which it must be run as root", r.number)
		case r.root && os.Geteuid() != 0:
			fmt.Printf("row %d (%s) is left out: it must be run as root\n", r.number, r.fault)
		case r.run != nil && (list == "" || at >= 0):
			rows = append(rows, r)
		}
	}
	if len(numbers) > 0 {
		return nil, fmt.Errorf("ROWS: there is no row %s", strings.Join(numbers, ", "))
	}
	return rows, nil
}

// lock makes sure that one campaign runs in a folder, which is made.
func lock(dir string) (unlock func(), err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another campaign runs in %s: %w", dir, err), file.Close())
	}
	return func() { _ = file.Close() }, nil // which unlocks it
}
