package store_test

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"weir.dev/weir/pkg/parts"
	"weir.dev/weir/pkg/state"
)

// BenchmarkCommit says what one changed field costs: CPU of this process (with the embedded server
// that is both sides) and CPU of the server.
func BenchmarkCommit(b *testing.B) {
	b.Run("embedded", func(b *testing.B) { benchCommits(b, startEmbedded(b)) })
	b.Run("real", func(b *testing.B) { benchCommits(b, parts.Redis(b)) })
}

func benchCommits(b *testing.B, addr string) {
	for _, perKey := range []int{1, 5, 100} {
		b.Run(fmt.Sprintf("%d_fields_a_key", perKey), func(b *testing.B) { benchCommit(b, addr, perKey) })
	}
}

func benchCommit(b *testing.B, addr string, perKey int) {
	const fields = 5000
	corner := newBench(b, addr)
	s := corner.store(b)
	meta := claim(b, s)
	changes := make([]state.Change, fields)
	for i := range changes {
		changes[i].Key = fmt.Sprintf("default:won:owner:EUR:%06d", i/perKey)
		changes[i].Field = fmt.Sprintf("%010d:2026-03-01", i%perKey)
		changes[i].Value = make([]byte, 20)
	}
	round := 0
	b.ReportAllocs()
	ours, theirs := ourCPU(), serverCPU(b, corner.raw)
	for b.Loop() {
		round++
		for i := range changes {
			binary.BigEndian.PutUint64(changes[i].Value, uint64(round+i))
		}
		meta = commit(b, s, meta, meta.Offset+1, changes...)
	}
	n := float64(round * fields)
	b.ReportMetric(float64(ourCPU()-ours)/n, "our-ns/field")
	b.ReportMetric(float64(serverCPU(b, corner.raw)-theirs)/n, "server-ns/field")
	b.ReportMetric(n/b.Elapsed().Seconds(), "fields/s")
}

func ourCPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// serverCPU is 0 where the server does not tell.
func serverCPU(b *testing.B, server *redis.Client) time.Duration {
	info, err := server.Info(b.Context(), "cpu").Result()
	if err != nil {
		return 0
	}
	var total float64
	for line := range strings.Lines(info) {
		for _, name := range []string{"used_cpu_user:", "used_cpu_sys:"} {
			if text, ok := strings.CutPrefix(line, name); ok {
				seconds, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
				if err != nil {
					b.Fatal(err)
				}
				total += seconds
			}
		}
	}
	return time.Duration(total * float64(time.Second))
}
