package company_test

import (
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"weir.dev/weir/pkg/cloudevent"
	"weir.dev/weir/pkg/company"
	"weir.dev/weir/pkg/event"
)

var (
	start = time.Date(2025, 3, 10, 9, 30, 0, 0, time.UTC)
	end   = start.AddDate(1, 0, 0)
)

// year is a year of history of a company, made once.
var year = sync.OnceValue(func() []cloudevent.Event { return slices.Collect(company.New(1, start).Until(end)) })

func text(t *testing.T, events []cloudevent.Event) string {
	t.Helper()
	out, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestTheSameSeedGivesTheSameBytes(t *testing.T) {
	for seed, days := range []int{0, 1, 8, 30} {
		history := func() string {
			c := company.New(uint64(seed), start)
			events := slices.Collect(c.Until(start.AddDate(0, 0, days)))
			for i := range 1000 {
				events = append(events, c.Live(end.Add(time.Duration(i)*time.Second)))
			}
			return text(t, events)
		}
		if first, again := history(), history(); first != again {
			t.Errorf("seed %d: two histories of %d days differ", seed, days)
		}
	}
}

func TestOtherSeedsAndStartsGiveOtherCompanies(t *testing.T) {
	sources := map[string]bool{}
	for _, c := range []*company.Company{
		company.New(1, start), company.New(2, start), company.New(1, start.Add(time.Second)),
	} {
		sources[c.Live(end).Source] = true
	}
	if len(sources) != 3 {
		t.Errorf("got %v, want three sources", sources)
	}
}

func TestEveryEventKeepsTheContract(t *testing.T) {
	for seed, days := range []int{365, 60, 60} {
		c := company.New(uint64(seed), start)
		events := slices.Collect(c.Until(start.AddDate(0, 0, days)))
		for i := range 5000 {
			events = append(events, c.Live(end.AddDate(0, 1, 0).Add(time.Duration(i)*time.Minute)))
		}
		for _, e := range events {
			data, err := json.Marshal(e.Data)
			if err != nil {
				t.Fatal(err)
			}
			read := event.Event{
				ID: e.ID, Source: e.Source, Type: cloudevent.Prefix + e.Type, Subject: e.Subject, Sequence: e.Sequence,
				Time: e.Time.UnixMilli(), RecordedTime: e.Recorded.UnixMilli(),
				DataContentType: "application/json", Data: data,
			}
			if _, err := read.Validate(e.Recorded.UnixMilli(), "EUR"); err != nil {
				t.Fatalf("%v: %+v", err, e)
			}
		}
	}
}

func TestHistoryComesInTheOrderInWhichItBecameKnown(t *testing.T) {
	known := time.Time{} // what was inherited was known when it happened
	seen := map[string]cloudevent.Event{}
	late, twice := 0, 0
	for _, e := range year() {
		if first, ok := seen[e.ID]; ok {
			if text(t, []cloudevent.Event{first}) != text(t, []cloudevent.Event{e}) {
				t.Fatalf("%s comes twice and differs", e.ID)
			}
			twice++
			continue
		}
		seen[e.ID] = e
		if e.Recorded.Before(known) || e.Recorded.Before(e.Time) || e.Recorded.After(end) {
			t.Fatalf("%s of %s becomes known at %s, after one of %s", e.ID, e.Time, e.Recorded, known)
		}
		known = e.Recorded
		if e.Recorded.Sub(e.Time) > 24*time.Hour {
			late++
		}
	}
	if late == 0 || twice == 0 {
		t.Errorf("%d late events and %d repeats, want some of both", late, twice)
	}
}

func TestLiveEventsHappenNow(t *testing.T) {
	c := company.New(1, start)
	for range c.Until(end) {
	}
	now := end.AddDate(0, 2, 0)
	for i := range 2000 {
		at := now.Add(time.Duration(i) * 200 * time.Millisecond)
		e := c.Live(at)
		if e.Recorded.After(at) || e.Type == "deal.created" && e.Data["close_date"].(string) < at.Format(time.DateOnly) {
			t.Fatalf("at %s: %+v", at, e)
		}
	}
}

func TestAYearLooksLikeACompany(t *testing.T) {
	events := year()
	created, counts := map[string]time.Time{}, map[string]int{}
	weekend := 0
	var cycles []float64
	for _, e := range events {
		if e.Time.Before(start) {
			counts["inherited"]++
			continue
		}
		counts[e.Type]++
		if day := e.Time.Weekday(); day == time.Saturday || day == time.Sunday {
			weekend++
		}
		switch e.Type {
		case "deal.created":
			created[e.Subject] = e.Time
		case "deal.won":
			cycles = append(cycles, e.Time.Sub(created[e.Subject]).Hours()/24)
		}
	}
	slices.Sort(cycles)
	rate := float64(counts["deal.won"]) / float64(counts["deal.won"]+counts["deal.lost"])
	figures := []struct {
		name          string
		got, from, to float64
	}{
		{"events", float64(len(events)), 70_000, 90_000},
		{"events of what was inherited", float64(counts["inherited"]), 1000, 2000},
		{"share of the weekend", float64(weekend) / float64(len(events)), 0.01, 0.10},
		{"win rate", rate, 0.27, 0.37},
		{"share of renewals", float64(counts["renewal.renewed"]) / float64(counts["renewal.renewed"]+counts["renewal.lost"]), 0.65, 0.9},
		{"usage of all events", float64(counts["usage.recorded"]) / float64(len(events)), 0.12, 0.25},
		{"median cycle in days", cycles[len(cycles)/2], 45, 70},
		{"leads for one deal that had one", float64(counts["lead.captured"]) / float64(counts["lead.converted"]), 4, 9},
	}
	for _, f := range figures {
		if f.got < f.from || f.got > f.to {
			t.Errorf("%s: %v, want %v to %v", f.name, f.got, f.from, f.to)
		}
	}
}
