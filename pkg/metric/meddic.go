package metric

import (
	"slices"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// filled is the filled elements of the open deals' qualification, as changes to a stock.
var filled = &Group{
	Name: "filled", Measures: []string{"filled"}, Stock: true, Logged: true,
	Own: []ledger.Dim{ledger.DimStage}, Keep: standard(ledger.DimStage),
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if len(d.Qualifications) == 0 {
			return
		}
		e := elements{rest: d.Qualifications}
		spells(d, samePlace, func(s spell) {
			pt := Point{Dims: s.state.Dims, Own: Values{s.state.Stage}}
			var stands int64
			change := func(day event.Day) {
				e.set(day)
				if n := int64(len(e.filled)) - stands; n != 0 {
					pt.Day = day
					out.add(pt, Measure{0, n})
					stands += n
				}
			}
			for change(s.days.From); len(e.rest) > 0 && e.rest[0].Day < s.days.To; {
				change(e.rest[0].Day)
			}
			if pt.Day = s.days.To; stands != 0 && pt.Day != ledger.Always {
				out.add(pt, Measure{0, -stands})
			}
		})
	},
}

// elements are the elements that are filled, as far as the changes were taken in.
type elements struct {
	filled []string
	rest   []ledger.Qualification
}

// set takes in the changes up to the evening of a day.
func (e *elements) set(day event.Day) {
	for ; len(e.rest) > 0 && e.rest[0].Day <= day; e.rest = e.rest[1:] {
		q := &e.rest[0]
		at := slices.Index(e.filled, q.Element)
		switch {
		case q.Filled && at < 0:
			e.filled = append(e.filled, q.Element)
		case !q.Filled && at >= 0:
			e.filled = slices.Delete(e.filled, at, at+1)
		}
	}
}
