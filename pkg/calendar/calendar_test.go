package calendar_test

import (
	"sort"
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
)

// zones are the awkward ones: clocks that jump over midnight (Havana, Beirut, São Paulo) or fall back
// over it (São Paulo, St John's at one minute past), a day that was left out (Apia), offsets of
// three quarters of an hour (Kathmandu), of half an hour of summer time (Lord Howe), none at all.
var zones = []string{
	"UTC", "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Beirut",
	"America/St_Johns", "Pacific/Apia", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca",
	"Africa/Monrovia",
}

func load(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func day(t testing.TB, s string) event.Day {
	t.Helper()
	d, err := event.ParseDay(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func millis(t testing.TB, s string) int64 {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}

func TestDayIsTheLocalDateOfTheTimePackageAtAnyInstant(t *testing.T) {
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			zone := load(t, name)
			cal := calendar.New(zone, time.January)
			instant := rapid.Int64Range(-2_208_988_800_000, 13_569_465_600_000) // 1900 to 2400
			rapid.Check(t, func(t *rapid.T) {
				ms := instant.Draw(t, "ms")
				if got, want := cal.Day(ms), event.DayOf(time.UnixMilli(ms).In(zone).Date()); got != want {
					t.Fatalf("day of %d is %s, the time package says %s", ms, got, want)
				}
			})
		})
	}
}

func TestDayAndStartHoldAroundEveryTransitionOfTheZone(t *testing.T) {
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			zone := load(t, name)
			cal := calendar.New(zone, time.January)
			for _, at := range transitions(zone, 1969, 2110) {
				for _, off := range []int64{-3_600_000, -1, 0, 1, 59_999, 60_000, 3_600_000} {
					ms := at*1000 + off
					want := event.DayOf(time.UnixMilli(ms).In(zone).Date())
					if got := cal.Day(ms); got != want {
						t.Fatalf("day of %s is %s, want %s", time.UnixMilli(ms).In(zone), got, want)
					}
				}
				d := cal.Day(at * 1000)
				for _, near := range []event.Day{d - 1, d, d + 1} {
					checkStart(t, cal, near)
				}
			}
		})
	}
}

// transitions are the instants, in seconds, at which the offset changes. They are searched for, not
// asked for: Time.ZoneBounds also names instants at which nothing changes.
func transitions(zone *time.Location, fromYear, toYear int) (at []int64) {
	offset := func(sec int64) int {
		_, o := time.Unix(sec, 0).In(zone).Zone()
		return o
	}
	const step = 4 * 3600
	end := time.Date(toYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	for lo := time.Date(fromYear, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); lo < end; lo += step {
		if offset(lo) == offset(lo+step) {
			continue
		}
		at = append(at, lo+int64(sort.Search(step, func(i int) bool { return offset(lo+int64(i)) != offset(lo) })))
	}
	return at
}

func TestStartIsTheFirstInstantOfTheDayInEveryYear(t *testing.T) {
	for _, name := range zones {
		t.Run(name, func(t *testing.T) {
			cal := calendar.New(load(t, name), time.January)
			days := rapid.Int32Range(-25_000, 160_000)
			rapid.Check(t, func(t *rapid.T) { checkStart(t, cal, event.Day(days.Draw(t, "day"))) })
		})
	}
}

func checkStart(t rapid.TB, cal calendar.Calendar, d event.Day) {
	start := cal.Start(d)
	if at := cal.Day(start); at < d {
		t.Fatalf("%s starts at %d, which is still %s", d, start, at)
	}
	// A minute before, a quarter of an hour, and so on up to a day: none is the day yet.
	for _, before := range []int64{1, 1000, 60_000, 900_000, 3_600_000, 10_800_000, 86_400_000} {
		if at := cal.Day(start - before); at >= d {
			t.Fatalf("%s starts at %d, but %d ms before is already %s", d, start, before, at)
		}
	}
}

func TestStartAndLengthOfDaysOnWhichTheClockMoves(t *testing.T) {
	for _, c := range []struct {
		zone, day, start string
		hours            float64
	}{
		{"UTC", "2026-03-29", "2026-03-29T00:00:00Z", 24},
		{"Europe/Berlin", "2026-03-28", "2026-03-28T00:00:00+01:00", 24},
		{"Europe/Berlin", "2026-03-29", "2026-03-29T00:00:00+01:00", 23},
		{"Europe/Berlin", "2026-03-30", "2026-03-30T00:00:00+02:00", 24},
		{"Europe/Berlin", "2026-10-25", "2026-10-25T00:00:00+02:00", 25},
		{"America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00", 23},
		{"America/New_York", "2026-11-01", "2026-11-01T00:00:00-04:00", 25},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", 23}, // no midnight
		{"America/Sao_Paulo", "2019-02-16", "2019-02-16T00:00:00-02:00", 25}, // 23:00 comes twice
		{"America/Sao_Paulo", "2019-02-17", "2019-02-17T00:00:00-03:00", 24},
		{"America/Havana", "2026-03-08", "2026-03-08T01:00:00-04:00", 23}, // no midnight
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", 25}, // midnight comes twice
		{"Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00", 23},    // no midnight
		{"America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30", 25},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00", 24},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", 0}, // never was
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00", 24},
		{"Asia/Kathmandu", "2026-01-01", "2026-01-01T00:00:00+05:45", 24},
		{"Asia/Kathmandu", "1986-01-01", "1986-01-01T00:15:00+05:45", 23.75},
		{"Europe/Berlin", "2150-06-01", "2150-06-01T00:00:00+02:00", 24}, // beyond the table
		{"Europe/Berlin", "1969-06-01", "1969-06-01T00:00:00+01:00", 24},
	} {
		t.Run(c.zone+" "+c.day, func(t *testing.T) {
			cal := calendar.New(load(t, c.zone), time.January)
			d := day(t, c.day)
			start := cal.Start(d)
			if want := millis(t, c.start); start != want {
				t.Errorf("starts at %s, want %s", time.UnixMilli(start).UTC(), time.UnixMilli(want).UTC())
			}
			if hours := float64(cal.Start(d+1)-start) / 3_600_000; hours != c.hours {
				t.Errorf("has %v hours, want %v", hours, c.hours)
			}
		})
	}
}

func TestDayOfInstantsBeforeTheFirstMillisecondOfAnEpochSecondRoundsDown(t *testing.T) {
	cal := calendar.New(time.UTC, time.January)
	for ms, want := range map[int64]event.Day{-1: -1, 0: 0, 86_399_999: 0, 86_400_000: 1, -86_400_000: -1, -86_400_001: -2} {
		if got := cal.Day(ms); got != want {
			t.Errorf("day of %d is %d, want %d", ms, got, want)
		}
	}
}

func TestDayAndStartDoNotAllocateInTheTabledYears(t *testing.T) {
	cal := calendar.New(load(t, "America/New_York"), time.January)
	ms := millis(t, "2026-07-01T12:00:00Z")
	if n := testing.AllocsPerRun(100, func() { cal.Start(cal.Day(ms)) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDay(b *testing.B) {
	for _, name := range []string{"UTC", "Europe/Berlin", "Asia/Kathmandu"} {
		b.Run(name, func(b *testing.B) {
			cal := calendar.New(load(b, name), time.January)
			ms, sum := millis(b, "2024-01-01T00:00:00Z"), event.Day(0)
			for b.Loop() {
				ms += 7_001_001 // about two hours: the year goes by, as in a replay
				if ms > 2_000_000_000_000 {
					ms -= 300_000_000_000
				}
				sum += cal.Day(ms)
			}
			_ = sum
		})
	}
}
