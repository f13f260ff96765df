package e2e

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

// TestTheAuditIsCleanBesideASystemThatGoesOn audits, while events come, the state as it is at some moment.
func TestTheAuditIsCleanBesideASystemThatGoesOn(t *testing.T) {
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		tr := startTraffic(t, s, seed(t))
		for range 3 {
			tr.awaitMore(t, 300)
			s.audit(t, tr.acknowledged(t)...)
		}
		tr.settle(t, s)
	})
}

func TestTheAuditFindsACellThatIsGone(t *testing.T) {
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z")), "")
		s.audit(t)
		lost := loseCell(t, s.address("redis"), "*")
		code, stdout, stderr := run(t, patience, "weir", "audit", "--kafka", s.address("kafka"), "--redis", s.address("redis"))
		if code != 1 || !strings.Contains(stdout, ", 1 different\n") {
			t.Errorf("%s is gone: exit code %d:\n%s%s", lost, code, stdout, stderr)
		}
	})
}

// loseCell deletes one cell of a month, and returns where it was.
func loseCell(t *testing.T, url, month string) string {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	defer client.Close()
	keys, err := client.Keys(t.Context(), "weir:{*}:*:c:*:"+month).Result()
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d groups of cells: %v", len(keys), err)
	}
	fields, err := client.HKeys(t.Context(), keys[0]).Result()
	if err != nil || len(fields) == 0 {
		t.Fatalf("%s: %d cells: %v", keys[0], len(fields), err)
	}
	if err := client.HDel(t.Context(), keys[0], fields[0]).Err(); err != nil {
		t.Fatal(err)
	}
	return keys[0]
}
