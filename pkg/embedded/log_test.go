package embedded_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/eventlog"
)

const topic = "weir.events.v1"

func TestALogInADirectoryKeepsEverythingOverARestart(t *testing.T) {
	dir := t.TempDir()
	log := start(t, dir, 0)
	client := dial(t, log.Brokers())
	id := identity(t, client)
	appendValues(t, client, 0, 100)
	if err := client.CommitOffset(t.Context(), "inbox", topic, 0, 42); err != nil {
		t.Fatal(err)
	}
	port := portOf(t, log)
	closeLog(t, log)

	start(t, dir, port)
	// The same client goes on, over new connections.
	wantValues(t, client, 100)
	appendValues(t, client, 100, 200)
	wantValues(t, client, 200)
	if got := identity(t, client); got != id {
		t.Errorf("identity %s after the restart, was %s", got, id)
	}
	if got := identity(t, dial(t, []string{net.JoinHostPort("127.0.0.1", strconv.Itoa(port))})); got != id {
		t.Errorf("identity %s for a new client, was %s", got, id)
	}
	committed, err := client.CommittedOffsets(t.Context(), "inbox", topic)
	if err != nil || committed[0] != 42 {
		t.Errorf("committed offsets %v, %v after the restart, want 42", committed, err)
	}
}

func TestADirectoryBelongsToOneLogAtATime(t *testing.T) {
	dir := t.TempDir()
	log := start(t, dir, 0)
	if _, err := embedded.StartLog(t.Context(), dir, embedded.LogOptions{}); !errors.Is(err, embedded.ErrLocked) {
		t.Errorf("a second log in this process: %v, want ErrLocked", err)
	}
	if child, err := startChild(t, dir); err == nil {
		child.kill()
		t.Error("a second log in another process started")
	} else if !strings.Contains(err.Error(), embedded.ErrLocked.Error()) {
		t.Errorf("a second log in another process: %v, want %v", err, embedded.ErrLocked)
	}
	closeLog(t, log)
	start(t, dir, 0)
}

func TestWhatWasAcknowledgedSurvivesTheDeathOfTheProcess(t *testing.T) {
	dir := t.TempDir()
	acked := make(map[int64]string)
	for round := range 6 {
		child, err := startChild(t, dir)
		if err != nil {
			t.Fatal(err)
		}
		client := dial(t, []string{child.addr})
		for offset, value := range appendUntilKilled(t, client, child, round, 20+40*round) {
			acked[offset] = value
		}
		client.Close()
	}
	values := readValues(t, dial(t, start(t, dir, 0).Brokers()))
	if len(acked) < 100 {
		t.Fatalf("only %d acknowledged records: the test shows nothing", len(acked))
	}
	for offset, value := range acked {
		if offset >= int64(len(values)) || values[offset] != value {
			t.Fatalf("offset %d was acknowledged with %q and is not in the log of %d records", offset, value, len(values))
		}
	}
}

// appendUntilKilled appends from several goroutines, kills the child after so many acknowledgements, and
// returns what was acknowledged.
func appendUntilKilled(t *testing.T, client *eventlog.Client, child *child, round, after int) map[int64]string {
	type ack struct {
		offset int64
		value  string
	}
	acks := make(chan ack)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var group sync.WaitGroup
	for writer := range 4 {
		group.Go(func() {
			for i := 0; ; i++ {
				value := fmt.Sprintf("%d/%d/%d", round, writer, i)
				first, _, err := client.Append(ctx, topic, 0, []event.Record{{Value: []byte(value)}})
				if err != nil {
					return
				}
				acks <- ack{first, value}
			}
		})
	}
	go func() {
		group.Wait()
		close(acks)
	}()
	acked := make(map[int64]string)
	for a := range acks {
		acked[a.offset] = a.value
		if len(acked) == after {
			child.kill()
			cancel() // nobody waits for another log to come up
		}
	}
	return acked
}

func TestATornEndIsCutOffAndTheLogGoesOn(t *testing.T) {
	for _, c := range []struct {
		name  string
		tear  func([]byte) []byte
		clean bool // closed properly before
		keeps int  // of 10 batches of one record
	}{
		{"half a batch", func(b []byte) []byte { return b[:len(b)-30] }, false, 9},
		{"a few bytes of a batch", func(b []byte) []byte { return append(b, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0) }, false, 10},
		{"garbage", func(b []byte) []byte { return append(b, []byte(strings.Repeat("garbage", 50))...) }, false, 10},
		{"zeros", func(b []byte) []byte { return append(b, make([]byte, 4096)...) }, false, 10},
		{"a damaged last batch", func(b []byte) []byte { b[len(b)-5] ^= 0xff; return b }, false, 9},
		{"a damaged last batch after a proper close", func(b []byte) []byte { b[len(b)-5] ^= 0xff; return b }, true, 9},
		{"half a batch after a proper close", func(b []byte) []byte { return b[:len(b)-30] }, true, 9},
		{"garbage after a proper close", func(b []byte) []byte { return append(b, []byte("garbage")...) }, true, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			fill(t, dir, 10, c.clean)
			file := lastSegment(t, dir)
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, c.tear(content), 0o600); err != nil {
				t.Fatal(err)
			}
			log := start(t, dir, 0)
			client := dial(t, log.Brokers())
			wantValues(t, client, c.keeps)
			appendValues(t, client, c.keeps, 20)
			wantValues(t, client, 20)
			closeLog(t, log)
			wantValues(t, dial(t, start(t, dir, 0).Brokers()), 20)
		})
	}
}

// fill writes batches of one record, and ends the log properly or not.
func fill(t *testing.T, dir string, count int, clean bool) {
	t.Helper()
	child, err := startChild(t, dir)
	if err != nil {
		t.Fatal(err)
	}
	client := dial(t, []string{child.addr})
	for i := range count {
		appendValues(t, client, i, i+1)
	}
	client.Close()
	child.kill()
	if clean {
		log, err := embedded.StartLog(t.Context(), dir, embedded.LogOptions{})
		if err != nil {
			t.Fatal(err)
		}
		closeLog(t, log)
	}
}

func lastSegment(t *testing.T, dir string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "partitions", topic+"-0", "*.dat"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no segment in %s: %v", dir, err)
	}
	return slices.Max(files) // there is but one
}

// TestChildLog is not a test of its own: run by startChild in another process, it is a log there until
// it is killed.
func TestChildLog(t *testing.T) {
	dir := os.Getenv("WEIR_TEST_CHILD_LOG")
	if dir == "" {
		return
	}
	log, err := embedded.StartLog(t.Context(), dir, embedded.LogOptions{})
	if err != nil {
		fmt.Fprintln(os.Stdout, "failed", err)
		return
	}
	fmt.Fprintln(os.Stdout, "listens", log.Brokers()[0])
	_, _ = io.Copy(io.Discard, os.Stdin)
}

type child struct {
	addr string
	kill func()
}

func startChild(t *testing.T, dir string) (*child, error) {
	t.Helper()
	command := exec.Command(os.Args[0], "-test.run=^TestChildLog$")
	command.Env = append(os.Environ(), "WEIR_TEST_CHILD_LOG="+dir)
	stdin, err := command.StdinPipe() // ends with this process, and the child with it
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	kill := sync.OnceFunc(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
		_ = stdin.Close()
	})
	t.Cleanup(kill)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if addr, ok := strings.CutPrefix(strings.TrimSpace(line), "listens "); ok {
		return &child{addr: addr, kill: kill}, nil
	}
	kill()
	return nil, fmt.Errorf("child: %s %w", line, err)
}

func start(t *testing.T, dir string, port int) *embedded.Log {
	t.Helper()
	log, err := embedded.StartLog(t.Context(), dir, embedded.LogOptions{Port: port})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	return log
}

func closeLog(t *testing.T, log *embedded.Log) {
	t.Helper()
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
}

func portOf(t *testing.T, log *embedded.Log) int {
	t.Helper()
	addr, err := net.ResolveTCPAddr("tcp", log.Brokers()[0])
	if err != nil {
		t.Fatal(err)
	}
	return addr.Port
}

// dial connects a client, and makes sure of the topic.
func dial(t *testing.T, brokers []string) *eventlog.Client {
	t.Helper()
	client, err := eventlog.Dial(t.Context(), brokers, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	if err := client.Ensure(t.Context(), eventlog.Topic{Name: topic, Partitions: 1, Retention: eventlog.Forever}); err != nil {
		t.Fatal(err)
	}
	return client
}

func identity(t *testing.T, client *eventlog.Client) string {
	t.Helper()
	id, err := client.ID(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// appendValues writes the numbers of a range, which must get themselves as offsets.
func appendValues(t *testing.T, client *eventlog.Client, from, to int) {
	t.Helper()
	recs := make([]event.Record, 0, to-from)
	for i := from; i < to; i++ {
		recs = append(recs, event.Record{Value: []byte(strconv.Itoa(i))})
	}
	first, last, err := client.Append(t.Context(), topic, 0, recs)
	if err != nil {
		t.Fatal(err)
	}
	if first != int64(from) || last != int64(to-1) {
		t.Fatalf("offsets %d to %d, want %d to %d", first, last, from, to-1)
	}
}

// wantValues reads the whole log, which must be the numbers below count.
func wantValues(t *testing.T, client *eventlog.Client, count int) {
	t.Helper()
	values := readValues(t, client)
	if len(values) != count {
		t.Fatalf("%d records, want %d", len(values), count)
	}
	for i, value := range values {
		if value != strconv.Itoa(i) {
			t.Fatalf("record %d is %q", i, value)
		}
	}
}

// readValues reads the whole log.
func readValues(t *testing.T, client *eventlog.Client) []string {
	t.Helper()
	bounds, err := client.Bounds(t.Context(), topic)
	if err != nil {
		t.Fatal(err)
	}
	log := client.Topic(topic)
	var values []string
	for offset := bounds[0].First; offset < bounds[0].End; {
		batch, err := log.Fetch(t.Context(), 0, offset)
		if err != nil {
			t.Fatal(err)
		}
		for _, rec := range batch.Records {
			if rec.Offset != offset {
				t.Fatalf("offset %d, want %d", rec.Offset, offset)
			}
			values = append(values, string(rec.Value))
			offset++
		}
	}
	return values
}
