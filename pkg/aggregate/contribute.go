package aggregate

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
)

// contribute adds what a draft's entity contributes after, less what it did before, to the deltas: for
// each day on which the two differ in what was known by then.
func (s *step) contribute(d *draft, beside bool) error {
	extent := metric.Whole
	if beside { // only what is kept beside the deal changed
		extent = metric.Beside
	}
	kind := ledger.KindOf(d.key.subject)
	if kind == ledger.KindDeal && d.isLast() {
		return s.extend(d, extent)
	}
	from := s.compare(d.before, d.after)
	s.bounds = ledger.Bounds(s.bounds[:0], from, d.before, d.after)
	for i, k := range s.bounds {
		w := when{known: k, all: i == len(s.bounds)-1}
		if !w.all {
			w.until = s.bounds[i+1]
		}
		groups := metric.Concerned(kind, extent)
		s.before.Fold(d.key.tenant.layout, d.key.subject, d.before, k)
		s.before.Gather(groups, s.gone, &s.was)
		s.after.Fold(d.key.tenant.layout, d.key.subject, d.after, k)
		s.after.Gather(groups, s.come, &s.is)
		if err := s.differ(d.key.tenant, groups, w); err != nil {
			return err
		}
	}
	if kind == ledger.KindDeal && !beside {
		s.index(d.key, entryOf(s.before.Deal()), entryOf(s.after.Deal()))
	}
	return nil
}

// isLast reports whether what changed is one fact more, which happened and became known after all the others, as
// nearly always.
func (d *draft) isLast() bool {
	if !d.appended {
		return false
	}
	known := d.after[len(d.before)].Known
	for i := range d.before {
		if d.before[i].Known > known || d.before[i].Until > known {
			return false
		}
	}
	return true
}

// extend is contribute for a deal with one fact more, which is its last: what it was before is folded once, and
// what follows from its settled part is left out.
func (s *step) extend(d *draft, extent metric.Extent) error {
	fact := &d.after[len(d.before)]
	s.before.Fold(d.key.tenant.layout, d.key.subject, d.before, fact.Known)
	was := entryOf(s.before.Deal())
	if extent == metric.Whole && was.status != ledger.Absent && !ledger.Moves(fact.Kind) {
		extent = metric.Unmoved
	}
	groups := metric.Concerned(ledger.KindDeal, extent)
	s.before.Settle(fact)
	s.before.Gather(groups, nil, &s.was)
	s.before.Extend(fact)
	s.before.Gather(groups, d.after[len(d.before):], &s.is)
	if extent != metric.Beside {
		s.index(d.key, was, entryOf(s.before.Deal()))
	}
	return s.differ(d.key.tenant, groups, when{known: fact.Known, all: true})
}

// differ spreads the points that contributions to groups lost and gained.
func (s *step) differ(t *tenant, groups []int, w when) error {
	s.machine.cells.turnTo(nil) // the folds use their room again
	for i, g := range groups {
		gone, come := metric.Diff(&s.was, s.was.Part(i), &s.is, s.is.Part(i))
		if len(gone)+len(come) == 0 {
			continue
		}
		s.moves = s.moves[:0]
		for i := range gone {
			s.moves = append(s.moves, move{&gone[i], s.was.Vector(&gone[i]), -1})
		}
		for i := range come {
			s.moves = append(s.moves, move{&come[i], s.is.Vector(&come[i]), 1})
		}
		if t.marks != nil && t.marks.Wants(g) {
			s.mark(t.marks, g, w)
		}
		if err := s.spreader.spread(t, g, s.moves, w); err != nil {
			return err
		}
	}
	return nil
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
