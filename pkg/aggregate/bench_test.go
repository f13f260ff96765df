package aggregate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"testing"
	"time"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// BenchmarkMachine folds the lives of many deals, some ten events each, interleaved by time over sixty
// days, against rows in memory: what the step itself costs, without log and store.
func BenchmarkMachine(b *testing.B) {
	layouts, err := config.Default().Layouts()
	if err != nil {
		b.Fatal(err)
	}
	recs := lives(b.N)
	plan, err := config.Default().Plan(layouts, func(string) bool { return true })
	if err != nil {
		b.Fatal(err)
	}
	m := aggregate.New(layouts, aggregate.Options{Publish: plan})
	rows := map[string]map[string][]byte{}
	give := func(missing []state.Ref) {
		if len(missing) == 0 {
			return
		}
		values := make([][]byte, len(missing))
		for i, ref := range missing {
			values[i] = rows[ref.Key][ref.Field]
		}
		if err := m.Give(values); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	before, written := used(b), 0
	for part := range slices.Chunk(recs, 5000) {
		give(m.Begin(part))
		for done := 0; done < len(part); {
			p := m.Apply(5000)
			if done += p.Applied; len(p.Missing) > 0 {
				give(p.Missing)
				continue
			}
			changes, missing, err := m.Changes()
			for len(missing) > 0 && err == nil {
				give(missing)
				changes, missing, err = m.Changes()
			}
			if err != nil || len(p.Refused) > 0 {
				b.Fatal(err, p.Refused)
			}
			for _, c := range changes {
				if rows[c.Key] == nil {
					rows[c.Key] = map[string][]byte{}
				}
				rows[c.Key][c.Field] = c.Value
			}
			written += len(changes)
			m.Settle(true)
		}
	}
	b.ReportMetric(float64((used(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op") // which others on the machine move less
	b.ReportMetric(float64(m.Counts().CellUpdates)/float64(b.N), "cells/op")
	b.ReportMetric(float64(written)/float64(b.N), "rows/op")
	b.ReportMetric(float64(m.Counts().CellUpdates)/b.Elapsed().Seconds(), "cells/s")
}

// used is the CPU time that the process has used.
func used(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// lives makes n records of deals' lives, in order of time.
func lives(n int) []event.Record {
	rng := rand.New(rand.NewPCG(1, 2))
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	const day = 86_400_000
	stages := []string{"prospecting", "qualification", "proposal", "negotiation"}
	var events []event.Event
	for d := 0; len(events) < n; d++ {
		at := start + rng.Int64N(40*day)
		say := func(kind, data string) {
			events = append(events, event.Event{
				ID: fmt.Sprintf("%016x", rng.Uint64()), Source: "/bench", Type: "dev.weir." + kind,
				Subject: fmt.Sprintf("deal/D%d", d), Time: at, Data: []byte(data),
			})
			at += rng.Int64N(2 * day)
		}
		owner := rng.IntN(50)
		say("deal.created", fmt.Sprintf(`{"stage":"prospecting","amount":"%d.00","currency":"EUR","close_date":"%s","owner":"owner-%d","team":"team-%d","segment":"segment-%d","region":"region-%d","type":"new","source":"source-%d","product":"product-%d"}`,
			1000+rng.IntN(200000), event.Day(20600+rng.IntN(90)), owner, owner%8, rng.IntN(4), rng.IntN(5), rng.IntN(6), rng.IntN(9)))
		for i := range 2 + rng.IntN(3) {
			say("deal.stage_changed", fmt.Sprintf(`{"to":%q}`, stages[min(i+1, 3)]))
			say("activity.logged", fmt.Sprintf(`{"kind":"email","direction":"inbound","id":"a-%d"}`, i))
		}
		if rng.IntN(2) == 0 {
			say("deal.amount_changed", fmt.Sprintf(`{"amount":"%d.00"}`, 1000+rng.IntN(200000)))
			say("deal.close_date_changed", fmt.Sprintf(`{"close_date":"%s"}`, event.Day(20600+rng.IntN(90))))
		}
		if rng.IntN(5) > 0 {
			say([]string{"deal.won", "deal.lost"}[rng.IntN(2)], `{}`)
		}
	}
	slices.SortStableFunc(events, func(a, b event.Event) int { return int(a.Time - b.Time) })
	recs := make([]event.Record, n)
	for i := range recs {
		recs[i] = events[i].ToRecord("default")
		recs[i].Offset, recs[i].Time = int64(i), start+300*day
	}
	return recs
}
