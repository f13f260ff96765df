package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// The measures of the cohorts of leads.
const (
	leadCaptured uint16 = iota
	leadConverted
	leadWon
	leadClosed
)

// leadCohorts is leads anchored at their capture: when they were converted, and when a deal that
// credits them was won, or ended in any way.
var leadCohorts = &Group{
	Name: "lead_cohorts", Measures: []string{"captured", "converted", "won", "closed"}, Anchored: true,
	Keep: standard(ledger.DimSource, ledger.DimCampaign, ledger.DimChannel),
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if !l.Captured.Happened || l.Gone {
			return
		}
		reached := func(day event.Day, measure uint16) {
			out.add(Point{Anchor: l.Captured.Day, Day: max(day, l.Captured.Day), Dims: l.Captured.Dims}, Measure{measure, 1})
		}
		reached(l.Captured.Day, leadCaptured)
		if l.Converted.Happened {
			reached(l.Converted.Day, leadConverted)
		}
		if l.Won.Happened {
			reached(l.Won.Day, leadWon)
		}
		if l.Closed.Happened {
			reached(l.Closed.Day, leadClosed)
		}
	},
}

var leadConversionRate = Metric{
	ID: "lead_conversion_rate", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "Of the leads captured in the window, the share converted to a deal by the day asked for.",
	Formula:   "count(leads captured in the window and converted by T) / count(leads captured in the window)",
	Source:    "metric table: conversion rate, lead to opportunity",
	Siblings:  []string{"funnel_conversion_rate"},
	Ambiguity: "It follows the leads captured in the window, however long they took; within caps that. funnel_conversion_rate divides two flows of one window.",
	Num:       leadCohorts.sum(leadConverted),
	Den:       leadCohorts.sum(leadCaptured),
}
