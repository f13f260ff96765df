package metric

import (
	"cmp"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// spell is days on whose evenings an open deal stood the same.
type spell struct {
	state *ledger.State
	days  calendar.Span // to Always where it lasts
}

// spells visits the days on which a deal was open, in their order, cut wherever it did not stand the same as on
// the evening before. A stock changes at the edges of spells.
func spells(d *ledger.Deal, same func(a, b *ledger.State) bool, visit func(spell)) {
	evenings(d, same, func(st *ledger.State, from, until event.Day) {
		if st.Status == ledger.Open {
			visit(spell{st, calendar.Span{From: from, To: until}})
		}
	})
}

// samePlace reports whether two states are in one stage, with the same dimensions.
func samePlace(a, b *ledger.State) bool {
	return a.Status == b.Status && a.Stage == b.Stage && (a.Dims == b.Dims || *a.Dims == *b.Dims)
}

// clip is the part of some days that lies in others.
func clip(s, in calendar.Span) calendar.Span {
	return calendar.Span{From: max(s.From, in.From), To: min(s.To, in.To)}
}

// appendDays appends days to a list, unless there are none.
func appendDays(list []calendar.Span, s calendar.Span) []calendar.Span {
	if s.From < s.To {
		list = append(list, s)
	}
	return list
}

// merge brings days into order, and joins what overlaps or touches.
func merge(list []calendar.Span) []calendar.Span {
	slices.SortFunc(list, func(a, b calendar.Span) int { return cmp.Compare(a.From, b.From) })
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && s.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, s.To)
		} else {
			out = append(out, s)
		}
	}
	return out
}

// appendWithin appends the parts of merged days that lie in s.
func appendWithin(list []calendar.Span, s calendar.Span, days []calendar.Span) []calendar.Span {
	for _, d := range days {
		list = appendDays(list, clip(d, s))
	}
	return list
}

// appendWithout appends the parts of s that lie in none of some merged days.
func appendWithout(list []calendar.Span, s calendar.Span, days []calendar.Span) []calendar.Span {
	for _, d := range days {
		list = appendDays(list, calendar.Span{From: s.From, To: min(d.From, s.To)})
		s.From = max(s.From, d.To)
	}
	return appendDays(list, s)
}
