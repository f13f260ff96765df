package aggregate_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

func TestALongLifeIsReadAgainAfterARestart(t *testing.T) {
	p := newPartition(t)
	for i := range 400 { // some sealed blocks
		subject := [...]string{"account/A", "deal/D", "lead/L"}[i%3]
		p.fold(record(i, "activity.logged", subject, `{"kind":"call","direction":"inbound"}`))
		if i%7 == 0 {
			p.restart()
		}
	}
	p.fold(record(400, "lead.merged", "lead/L", `{"into":"M"}`), record(401, "deal.merged", "deal/D", `{"into":"E"}`))
	p.restart()
	p.fold(record(402, "lead.merged", "lead/M", `{"into":"N"}`), record(403, "activity.logged", "deal/E", `{"kind":"call"}`))
	if len(p.refused) > 0 {
		t.Fatalf("refused: %v", p.refused[0].Err)
	}
	p.isRecomputed()
}

func TestARecordWhoseFoldPanicsIsRefusedAndLeavesNothing(t *testing.T) {
	p := newPartition(t)
	p.fold(record(0, "deal.created", "deal/D", `{"stage":"s","amount":"5","owner":"ann"}`))
	before := fmt.Sprint(p.rows)
	var last *metric.Group // when it is its turn, all others have had theirs
	for _, g := range metric.Groups {
		if g.Deal != nil {
			last = g
		}
	}
	sound := last.Deal
	last.Deal = func(_ *ledger.Definition, d *ledger.Deal, _ *metric.Points) {
		if d.Final.Amount == 700 {
			panic("seven")
		}
	}
	p.fold(
		record(1, "deal.updated", "deal/D", `{"amount":"7"}`),
		record(2, "deal.created", "deal/E", `{"stage":"s","amount":"7"}`),
	)
	last.Deal = sound
	if len(p.refused) != 2 || !errors.Is(p.refused[0].Err, aggregate.ErrPanic) || p.refused[1].Record.Offset != 2 {
		t.Fatalf("refused: %v", p.refused)
	}
	if after := fmt.Sprint(p.rows); after != before {
		t.Errorf("rows changed:\n%s\nwere\n%s", after, before)
	}
	p.fold(record(3, "deal.updated", "deal/D", `{"amount":"8"}`), record(4, "deal.won", "deal/E", `{}`))
	p.isRecomputed()
}

func TestWhatCannotBeFoldedIsRefusedWithItsReason(t *testing.T) {
	p := newPartition(t)
	stranger := record(0, "deal.won", "deal/D", `{}`)
	stranger.Key = []byte("nobody")
	headless := record(1, "deal.won", "deal/D", `{}`)
	headless.Headers = nil
	p.fold(stranger, headless,
		record(2, "deal.exploded", "deal/D", `{}`),
		record(3, "deal.won", "deal/D", `{"amount":`),
		record(4, "deal.stage_changed", "deal/D", `{"to":7}`),
		record(5, "deal.created", "deal/D", `{"stage":"s"}`),
	)
	if len(p.refused) != 5 {
		t.Fatalf("refused: %v", p.refused)
	}
	if !errors.Is(p.refused[0].Err, aggregate.ErrTenant) {
		t.Errorf("a stranger is refused with %v", p.refused[0].Err)
	}
	var refusal *event.Refusal
	if !errors.As(p.refused[2].Err, &refusal) || refusal.Reason != event.UnknownType {
		t.Errorf("an unknown type is refused with %v", p.refused[2].Err)
	}
	p.isRecomputed()
}

func TestEventsThatAreNotFoldedChangeNothingAndAreNotRefused(t *testing.T) {
	p := newPartition(t)
	p.fold(
		record(0, "external.factor_set", "tenant", `{"factor":"rain","value":"5","date":"2026-01-01"}`),
		record(1, "forecast.submitted", "owner/A", `{"period":"2026-Q1","amount":"5"}`),
	)
	if len(p.refused) > 0 || len(p.rows) > 0 {
		t.Errorf("refused %v, rows %v", p.refused, p.rows)
	}
}

func TestRepeatsAndConflictsAreCountedAndChangeNothingAndAConflictIsRefused(t *testing.T) {
	p := newPartition(t)
	first := record(0, "deal.created", "deal/D", `{"stage":"s","amount":"5"}`)
	p.fold(first)
	before := maps.Clone(p.rows["e:default:deal"])
	conflict := record(0, "deal.created", "deal/D", `{"stage":"s","amount":"6"}`)
	conflict.Offset = 9
	p.fold(first, first, conflict)
	var refusal *event.Refusal
	if len(p.refused) != 1 || !errors.As(p.refused[0].Err, &refusal) || refusal.Reason != event.Conflict {
		t.Errorf("refused: %v", p.refused)
	}
	if got := p.machine.Counts(); got.Duplicates != 3 || got.Conflicts != 1 {
		t.Errorf("counted %+v", got)
	}
	if !maps.EqualFunc(before, p.rows["e:default:deal"], func(a, b []byte) bool { return string(a) == string(b) }) {
		t.Error("the deal changed")
	}
	p.took = p.took[:1]
	p.isRecomputed()
}

// The machine holds at most about 100,000 cells: what it forgot it must read again, though it held all of its group
// once.
func TestCellsThatWereForgottenAreReadAgain(t *testing.T) {
	const deals = 4000
	p := newPartition(t)
	p.machine = aggregate.New(p.layouts, aggregate.Options{Entities: 1, Cells: 1})
	for round, name := range []string{"first", "second"} {
		var recs []event.Record
		for i := range deals { // those of a number share the cells of an owner, a team and a segment of their own
			data := fmt.Sprintf(`{"stage":"s","amount":"5","owner":"o%[1]d","team":"t%[1]d","segment":"s%[1]d"}`, i)
			rec := record(i, "deal.created", fmt.Sprintf("deal/%s-%d", name, i), data)
			rec.Offset = int64(round*deals + i)
			recs = append(recs, rec)
		}
		for some := range slices.Chunk(recs, 500) {
			p.fold(some...)
		}
	}
	if len(p.refused) > 0 {
		t.Fatal(p.refused[0].Err)
	}
	p.isRecomputed()
}

func TestAnActivityOfWhichMoreIsSaidChangesTheDaysBefore(t *testing.T) {
	p := newPartition(t)
	for i, says := range []struct{ what, data string }{
		{"deal.created", `{"stage":"s","amount":"5"}`},
		{"activity.logged", `{"kind":"call","direction":"outbound","id":"a"}`},
		{"deal.lost", `{"kind":"competitor"}`},
		{"deal.reopened", `{}`},
		{"activity.logged", `{"kind":"call","direction":"outbound","id":"a","participants":[{"contact":"c","role":"user"}]}`},
	} {
		p.fold(record(24*i, says.what, "deal/D", says.data)) // a day each
	}
	if len(p.refused) > 0 {
		t.Fatal(p.refused[0].Err)
	}
	p.isRecomputed()
}

func TestAnEventThatIsSaidAgainWasKnownFromTheEarlierDayOn(t *testing.T) {
	p := newPartition(t)
	at := func(recorded int) event.Record {
		rec := record(0, "deal.won", "deal/D", `{"amount":"5"}`)
		var e event.Event
		if err := event.FromRecord(&rec, &e); err != nil {
			t.Fatal(err)
		}
		e.RecordedTime = start + int64(recorded)*86_400_000
		again := e.ToRecord("default")
		again.Time = rec.Time
		return again
	}
	for _, day := range []int{9, 5, 7, 0} {
		p.fold(at(day))
		p.isRecomputed()
	}
	if got := p.machine.Counts(); got.Duplicates != 3 || got.Conflicts != 0 {
		t.Errorf("counted %+v", got)
	}
}
