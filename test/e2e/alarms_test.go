package e2e

import (
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/segmentio/kafka-go"

	"weir.dev/weir/test/e2e/stand"
)

// ownRedis starts a Redis that the scenario may break, in the place of the one that others use too. Its files may
// grow to a limit that limitFiles moves: to a writer that is what a full disk is.
func ownRedis(t *testing.T) (raw *redis.Client, pid int) {
	t.Helper()
	server, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("WEIR_REAL") == "require" {
			t.Fatalf("real part absent: redis: %v", err)
		}
		t.Skipf("real part absent: redis: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	_, port, _ := strings.Cut(addr, ":")
	// The signal would end it, where a full disk answers with an error.
	cmd := exec.Command("bash", "-c", `trap "" XFSZ; exec "$@"`, "bash", server, "--bind", "127.0.0.1", "--port", port,
		"--dir", t.TempDir(), "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	raw = redis.NewClient(&redis.Options{Addr: addr, DB: redisDB, Protocol: 2})
	t.Cleanup(func() {
		raw.Close()
		_ = cmd.Process.Kill() // its folder is removed
		_ = cmd.Wait()
	})
	eventually(t, patience, "Redis answers", func() error { return raw.Ping(t.Context()).Err() })
	t.Setenv("WEIR_TEST_REDIS", addr)
	return raw, cmd.Process.Pid
}

// limitFiles sets how large a file a process may write.
func limitFiles(t *testing.T, pid int, bytes string) {
	t.Helper()
	out, err := exec.Command("prlimit", "--pid", strconv.Itoa(pid), "--fsize="+bytes+":unlimited").CombinedOutput()
	if err != nil {
		t.Fatalf("prlimit: %v: %s", err, out)
	}
}

// awaitAlarm waits until the aggregator is not ready for a reason, and its metrics and its log show it.
func (s *system) awaitAlarm(t *testing.T, name string) {
	t.Helper()
	eventually(t, patience, "the alarm "+name, func() error {
		return stand.Alarmed(t.Context(), s.url(aggregator, ""), name)
	})
	s.awaitShown(t, aggregator, name)
}

// awaitShown waits until the metrics and the log of a service show an alarm.
func (s *system) awaitShown(t *testing.T, role, name string) {
	t.Helper()
	eventually(t, patience, role+" shows "+name, func() error {
		return stand.Shows(t.Context(), s.url(role, ""), name)
	})
	if !strings.Contains(s.programs[role].printed(t), "alarm="+name) {
		t.Errorf("the log of the %s does not name %s", role, name)
	}
}

// TestWhatRedisOrTheLogLacksIsWaitedForUnderItsAlarm takes away, one after the other, what Weir needs of its parts,
// while events come: each has its alarm while it lasts, and afterwards all goes on by itself and nothing is lost.
func TestWhatRedisOrTheLogLacksIsWaitedForUnderItsAlarm(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		raw, pid := ownRedis(t)
		s := startReal(t, setup{})
		tr := startTraffic(t, s, seed(t))
		tr.awaitApplied(t, s)
		set := func(name, value string) func() {
			return func() {
				if err := raw.ConfigSet(t.Context(), name, value).Err(); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, c := range []struct {
			alarm      string
			start, end func()
		}{
			{"store_out_of_memory", set("maxmemory", "100kb"), set("maxmemory", "0")},
			{"store_disk_error", func() { limitFiles(t, pid, "1000") }, func() { limitFiles(t, pid, "unlimited") }},
			{"eviction_allowed", set("maxmemory-policy", "allkeys-lru"), set("maxmemory-policy", "noeviction")},
			{
				"retention_not_endless",
				func() { alterTopic(t, s.address("kafka"), "retention.ms", "604800000") },
				func() { alterTopic(t, s.address("kafka"), "retention.ms", "-1") },
			},
		} {
			began := time.Now()
			c.start()
			s.awaitAlarm(t, c.alarm)
			shown := time.Since(began)
			c.end()
			s.awaitReady(t, aggregator)
			tr.awaitApplied(t, s)
			t.Logf("%s: shown after %.1f s; over %.1f s after that", c.alarm, shown.Seconds(), time.Since(began.Add(shown)).Seconds())
		}
		tr.settle(t, s)
		admin := &kafka.Client{Addr: kafka.TCP(s.address("kafka")), Timeout: 10 * time.Second}
		if _, err := admin.CreatePartitions(t.Context(), &kafka.CreatePartitionsRequest{
			Topics: []kafka.TopicPartitionsConfig{{Name: eventsTopic, Count: 9}},
		}); err != nil {
			t.Fatal(err)
		}
		s.awaitAlarm(t, "partition_count_changed")
	})
}

// alterTopic changes a setting of the log's topic.
func alterTopic(t *testing.T, addr, name, value string) {
	t.Helper()
	admin := &kafka.Client{Addr: kafka.TCP(addr), Timeout: 10 * time.Second}
	if err := stand.AlterTopic(t.Context(), admin, eventsTopic, name, value); err != nil {
		t.Fatal(err)
	}
}

// TestACorruptValueStopsItsPartitionUntilTheStateIsRebuilt flips a byte of an entity, which its next event reads.
func TestACorruptValueStopsItsPartitionUntilTheStateIsRebuilt(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z"), dealCreated("D2", 50, "2026-02-10T09:30:00Z")), "")
		s.programs[aggregator].stop(t) // what it holds in memory is good
		flipValue(t, s.address("redis"), "weir:{*}:*:e:default:deal")
		s.start(t, aggregator)
		position := s.post(t, dealEvent("D1", "won", "2026-02-20T09:30:00Z", map[string]any{}))
		s.awaitAlarm(t, "state_corrupt")
		s.rebuild(t)
		s.programs[aggregator].stop(t)
		s.start(t, aggregator)
		s.await(t, position, "")
		s.audit(t)
	})
}

// flipValue flips a bit of the values of the one key that matches.
func flipValue(t *testing.T, url, pattern string) {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	if err := stand.FlipValues(t.Context(), client, pattern); err != nil {
		t.Fatal(err)
	}
}

// TestALogThatWasMadeAnewStopsItsPartitionUntilItsStateIsRemoved loses the log and begins another under its name.
func TestALogThatWasMadeAnewStopsItsPartitionUntilItsStateIsRemoved(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z"), dealCreated("D2", 50, "2026-02-10T09:30:00Z")), "")
		s.programs[aggregator].stop(t)
		s.programs[ingestor].stop(t)
		emptyKafka(t, s.address("kafka"))
		s.start(t, ingestor)
		position := s.post(t, dealCreated("D3", 100, "2026-02-10T09:30:00Z"))
		s.launch(t, aggregator)
		s.awaitAlarm(t, "log_changed")
		s.programs[aggregator].stop(t)
		removeKeys(t, s.address("redis"), "weir:{*}:*") // as the runbook has it
		s.start(t, aggregator)
		s.await(t, position, "")
		if got := s.value(t, "/v1/metrics/deals_created?window=2026-Q1&as_of=2026-03-31"); got != 1 {
			t.Errorf("%v deals, want the one of the new log", got)
		}
		s.audit(t)
	})
}

// removeKeys removes the keys that match.
func removeKeys(t *testing.T, url, pattern string) {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	keys, err := client.Keys(t.Context(), pattern).Result()
	if err == nil && len(keys) > 0 {
		err = client.Unlink(t.Context(), keys...).Err()
	}
	if err != nil {
		t.Fatal(err)
	}
}
