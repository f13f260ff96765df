package main

import (
	"syscall"
	"testing"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/test/bench/workload"
)

// BenchmarkStep is the aggregator's step alone, without a log and a store: one partition's records in
// batches, everything held in memory. It is where to profile first.
func BenchmarkStep(b *testing.B) {
	const (
		events = 1_000_000
		some   = 100_000           // of them are two tenants' records
		loaded = 1_790_000_000_000 // when they arrived: all of them late
		batch  = 20000
	)
	cfg, err := configuration()
	if err != nil {
		b.Fatal(err)
	}
	layouts, err := cfg.Layouts()
	if err != nil {
		b.Fatal(err)
	}
	work, tenants := workload.New(events, 1), len(workload.Tenants())
	var recs []event.Record
	for i := range work.Events {
		if e := &work.Events[i]; e.Deal%tenants < 2 && len(recs) < some {
			rec := work.ByTenant(e)
			rec.Offset, rec.Time = int64(len(recs)), loaded
			recs = append(recs, rec)
		}
	}
	b.ResetTimer()
	before := cpu(b)
	var updates, rows, commits int64
	for range b.N {
		m := aggregate.New(layouts, aggregate.Options{})
		rows, commits = 0, 0
		for from := 0; from < len(recs); from += batch {
			r, c := stepThrough(b, m, recs[from:from+batch])
			rows += r
			commits += c
		}
		updates = m.Counts().CellUpdates
	}
	n, used := float64(len(recs)), (cpu(b)-before)/time.Duration(b.N)
	b.ReportMetric(float64(used.Microseconds())/n, "cpu-µs/event")
	b.ReportMetric(float64(updates)/n, "updates/event")
	b.ReportMetric(float64(rows)/n, "rows/event")
	b.ReportMetric(n/float64(commits), "events/commit")
	b.ReportMetric(per(updates, used), "updates/cpu-s")
}

// cpu is what this process has used, the collector's work with it.
func cpu(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// stepThrough applies a batch as the engine does, to a store that has nothing.
func stepThrough(b *testing.B, m *aggregate.Machine, recs []event.Record) (rows, commits int64) {
	give := func(missing int) {
		if missing == 0 {
			return
		}
		if err := m.Give(make([][]byte, missing)); err != nil {
			b.Fatal(err)
		}
	}
	give(len(m.Begin(recs)))
	for done := 0; done < len(recs); {
		p := m.Apply(engine.MaxRows)
		done += p.Applied
		if len(p.Missing) > 0 {
			give(len(p.Missing))
			continue
		}
		changes, missing, err := m.Changes()
		if len(missing) > 0 {
			give(len(missing))
			changes, _, err = m.Changes()
		}
		if err != nil {
			b.Fatal(err)
		}
		rows += int64(len(changes))
		commits++
		m.Settle(true)
	}
	return rows, commits
}
