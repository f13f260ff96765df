package aggregate

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
)

// contribute adds what a draft's entity contributes after, less what it did before, to the deltas: for
// each day on which the two differ in what was known by then.
//
// Where only the log of activities changed, only the groups that count it are worked out.
func (s *step) contribute(d *draft, onlyLog bool) error {
	from := s.compare(d.before, d.after)
	s.bounds = ledger.Bounds(s.bounds[:0], from, d.before, d.after)
	kind := ledger.KindOf(d.key.subject)
	for i, k := range s.bounds {
		w := when{known: k, all: i == len(s.bounds)-1}
		if !w.all {
			w.until = s.bounds[i+1]
		}
		s.before.Fold(d.key.tenant.layout, d.key.subject, d.before, k)
		s.after.Fold(d.key.tenant.layout, d.key.subject, d.after, k)
		s.machine.cells.turnTo(nil) // the folds use their room again
		for g, group := range metric.Groups {
			if onlyLog && !group.Logged {
				continue
			}
			before, after := s.points(g)
			gone, come := metric.Diff(before, before.List, after, after.List)
			if err := s.move(d.key.tenant, g, before, gone, after, come, w); err != nil {
				return err
			}
		}
	}
	if kind == ledger.KindDeal && !onlyLog {
		s.index(d)
	}
	return nil
}

// move spreads the points that a contribution to a group lost and gained.
func (s *step) move(t *tenant, group int, before *metric.Points, gone []metric.Point, after *metric.Points, come []metric.Point, w when) error {
	if len(gone)+len(come) == 0 {
		return nil
	}
	s.moves = s.moves[:0]
	for i := range gone {
		s.moves = append(s.moves, move{&gone[i], before.Vector(&gone[i]), -1})
	}
	for i := range come {
		s.moves = append(s.moves, move{&come[i], after.Vector(&come[i]), 1})
	}
	if t.marks != nil && t.marks.Wants(group) {
		s.mark(t.marks, group, w)
	}
	return s.spreader.spread(t, group, s.moves, w)
}

// mark notes that the record changes cells of a group. That of a record which then is not kept is of no harm:
// what is sent is made from the cells.
func (s *step) mark(marks *publish.Marks, group int, w when) {
	s.machine.mark(marks)
	offset := s.begun.record.Offset
	marks.Touch(group, offset)
	for i := range s.moves {
		pt := s.moves[i].point
		known, day := w.known, pt.Day
		if known <= day && !w.all {
			known = w.until
		}
		if known <= day {
			continue
		}
		if metric.Groups[group].Anchored {
			day = pt.Anchor
		}
		marks.Late(group, day, known, &s.begun.event, offset)
	}
}

// points is what the entity contributes to a group before and after. Where each fact contributes by itself, those
// that stand on both sides are passed over.
func (s *step) points(group int) (before, after *metric.Points) {
	if metric.Groups[group].Fact != nil {
		return s.before.PointsOf(group, s.gone), s.after.PointsOf(group, s.come)
	}
	return s.before.Points(group), s.after.Points(group)
}

// compare notes the facts that stand in only one of two sorted lists, and tells the earliest known day of them.
func (s *step) compare(a, b []ledger.Fact) event.Day {
	s.gone, s.come = s.gone[:0], s.come[:0]
	first := ledger.Always
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && ledger.Compare(a[0], b[0]) < 0:
			first, s.gone, a = min(first, a[0].Known), append(s.gone, a[0]), a[1:]
		case len(a) == 0 || ledger.Compare(a[0], b[0]) > 0:
			first, s.come, b = min(first, b[0].Known), append(s.come, b[0]), b[1:]
		default:
			if a[0].Until != b[0].Until || a[0].Sum != b[0].Sum || a[0].Origin != "" && !a[0].Equal(&b[0]) {
				first, s.gone, s.come = min(first, a[0].Known), append(s.gone, a[0]), append(s.come, b[0])
			}
			a, b = a[1:], b[1:]
		}
	}
	return first
}
