package metric

import (
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The rules by which an open deal counts as stalled.
const (
	ruleNoInbound = iota
	ruleAge
	rulePlan
	ruleA
	ruleB
	stallRules
)

var ruleNames = [stallRules]string{"no_inbound", "age_in_stage", "past_plan", "rule_a", "rule_b"}

const (
	quietDays    = 14 // without an inbound activity
	fewMeetings  = 5  // rule A holds below
	someMeetings = 4  // rule B holds from
)

// The measures of stalled deals.
const (
	stalledCount uint16 = iota
	stalledPriced
	stalledAmount
)

// stalled is the open deals for which a rule holds, as changes to a stock: a deal stands once in the rollups
// without the rule, and under each rule that holds in those with it.
var stalled = &Group{
	Name: "stalled", Measures: []string{"stalled", "priced", "amount"}, Stock: true, Logged: true, Exact: true,
	Own: []ledger.Dim{ledger.DimStage, ledger.DimRule}, Keep: standard(ledger.DimStage, ledger.DimRule),
	Deal: func(def *ledger.Definition, d *ledger.Deal, out *Points) {
		r := &out.room
		r.begin(def, d)
		spells(d, samePlan, func(s spell) {
			r.hold(def, s)
			pt := Point{Dims: s.state.Dims, Currency: currencyOf(s.state), Own: Values{s.state.Stage}}
			for i := range out.rollups {
				pt.Rollup, pt.Own[1] = int8(i), ""
				if !out.rollups[i].has(ledger.DimRule) {
					stalls(out, pt, s.state, r.any)
					continue
				}
				for rule, days := range r.rules {
					pt.Own[1] = ruleNames[rule]
					stalls(out, pt, s.state, days)
				}
			}
		})
	},
}

func stalls(out *Points, pt Point, st *ledger.State, list []calendar.Span) {
	for _, days := range list {
		out.hold(pt, days, Measure{stalledCount, 1}, Measure{stalledPriced, one(st.Priced)}, Measure{stalledAmount, st.Amount})
	}
}

// samePlan reports whether two states count the same among the stalled.
func samePlan(a, b *ledger.State) bool {
	return samePlace(a, b) && a.Amount == b.Amount && a.Priced == b.Priced && a.Currency == b.Currency &&
		a.Plan == b.Plan && a.Planned == b.Planned
}

// stallRoom is days on which a deal is stalled, in room that is used again.
type stallRoom struct {
	quiet, aged, ahead []calendar.Span // of the whole life
	few, some          event.Day       // from which on there were so many meetings
	rules              [stallRules][]calendar.Span
	any                []calendar.Span
}

// begin works out what does not depend on the plan.
func (r *stallRoom) begin(def *ledger.Definition, d *ledger.Deal) {
	r.quiet, r.aged = appendQuiet(r.quiet[:0], d), r.aged[:0]
	r.ahead = appendAhead(r.ahead[:0], d, "meeting")
	for i := range d.Stays {
		s := &d.Stays[i]
		days := calendar.Span{From: s.EnterDay + event.Day(def.Stage(s.Stage).MaxAgeDays) + 1, To: ledger.Always}
		if s.Ended {
			days.To = s.ExitDay
		}
		if def.Stage(s.Stage).MaxAgeDays > 0 {
			r.aged = appendDays(r.aged, days)
		}
	}
	r.few, r.some = ledger.Always, ledger.Always
	met := 0
	for i := range d.Activities {
		if a := &d.Activities[i]; a.Meeting() {
			switch met++; met {
			case fewMeetings:
				r.few = a.Day
			case someMeetings:
				r.some = a.Day
			}
		}
	}
}

// hold works out on which days of a spell each rule holds, and any of them.
func (r *stallRoom) hold(def *ledger.Definition, s spell) {
	for i := range r.rules {
		r.rules[i] = r.rules[i][:0]
	}
	r.rules[ruleNoInbound] = appendWithin(r.rules[ruleNoInbound], s.days, r.quiet)
	r.rules[ruleAge] = appendWithin(r.rules[ruleAge], s.days, r.aged)
	if s.state.Planned {
		plan := s.state.Plan
		r.rules[rulePlan] = appendDays(r.rules[rulePlan], clip(calendar.Span{From: plan + 1, To: ledger.Always}, s.days))
		month := clip(def.Calendar.FiscalMonth(plan), s.days)
		month.To = min(month.To, r.few)
		r.rules[ruleA] = appendDays(r.rules[ruleA], month)
		quarter := clip(def.Calendar.FiscalQuarter(plan), s.days)
		quarter.From = max(quarter.From, r.some)
		r.rules[ruleB] = appendWithout(r.rules[ruleB], quarter, r.ahead)
	}
	r.any = r.any[:0]
	for i := range r.rules {
		r.any = append(r.any, r.rules[i]...)
	}
	r.any = merge(r.any)
}

// appendQuiet appends the days on which there was no inbound activity for a while, nor was the deal opened.
func appendQuiet(list []calendar.Span, d *ledger.Deal) []calendar.Span {
	i := 0
	spells(d, func(a, b *ledger.State) bool { return a.Status == b.Status }, func(s spell) {
		from := s.days.From
		for ; i < len(d.Activities) && d.Activities[i].Day < s.days.To; i++ {
			if a := &d.Activities[i]; a.Direction == "inbound" && a.Day > from {
				list = appendDays(list, calendar.Span{From: from + quietDays, To: a.Day})
				from = a.Day
			}
		}
		list = appendDays(list, calendar.Span{From: from + quietDays, To: s.days.To})
	})
	return list
}
