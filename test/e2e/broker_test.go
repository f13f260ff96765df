package e2e

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

// ownKafka is a Kafka that the scenario may break, in the place of the one that others use too.
type ownKafka struct{ dir, port string }

func startOwnKafka(t *testing.T) *ownKafka {
	t.Helper()
	if os.Getenv("WEIR_TEST_KAFKA") == "" {
		absent(t, "kafka", errors.New("WEIR_TEST_KAFKA is unset, and a container's disk is not to be filled"))
	}
	k := &ownKafka{dir: t.TempDir(), port: "0"}
	addr, err := k.control(t.Context(), "start", k.port)
	if err != nil {
		absent(t, "kafka", err)
	}
	t.Cleanup(func() {
		if _, err := k.control(context.Background(), "stop"); err != nil { // the test's own context has ended
			t.Error(err)
		}
	})
	_, k.port, _ = strings.Cut(addr, ":")
	t.Setenv("WEIR_TEST_KAFKA", addr)
	return k
}

// control runs the script that starts and stops brokers.
func (k *ownKafka) control(ctx context.Context, verb string, more ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join("..", "parts", "kafka"), append([]string{verb, k.dir}, more...)...)
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		err = fmt.Errorf("%w: %s", err, failed.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// pid is that of the broker.
func (k *ownKafka) pid(t *testing.T) int {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, "pid"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// TestABrokerWhoseDiskIsFullIsWaitedFor fills the only disk of the only broker, which ends itself; when there is room
// again, somebody starts it.
func TestABrokerWhoseDiskIsFullIsWaitedFor(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		k := startOwnKafka(t)
		s := startReal(t, setup{})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z")), "")
		limitFiles(t, k.pid(t), "100") // what it has written is longer
		second := []cloudEvent{dealCreated("D2", 100, "2026-02-10T09:30:00Z")}
		status, answer, err := send(t.Context(), s.url(ingestor, "/v1/events"), stand.BatchType, encode(t, second), nil)
		if err != nil || status != http.StatusServiceUnavailable || answer.Accepted != 0 {
			t.Errorf("an event for a full disk: %d, %+v, %v", status, answer, err)
		}
		s.awaitShown(t, ingestor, "log_unavailable")
		s.awaitAlarm(t, "log_unavailable")
		if _, err := k.control(t.Context(), "start", k.port); err != nil {
			t.Fatal(err)
		}
		s.awaitReady(t, aggregator)
		position := s.post(t, second...)
		s.await(t, position, "")
		s.audit(t, "--after", position)
	})
}

// TestEventsThatWereDeletedBeforeTheyWereAppliedStopTheirPartition deletes what the log holds while nobody reads it.
func TestEventsThatWereDeletedBeforeTheyWereAppliedStopTheirPartition(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z")), "")
		s.programs[aggregator].stop(t)
		s.post(t, dealCreated("D2", 100, "2026-02-10T09:30:00Z"))
		eventually(t, patience, "the records are deleted", func() error { // a new topic's leaders may still be on their way
			return deleteRecords(s.address("kafka"), eventsTopic, 8)
		})
		s.launch(t, aggregator)
		s.awaitAlarm(t, "offset_below_log_start")
		code, _, stderr := run(t, patience, "weir", "audit", "--kafka", s.address("kafka"), "--redis", s.address("redis"))
		if code != 1 || !strings.Contains(stderr, "out of range") {
			t.Errorf("the audit of a log without its beginning: exit code %d: %s", code, stderr)
		}
	})
}

// deleteRecords deletes all records of a topic's partitions, with a request that the client does not have.
func deleteRecords(addr, topic string, partitions int) error {
	const request, version = 21, 1
	be := binary.BigEndian
	text := func(b []byte, s string) []byte { return append(be.AppendUint16(b, uint16(len(s))), s...) }
	body := be.AppendUint16(be.AppendUint16(nil, request), version)
	body = text(be.AppendUint32(body, 1), "e2e") // its number, and whose it is
	body = text(be.AppendUint32(body, 1), topic) // of one topic
	body = be.AppendUint32(body, uint32(partitions))
	for p := range partitions {
		body = be.AppendUint64(be.AppendUint32(body, uint32(p)), ^uint64(0)) // -1: up to the end
	}
	body = be.AppendUint32(body, 10_000) // milliseconds
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if _, err := conn.Write(append(be.AppendUint32(nil, uint32(len(body))), body...)); err != nil {
		return err
	}
	// The answer: its length, number and throttle, one topic by name, and of each partition number, start and error.
	answer := make([]byte, 4+4+4+4+2+len(topic)+4+14*partitions)
	if _, err := io.ReadFull(conn, answer); err != nil {
		return err
	}
	for p := range partitions {
		if code := be.Uint16(answer[len(answer)-14*p-2:]); code != 0 {
			return fmt.Errorf("error %d of a partition", code)
		}
	}
	return nil
}
