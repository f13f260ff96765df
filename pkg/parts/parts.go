// Package parts tells tests where the real parts are: a Kafka and a Redis that somebody started
// beforehand. It is support for tests and only they import it; it starts nothing, and code of the
// product never lives here.
package parts

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

const (
	kafkaVariable = "WEIR_TEST_KAFKA"
	redisVariable = "WEIR_TEST_REDIS"
	realVariable  = "WEIR_REAL"
	required      = "require"
)

// Kafka returns the addresses (host:port) of the brokers that WEIR_TEST_KAFKA lists, separated by
// commas. Where it is unset the test is skipped with "real part absent: kafka", or fails if
// WEIR_REAL is "require".
func Kafka(t testing.TB) []string {
	t.Helper()
	var brokers []string
	for broker := range strings.SplitSeq(address(t, "kafka", kafkaVariable), ",") {
		brokers = append(brokers, strings.TrimSpace(broker))
	}
	return brokers
}

// Redis returns the address (host:port) in WEIR_TEST_REDIS. Where it is unset the test is skipped
// with "real part absent: redis", or fails if WEIR_REAL is "require".
func Redis(t testing.TB) string {
	t.Helper()
	return address(t, "redis", redisVariable)
}

// Program returns the path of the program that a real part is run with, for tests that need one of their own to
// break. Where there is none the test is skipped, or fails if WEIR_REAL is "require".
func Program(t testing.TB, part, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		t.Logf("real part: %s is %s", part, path)
		return path
	}
	if os.Getenv(realVariable) == required {
		t.Fatalf("real part absent: %s: %v, and %s=%s", part, err, realVariable, required)
	}
	t.Skipf("real part absent: %s: %v", part, err)
	return ""
}

func address(t testing.TB, part, variable string) string {
	t.Helper()
	addr := strings.TrimSpace(os.Getenv(variable))
	if addr != "" {
		t.Logf("real part: %s at %s", part, addr)
		return addr
	}
	if os.Getenv(realVariable) == required {
		t.Fatalf("real part absent: %s: %s is unset, and %s=%s", part, variable, realVariable, required)
	}
	t.Skipf("real part absent: %s: %s is unset", part, variable)
	return ""
}
