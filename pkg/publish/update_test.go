package publish_test

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

const won = `
tenants:
  default:
    publish: [{metric: deals_won, window: qtd}, {metric: win_rate, window: qtd, by: [owner]}, {metric: open_deals, window: mtd}]
`

func deal(b *bench, id, created, outcome, at string) []event.Record {
	return []event.Record{
		b.say(id+"-created", "deal.created", id, created, created, `{"stage":"prospecting","amount":100,"owner":"ana"}`),
		b.say(id+"-"+outcome, "deal."+outcome, id, at, at, `{}`),
	}
}

func TestACommitIsFollowedByASnapshotOfEachSeriesThatItTouched(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	s := b.round()
	m := b.only(s, publish.Updated, "deals_won/qtd")
	if m.tenant != "default" || m.Source != "/weir/log1" || m.ID != "default/deals_won/qtd/2026-02-10/abababababababab/1" ||
		m.Sequence != "0000000000001000000" || m.DataContentType != "application/json" {
		t.Errorf("%+v", m.Event)
	}
	for pointer, want := range map[string]any{
		"/metric": "deals_won", "/version": 1.0, "/unit": "count", "/as_of": "2026-02-10", "/position": "log1.3.1",
		"/window/name": "qtd", "/window/from": "2026-01-01", "/window/to": "2026-02-11", "/values/0/value": 1.0, "/values/0/n": 1.0,
	} {
		if got := m.at(pointer); got != want {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
	if m := b.only(s, publish.Updated, "win_rate/qtd/owner"); m.at("/values/0/dimensions/owner") != "ana" ||
		m.at("/values/0/numerator") != 1.0 || m.at("/values/0/denominator") != 1.0 || m.at("/by/0") != "owner" {
		t.Errorf("%s", m.Data)
	}
	if len(s) != 3 || len(b.rows[publish.MarksKey]) != 0 {
		t.Errorf("%d messages, marks %v", len(s), b.rows[publish.MarksKey])
	}
	if more := b.round(); len(more) > 0 {
		t.Errorf("then %d more without a commit", len(more))
	}
}

func TestOnlyWhatChangedIsSent(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	b.round()
	b.commit(b.say("call", "activity.logged", "D1", "2026-02-10T10:00:00Z", "2026-02-10T10:00:00Z", `{"kind":"call"}`))
	if s := b.round(); len(s) > 0 {
		t.Errorf("an activity touches none of the series, and %d are sent", len(s))
	}
	b.commit(deal(b, "D2", "2025-02-01T09:00:00Z", "won", "2025-02-10T09:00:00Z")...)
	if s := b.round(); s.count(publish.Updated) > 0 {
		t.Errorf("a win of another year changes no value, and %d updates are sent", s.count(publish.Updated))
	}
	b.commit(deal(b, "D3", "2026-02-01T09:00:00Z", "lost", "2026-02-10T11:00:00Z")...)
	s := b.round()
	if len(s.of(publish.Updated, "win_rate/qtd/owner")) != 1 || len(s.of(publish.Updated, "deals_won/qtd")) != 0 {
		t.Errorf("a loss: %d messages", len(s))
	}
}

func TestTheSameCutMakesTheSameBytes(t *testing.T) {
	var first []event.Record
	for range 2 {
		b := newBench(t, "")
		b.commit(b.fixture("eight_deals.json")...)
		b.meta.AppliedAt++ // no moment of this process is in it
		b.round()
		if first == nil {
			first = b.sent
			continue
		}
		if len(b.sent) == 0 || len(b.sent) != len(first) {
			t.Fatalf("%d and %d records", len(b.sent), len(first))
		}
		for i := range first {
			if !bytes.Equal(first[i].Value, b.sent[i].Value) || !slices.EqualFunc(first[i].Headers, b.sent[i].Headers, func(x, y event.Header) bool {
				return x.Key == y.Key && bytes.Equal(x.Value, y.Value)
			}) {
				t.Errorf("%s and\n%s", first[i].Value, b.sent[i].Value)
			}
		}
	}
}

func TestTheDefaultSeriesAreTheHeadlinesByTotalTeamAndOwner(t *testing.T) {
	b := newBench(t, "")
	b.commit(b.fixture("eight_deals.json")...)
	b.commit(b.tick("2026-03-31T12:00:00Z"))
	s := b.round()
	for _, subject := range []string{
		"win_rate/qtd", "bookings/mtd/owner", "open_pipeline/30d/team", "sales_cycle_length/qtd", "leads_captured/mtd", "activities/30d",
	} {
		b.only(s, publish.Updated, subject)
	}
	if m := b.only(s, publish.Updated, "bookings/qtd"); m.at("/values/0/value") != 130000.0 || m.at("/currency") != "EUR" {
		t.Errorf("%s", m.Data)
	}
}

func TestAFixedWindowIsPublishedAlthoughItLiesAhead(t *testing.T) {
	b := newBench(t, `{tenants: {default: {publish: [{metric: deals_won, window: 2031-Q1}]}}}`)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	if m := b.only(b.round(), publish.Updated, "deals_won/2031-Q1"); m.at("/values/0/value") != 0.0 || m.at("/window/to") != "2031-04-01" {
		t.Errorf("%s", m.Data)
	}
	b.commit(deal(b, "D2", "2031-02-01T09:00:00Z", "won", "2031-02-10T09:00:00Z")...)
	if m := b.only(b.round(), publish.Updated, "deals_won/2031-Q1"); m.at("/values/0/value") != 1.0 {
		t.Errorf("%s", m.Data)
	}
}

func TestTheSequenceRisesWithinARoundAndFromRoundToRound(t *testing.T) {
	b := newBench(t, "")
	recs := b.fixture("eight_deals.json")
	for part := range slices.Chunk(recs, 3) {
		b.commit(part...)
		b.round()
	}
	b.commit(b.fixture("reopen.json")...)
	b.round()
	last := ""
	for _, m := range b.read(b.sent) {
		if m.Sequence < last || m.Sequence == last && m.Type == publish.Updated {
			t.Fatalf("%s %s behind %s", m.ID, m.Sequence, last)
		}
		last = m.Sequence
	}
}

func TestAMarkThatMovedWhileItWasAnsweredStays(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	part := b.sending().Parts[0]
	out := b.answer(part)
	b.commit(deal(b, "D2", "2026-02-02T09:00:00Z", "won", "2026-02-10T10:00:00Z")...)
	part.Sent()
	b.clear(out.Clear)
	if m := b.only(b.round(), publish.Updated, "deals_won/qtd"); m.at("/values/0/value") != 2.0 {
		t.Errorf("%s", m.Data)
	}
}

func TestACrashBetweenSendingAndClearingIsHarmless(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	out := b.answer(b.sending().Parts[0])
	b.restart() // what was sent has not arrived yet, where it is looked for
	again := b.answer(b.sending().Parts[0])
	for i, m := range b.read(out.Records) {
		if same := b.read(again.Records)[i]; same.ID != m.ID || same.Sequence != m.Sequence || !bytes.Equal(same.Data, m.Data) {
			t.Errorf("%s became %s", m.ID, same.ID)
		}
	}
	b.sent = append(b.sent, out.Records...)
	b.restart()
	if s := b.round(); len(s) > 0 || len(b.rows[publish.MarksKey]) > 0 {
		t.Errorf("%d more, marks %v", len(s), b.rows[publish.MarksKey])
	}
}

// attempt is a round whose sending fails: what it would send may come later.
func (b *bench) attempt() []event.Record {
	b.t.Helper()
	var recs []event.Record
	for _, part := range b.sending().Parts {
		recs = append(recs, b.answer(part).Records...)
	}
	if err := b.publisher.Resume(b.sent); err != nil { // it has not come yet
		b.t.Fatal(err)
	}
	return recs
}

func TestWhatMayHaveBeenSentIsSentOverEvenIfItNeedNotBeSaid(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	b.round()
	b.commit(b.say("back", "deal.reopened", "D1", "2026-04-05T09:00:00Z", "2026-04-05T09:00:00Z", `{}`))
	stray := b.attempt()
	b.commit(b.say("another", "deal.won", "D2", "2026-02-10T09:00:00Z", "2026-04-05T10:00:00Z", `{}`))
	s := b.round()
	m := b.only(s, publish.Corrected, "deals_won/2026-Q1")
	was := b.only(b.read(stray), publish.Corrected, "deals_won/2026-Q1")
	if was.at("/new/0/value") != 0.0 || m.at("/new/0/value") != 1.0 || m.Sequence <= was.Sequence {
		t.Errorf("%s %s, and over it %s %s", was.Sequence, was.Data, m.Sequence, m.Data)
	}
	if more := b.round(); len(more) > 0 {
		t.Errorf("then %d more", len(more))
	}
}

func TestWhatTurnsOutToHaveBeenSentIsNotSentAgain(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	b.sent = b.attempt()
	if err := b.publisher.Resume(b.sent); err != nil {
		t.Fatal(err)
	}
	if s := b.round(); len(b.sent) == 0 || len(s) > 0 {
		t.Errorf("%d were sent, and then %d more", len(b.sent), len(s))
	}
}

func TestNothingIsSentOfAStateThatLiesBeforeWhatMayHaveBeenSent(t *testing.T) {
	b := newBench(t, won)
	first := deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")
	b.commit(first[0])
	earlier, rows := b.meta, maps.Clone(b.rows[publish.MarksKey])
	b.commit(first[1])
	b.attempt()
	b.meta, b.rows[publish.MarksKey] = earlier, rows
	if plan := b.sending(); plan.Behind != 1 || len(plan.Parts) > 0 {
		t.Errorf("behind by %d, %d parts", plan.Behind, len(plan.Parts))
	}
}

func TestOfWhatCameInAnotherOrderTheHighestSequenceCounts(t *testing.T) {
	b := newBench(t, won)
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	b.round()
	before := len(b.sent)
	b.commit(deal(b, "D2", "2026-02-02T09:00:00Z", "won", "2026-02-10T10:00:00Z")...)
	b.round()
	b.sent = slices.Concat(b.sent[before:], b.sent[:before])
	b.commit(b.say("gone", "deal.deleted", "D2", "2026-02-10T11:00:00Z", "2026-02-10T11:00:00Z", `{}`))
	b.restart()
	if m := b.only(b.round(), publish.Updated, "deals_won/qtd"); m.at("/values/0/value") != 1.0 {
		t.Errorf("%s", m.Data)
	}
}

func TestNothingIsSentOfAStateThatLiesBeforeWhatWasSentAndNothingTwice(t *testing.T) {
	b := newBench(t, won)
	first := deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")
	second := deal(b, "D2", "2026-02-02T09:00:00Z", "won", "2026-02-10T10:00:00Z")
	b.commit(first...)
	b.round()
	b.commit(second...)
	b.round()
	b.commit(b.say("x", "activity.logged", "D1", "2026-02-10T10:00:00Z", "2026-02-10T10:00:00Z", `{"kind":"call"}`))
	b.lose()
	b.commit(first...)
	if s := b.round(); len(s) > 0 {
		t.Errorf("half filled again, it sends %s", s[0].ID)
	}
	b.commit(second...)
	if s := b.round(); len(s) > 0 {
		t.Errorf("filled again, it sends %s", s[0].ID)
	}
	b.commit(deal(b, "D3", "2026-02-02T09:00:00Z", "won", "2026-02-10T11:00:00Z")...)
	if m := b.only(b.round(), publish.Updated, "deals_won/qtd"); m.at("/values/0/value") != 3.0 {
		t.Errorf("%s", m.Data)
	}
}

func TestAStateThatWentBackBetweenPlanAndCutIsPlannedAgain(t *testing.T) {
	b := newBench(t, won)
	first := deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")
	b.commit(first...)
	earlier, marks := b.meta, maps.Clone(b.rows[publish.MarksKey])
	b.commit(deal(b, "D2", "2026-02-02T09:00:00Z", "won", "2026-02-10T10:00:00Z")...)
	part := b.sending().Parts[0]
	b.meta, b.rows[publish.MarksKey] = earlier, marks
	if out := b.answer(part); !out.Stale || len(out.Records) > 0 {
		t.Errorf("%d records of what the state does not hold any more", len(out.Records))
	}
}

func TestNothingIsSentOfAStateThatIsStillBeingMade(t *testing.T) {
	b := newBench(t, won)
	b.meta.Goal = 3
	b.commit(deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")...)
	if plan := b.sending(); len(plan.Parts) > 0 || plan.Behind != 1 {
		t.Errorf("%d parts, behind by %d", len(plan.Parts), plan.Behind)
	}
	b.commit(b.tick("2026-02-10T10:00:00Z"))
	b.only(b.round(), publish.Updated, "deals_won/qtd")
}

func TestUnderAnotherDefinitionWhatDiffersIsSentAndNoCorrectionTwice(t *testing.T) {
	b := newBench(t, won)
	first := deal(b, "D1", "2026-02-01T09:00:00Z", "won", "2026-02-10T09:00:00Z")
	back := b.say("back", "deal.reopened", "D1", "2026-04-05T09:00:00Z", "2026-04-05T09:00:00Z", `{}`)
	later := deal(b, "D2", "2026-04-02T09:00:00Z", "won", "2026-04-06T09:00:00Z")
	b.commit(first...)
	b.commit(back)
	b.round()
	b.commit(later...)
	b.round()
	was := b.read(b.sent).of(publish.Updated, "deals_won/qtd")

	b.config, b.meta.Definition = berlin(b.config), strings.Repeat("cd", 32)
	b.lay()
	b.lose()
	b.commit(first...)
	b.commit(back)
	b.commit(later...)
	b.commit(b.tick("2026-04-06T22:00:00Z")) // which is the next day there
	s := b.round()
	if m := b.only(s, publish.Updated, "deals_won/qtd"); !strings.Contains(m.ID, "/2026-04-07/cdcdcdcdcdcdcdcd/") ||
		m.Sequence <= was[len(was)-1].Sequence {
		t.Errorf("%s %s", m.ID, m.Sequence)
	}
	if n := s.count(publish.Corrected); n > 0 {
		t.Errorf("%d corrections again", n)
	}
}

func berlin(c config.Config) config.Config {
	t := c.Tenants["default"]
	t.Zone = "Europe/Berlin"
	c.Tenants["default"] = t
	return c
}

func TestAnUnreadableRowOfMarksIsAnError(t *testing.T) {
	for _, row := range []state.Row{
		{Field: "default", Value: []byte{2}},
		{Field: "default\x1foutcomes", Value: nil},
		{Field: "default\x1foutcomes\x1f2026-13\x1f2026-04-01", Value: []byte{2, 0, 0, 0}},
		{Field: "default\x1foutcomes\x1f2026-01\x1f2026-04-01", Value: []byte{2, 9, 'x'}},
	} {
		b := newBench(t, won)
		b.rows[publish.MarksKey] = map[string][]byte{row.Field: row.Value}
		if _, err := b.publisher.Plan(b.meta, b.cut(b.publisher.Marks())); err == nil {
			t.Errorf("%q is read", row.Field)
		}
	}
}

func TestWhatIsNoLongerPublishedLosesItsMarks(t *testing.T) {
	b := newBench(t, strings.Replace(won, "deals_won", "bookings", 1))
	b.rows[publish.MarksKey] = map[string][]byte{"gone\x1foutcomes": {2}, "default\x1factivities": {2}}
	b.meta.LastOffset = 7
	if s := b.round(); len(s) > 0 || len(b.rows[publish.MarksKey]) > 0 {
		t.Errorf("%d messages, marks %v", len(s), b.rows[publish.MarksKey])
	}
}

func TestAnOutputThatAnotherProgramWroteIsRefused(t *testing.T) {
	for _, rec := range []event.Record{{}, event.Tick(0, event.Hour), {Headers: []event.Header{{Key: "ce_specversion", Value: []byte("1.0")}}}} {
		if err := publish.New(newBench(t, "").plan, 0, "log1").Resume([]event.Record{rec}); err == nil {
			t.Errorf("%v is taken", rec)
		}
	}
}
