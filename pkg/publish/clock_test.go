package publish_test

import (
	"testing"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/publish"
)

const twoZones = `
tenants:
  default: {publish: [{metric: deals_won, window: 30d}]}
  tokyo: {zone: Asia/Tokyo, publish: [{metric: deals_won, window: 30d}]}
`

func TestBeforeTheFirstTickTheDayIsThatOfTheLatestEvent(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T23:59:00Z")...)
	if m := b.only(b.round(), publish.Updated, "deals_won/qtd"); m.at("/as_of") != "2026-02-10" {
		t.Errorf("%s", m.Data)
	}
	b.commit(b.tick("2026-02-12T00:00:00Z"))
	if m := b.only(b.round(), publish.Updated, "deals_won/qtd"); m.at("/as_of") != "2026-02-12" {
		t.Errorf("%s", m.Data)
	}
}

func TestAtATenantsMidnightItsSeriesAreSentAnew(t *testing.T) {
	b := newBench(t, twoZones)
	b.commit(b.tick("2026-03-01T13:00:00Z"))
	b.round()
	for _, c := range []struct {
		hour, tenant, asOf string
	}{
		{"2026-03-01T14:00:00Z", "", ""},
		{"2026-03-01T15:00:00Z", "tokyo", "2026-03-02"},
		{"2026-03-01T23:00:00Z", "", ""},
		{"2026-03-02T00:00:00Z", "default", "2026-03-02"},
	} {
		b.commit(b.tick(c.hour))
		s := b.round()
		if c.tenant == "" {
			if len(s) > 0 {
				t.Errorf("at %s: %s", c.hour, s[0].ID)
			}
			continue
		}
		if len(s) != 1 || s[0].tenant != c.tenant || s[0].at("/as_of") != c.asOf {
			t.Errorf("at %s: %+v, want one of %s as of %s", c.hour, s, c.tenant, c.asOf)
		}
	}
}

func TestARollingWindowLosesADayAtMidnight(t *testing.T) {
	b := newBench(t, twoZones)
	b.commit(deal(b, "D1", "2026-01-01T09:00:00Z", "won", "2026-01-10T09:00:00Z")...)
	b.commit(b.tick("2026-02-08T23:00:00Z"))
	if m := b.only(b.round()[:1], publish.Updated, "deals_won/30d"); m.at("/values/0/value") != 1.0 {
		t.Errorf("%s", m.Data)
	}
	b.commit(b.tick("2026-02-09T00:00:00Z"))
	if m := b.only(b.round(), publish.Updated, "deals_won/30d"); m.at("/values/0/value") != 0.0 || m.at("/window/from") != "2026-01-11" {
		t.Errorf("%s", m.Data)
	}
}

func TestATickThatIsLateOrFromAWrongClockIsIgnored(t *testing.T) {
	b := newBench(t, won)
	b.commit(b.tick("2026-03-01T00:00:00Z"))
	b.round()
	early := b.tick("2026-03-02T03:00:00Z")
	early.Time = millis(t, "2026-03-02T00:59:59Z")
	b.commit(b.tick("2026-02-28T23:00:00Z"), b.tick("2026-03-01T00:00:00Z"), early)
	if s := b.round(); len(s) > 0 {
		t.Errorf("%s", s[0].ID)
	}
	early.Time += 1000
	b.commit(early)
	if s := b.round(); len(s) == 0 || s[0].at("/as_of") != "2026-03-02" {
		t.Errorf("two hours ahead: %v", s)
	}
}

func TestADayThatTurnsBetweenPlanAndCutIsPlannedAgain(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	part := b.sending().Parts[0]
	b.commit(b.tick("2026-02-11T00:00:00Z"))
	if out := b.answer(part); !out.Stale || len(out.Records)+len(out.Clear.Rows) > 0 {
		t.Errorf("%d records, stale %v", len(out.Records), out.Stale)
	}
	if m := b.only(b.round(), publish.Updated, "deals_won/qtd"); m.at("/as_of") != "2026-02-11" {
		t.Errorf("%s", m.Data)
	}
}

func TestTheTicksThatAreDueAreThatOfTheHourAndOneOfEachMissedDay(t *testing.T) {
	for _, c := range []struct {
		name, last, now string
		want            []string
	}{
		{"the first", "", "2026-03-05T10:00:00Z", []string{"2026-03-05T10:00:00Z"}},
		{"the next", "2026-03-05T09:00:00Z", "2026-03-05T10:00:00Z", []string{"2026-03-05T10:00:00Z"}},
		{"none twice", "2026-03-05T10:00:00Z", "2026-03-05T10:00:00Z", nil},
		{"none back", "2026-03-05T11:00:00Z", "2026-03-05T10:00:00Z", nil},
		{"some hours missed", "2026-03-04T11:00:00Z", "2026-03-05T10:00:00Z", []string{"2026-03-05T10:00:00Z"}},
		{"three days missed", "2026-03-02T08:00:00Z", "2026-03-05T10:00:00Z", []string{
			"2026-03-03T08:00:00Z", "2026-03-04T08:00:00Z", "2026-03-05T08:00:00Z", "2026-03-05T10:00:00Z",
		}},
	} {
		b := newBench(t, won)
		if c.last != "" {
			b.commit(b.tick(c.last))
		}
		b.sending()
		var got []string
		for _, rec := range b.publisher.Ticks(millis(t, c.now)) {
			hour, ok := event.TickOf(&rec)
			if !ok || rec.Key != nil {
				t.Errorf("%s: %v is no tick", c.name, rec)
			}
			got = append(got, event.FormatInstant(hour))
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, got, c.want)
			}
		}
	}
}
