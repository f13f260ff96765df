package publish_test

import (
	"fmt"
	"testing"

	"weir.dev/weir/pkg/publish"
)

const bookings = `
tenants:
  default: {fiscal_year_start: %d, publish: [{metric: bookings, window: qtd}, {metric: bookings, window: mtd}]}
`

func TestReopeningAWonDealCorrectsTheQuarterThatWasOver(t *testing.T) {
	b := newBench(t, "")
	b.commit(b.fixture("eight_deals.json")...)
	b.commit(b.tick("2026-04-05T11:00:00Z"))
	if s := b.round(); s.count(publish.Corrected) > 0 {
		t.Fatalf("%d corrections of what was known when it happened", s.count(publish.Corrected))
	}
	b.commit(b.fixture("reopen.json")...)
	s := b.round()
	for _, subject := range []string{"bookings/2026-Q1", "bookings/2026-03"} {
		m := b.only(s, publish.Corrected, subject)
		for pointer, want := range map[string]any{
			"/metric": "bookings", "/currency": "EUR", "/as_of": "2026-03-31", "/old_known": "2026-04-04",
			"/old/0/value": 130000.0, "/new/0/value": 110000.0, "/old/0/n": 3.0, "/new/0/n": 2.0,
			"/cause/id": "D5-reopened", "/cause/source": "/fixture", "/cause/subject": "deal/D5",
			"/window/to": "2026-04-01", "/position": fmt.Sprintf("log1.3.%d", b.meta.LastOffset),
		} {
			if subject == "bookings/2026-03" && pointer[1:4] != "cau" {
				continue // March alone: 90 became 70
			}
			if got := m.at(pointer); got != want {
				t.Errorf("%s: %s is %v, want %v", subject, pointer, got, want)
			}
		}
	}
	if m := b.only(s, publish.Corrected, "bookings/2026-Q1/owner"); m.at("/by/0") != "owner" {
		t.Errorf("%s", m.Data)
	}
	for _, subject := range []string{"open_pipeline/2026-Q1", "deals_created/2026-Q1", "bookings/2026-02", "bookings/2026-04", "bookings/2026-Q2"} {
		if got := s.of(publish.Corrected, subject); len(got) > 0 {
			t.Errorf("%s: %s", subject, got[0].Data)
		}
	}
}

func TestAQuarterIsOneOfTheTenantsFiscalYear(t *testing.T) {
	b := newBench(t, fmt.Sprintf(bookings, 2))
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	b.commit(b.say("back", "deal.reopened", "D1", "2026-04-05T09:00:00Z", "2026-04-05T09:00:00Z", `{}`))
	s := b.round()
	if s.count(publish.Corrected) != 1 {
		t.Fatalf("%d corrections, want that of February alone: its quarter ends with April", s.count(publish.Corrected))
	}
	b.only(s, publish.Corrected, "bookings/2026-02")
	b.commit(b.say("won again", "deal.won", "D1", "2026-02-10T10:00:00Z", "2026-05-02T09:00:00Z", `{}`))
	b.commit(b.say("back again", "deal.reopened", "D1", "2026-02-10T10:00:01Z", "2026-05-02T09:00:00Z", `{}`))
	b.commit(b.say("and won", "deal.won", "D1", "2026-02-10T11:00:00Z", "2026-05-03T09:00:00Z", `{}`))
	b.round()
	b.commit(b.say("an older win", "deal.won", "D2", "2026-03-10T11:00:00Z", "2026-05-04T09:00:00Z", `{"amount":7}`))
	m := b.only(b.round(), publish.Corrected, "bookings/FY2027-Q1")
	if m.at("/window/from") != "2026-02-01" || m.at("/window/to") != "2026-05-01" {
		t.Errorf("%s", m.Data)
	}
}

func TestWhatChangesAStockLateCorrectsTheEndOfEachMonthFromThereOn(t *testing.T) {
	b := newBench(t, `{tenants: {default: {publish: [{metric: open_deals, window: mtd}]}}}`)
	b.commit(b.say("late", "deal.created", "D1", "2025-11-20T09:00:00Z", "2026-02-03T09:00:00Z", `{"stage":"prospecting"}`))
	s := b.round()
	for _, subject := range []string{"open_deals/2025-11", "open_deals/2025-12", "open_deals/2026-01", "open_deals/2025-Q4"} {
		if m := b.only(s, publish.Corrected, subject); m.at("/old/0/value") != 0.0 || m.at("/new/0/value") != 1.0 {
			t.Errorf("%s: %s", subject, m.Data)
		}
	}
	if n := s.count(publish.Corrected); n != 4 {
		t.Errorf("%d corrections, want 4", n)
	}
}

func TestAnImportThatIsKnownLateIsCorrectedOnceASeriesAndPeriod(t *testing.T) {
	b := newBench(t, fmt.Sprintf(bookings, 1))
	for i := range 200 {
		day := fmt.Sprintf("2025-%02d-%02dT09:00:00Z", 1+i%12, 1+i%28)
		b.commit(b.say(fmt.Sprint("won", i), "deal.won", fmt.Sprint("D", i), day, "2026-02-03T09:00:00Z", `{"amount":1}`))
	}
	s := b.round()
	if n := s.count(publish.Corrected); n != 12+4 {
		t.Errorf("%d corrections, want 16: those of 12 months and 4 quarters", n)
	}
	if m := b.only(s, publish.Corrected, "bookings/2025-Q4"); m.at("/old/0/value") != 0.0 || m.at("/new/0/value") != 48.0 || m.at("/cause/id") != "won191" {
		t.Errorf("%s", m.Data)
	}
}

func TestOldIsWhatWasKnownBeforeTheEarliestChangeThatWasNotYetTold(t *testing.T) {
	b := newBench(t, fmt.Sprintf(bookings, 1))
	win := func(n int, known string) {
		b.commit(b.say(fmt.Sprint("won", n), "deal.won", fmt.Sprint("D", n), "2026-01-10T09:00:00Z", known, `{"amount":1}`))
	}
	win(1, "2026-01-10T10:00:00Z")
	win(2, "2026-04-10T10:00:00Z")
	win(3, "2026-05-20T10:00:00Z")
	win(4, "2026-04-15T10:00:00Z")
	m := b.only(b.round(), publish.Corrected, "bookings/2026-Q1")
	if m.at("/old_known") != "2026-04-09" || m.at("/old/0/value") != 1.0 || m.at("/new/0/value") != 4.0 || m.at("/cause/id") != "won4" {
		t.Errorf("%s", m.Data)
	}
	win(5, "2026-05-20T11:00:00Z")
	m = b.only(b.round(), publish.Corrected, "bookings/2026-Q1")
	if m.at("/old_known") != "2026-05-19" || m.at("/old/0/value") != 3.0 || m.at("/new/0/value") != 5.0 {
		t.Errorf("%s", m.Data)
	}
}

func TestWhatIsTakenBackOnTheSameDayIsToldToo(t *testing.T) {
	b := newBench(t, fmt.Sprintf(bookings, 1))
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	b.commit(b.say("back", "deal.reopened", "D1", "2026-04-05T09:00:00Z", "2026-04-05T09:00:00Z", `{}`))
	if m := b.only(b.round(), publish.Corrected, "bookings/2026-Q1"); m.at("/new/0/value") != 0.0 {
		t.Errorf("%s", m.Data)
	}
	b.commit(b.say("an error", "deal.deleted", "D1", "2026-04-05T10:00:00Z", "2026-04-05T10:00:00Z", `{}`))
	b.commit(b.say("forgotten", "deal.won", "D2", "2026-02-10T10:00:00Z", "2026-04-05T11:00:00Z", `{"amount":100}`))
	if m := b.only(b.round(), publish.Corrected, "bookings/2026-Q1"); m.at("/old/0/value") != 100.0 || m.at("/new/0/value") != 100.0 {
		t.Errorf("%s", m.Data)
	}
}

func TestCorrectionsAreNotSentAgainWhenALostStateIsFilledFromTheLog(t *testing.T) {
	b := newBench(t, fmt.Sprintf(bookings, 1))
	first := deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")
	back := b.say("back", "deal.reopened", "D1", "2026-04-05T09:00:00Z", "2026-04-05T09:00:00Z", `{}`)
	later := deal(b, "D2", "2026-04-06T09:00:00Z", "won", "2026-04-07T09:00:00Z")
	b.commit(first...)
	b.commit(back)
	if n := b.round().count(publish.Corrected); n != 2 {
		t.Fatalf("%d corrections", n)
	}
	b.commit(later...)
	b.round()
	b.lose()
	b.commit(first...)
	b.commit(back)
	b.commit(later...)
	if s := b.round(); s.count(publish.Corrected) > 0 {
		t.Errorf("%d corrections again: %s", s.count(publish.Corrected), s[0].ID)
	}
}
