package aggregate

import (
	"fmt"
	"slices"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// maxPasses bounds how often what entities tell each other is worked out for one record. A pass serves
// one entity; only a tangle of merges needs more than a few, beside the parts that an account tells what it is now.
const maxPasses = 1000

// fewDrafts is how many drafts are searched one by one, and how many rooms are kept for the next record.
const fewDrafts = 16

// step folds one record. Everything is worked out before anything is changed, so a record that lacks a
// row, or panics, has done nothing.
type step struct {
	machine *Machine
	begun   *begun
	reader  ledger.Reader
	teller  ledger.Teller
	scratch ledger.Facts
	rooms   []*ledger.Facts // for what drafts know, two a draft
	bounds  []event.Day
	before  metric.Contributor
	after   metric.Contributor
	drafts  []draft
	places  map[entityKey]int // of the last draft of an entity, where there are many
	was, is metric.Points     // of the draft whose turn it is
	moves   []move
	gone    []ledger.Fact // of the draft at hand, those that stand before or after alone
	come    []ledger.Fact
	rows    []state.Change // of the deal index

	spreader spreader
}

// draft is an entity that the record under way changes, with what was known of it before and after.
type draft struct {
	key           entityKey
	held          *holding
	was, now      *entity
	before, after []ledger.Fact
	appended      bool // after is before, and one fact more
}

// room is room for what the n-th draft knows before (0) or after (1).
func (s *step) room(n, side int) *ledger.Facts {
	for len(s.rooms) <= 2*n+1 {
		s.rooms = append(s.rooms, new(ledger.Facts))
	}
	return s.rooms[2*n+side]
}

// run folds a record. A row that is not held is noted in the machine, which then asks for it.
func (s *step) run(b *begun) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrPanic, r)
		}
	}()
	s.begun, s.rows = b, s.rows[:0]
	s.clear()
	s.spreader.reset()
	changed, err := s.fold(b)
	if err != nil || !changed || s.lacks() {
		return err
	}
	if err := s.tell(); err != nil || s.lacks() {
		return err
	}
	for i := range s.drafts {
		if err := s.contribute(&s.drafts[i], i == 0 && !ledger.Shapes(b.kind)); err != nil {
			return err
		}
	}
	return s.keep()
}

// clear forgets the drafts of the record before, and most of the room of one that many entities were told of.
func (s *step) clear() {
	if len(s.drafts) > fewDrafts {
		s.rooms, s.places = slices.Clone(s.rooms[:2*fewDrafts]), nil
	}
	s.drafts = s.drafts[:0]
}

// add makes an entity one that the record changes.
func (s *step) add(d draft) {
	if len(s.drafts) == fewDrafts {
		s.places = map[entityKey]int{}
		for i := range s.drafts {
			s.places[s.drafts[i].key] = i
		}
	}
	if s.places != nil {
		s.places[d.key] = len(s.drafts)
	}
	s.drafts = append(s.drafts, d)
}

// drafted is the last draft of an entity, until the next is added; nil where the record has not changed it.
func (s *step) drafted(k entityKey) *draft {
	if s.places != nil {
		if i, ok := s.places[k]; ok {
			return &s.drafts[i]
		}
		return nil
	}
	for i := len(s.drafts) - 1; i >= 0; i-- {
		if d := &s.drafts[i]; d.key == k {
			return d
		}
	}
	return nil
}

// lacks reports whether a row must be given before the record can be folded.
func (s *step) lacks() bool {
	return s.machine.partial.tenant != nil || len(s.machine.wanted) > 0
}

// entity is an entity that is held whole, as the drafts left it, and where it is held; nil where it is not, and what is
// missing is noted.
func (s *step) entity(k entityKey) (*entity, *holding) {
	if d := s.drafted(k); d != nil {
		return d.now, d.held
	}
	h, held := s.machine.lookup(k)
	switch {
	case !held:
		s.machine.want(k)
		return nil, nil
	case !h.now.whole():
		s.machine.partial = k
		return nil, nil
	}
	return h.now, h
}

// fold adds the record's fact to the entities that it belongs to; changed is false for a repeat, and where an
// entity is not held.
func (s *step) fold(b *begun) (changed bool, err error) {
	payload := b.payload
	if payload == nil {
		if payload, err = event.Decode(b.kind, b.event.Data); err != nil {
			return false, err
		}
	}
	fact := s.reader.Fact(b.tenant.layout.Def, &b.event, b.kind, payload, b.record.Time)
	if changed, err = s.foldInto(entityKey{b.tenant, b.home}, &fact); err != nil || b.other == "" {
		return changed, err
	}
	more, err := s.foldInto(entityKey{b.tenant, b.other}, &fact)
	return changed || more, err
}

func (s *step) foldInto(k entityKey, fact *ledger.Fact) (changed bool, err error) {
	e, held := s.entity(k)
	if e == nil {
		return false, nil
	}
	before, after := s.room(len(s.drafts), 0), s.room(len(s.drafts), 1)
	table, err := e.facts(before)
	if err != nil {
		return false, err
	}
	wasErased := ledger.Erased(before.List)
	if wasErased {
		rest := ledger.Erase(*fact)
		fact = &rest
	}
	next, fresh, err := s.merge(e, before.List, fact, table)
	if err != nil || next == nil {
		return false, err
	}
	if fact.Kind == event.KindSubjectErased && !wasErased {
		if next, err = next.erased(&s.scratch); err != nil {
			return false, err
		}
		fresh = false
	}
	if n := len(before.List); fresh && (n == 0 || ledger.Compare(before.List[n-1], *fact) < 0) {
		before.List = append(before.List, *fact)
		s.add(draft{k, held, e, next, before.List[:n], before.List, true})
		return true, nil
	}
	if fresh { // it need not be decoded
		after.List = append(append(after.List[:0], before.List...), *fact)
		ledger.Sort(after.List)
	} else if _, err := next.facts(after); err != nil {
		return false, err
	}
	s.add(draft{k, held, e, next, before.List, after.List, false})
	return true, nil
}

// merge is the entity with a fact that may have been there before; nil where nothing changes. fresh reports
// that the fact is new.
func (s *step) merge(e *entity, before []ledger.Fact, fact *ledger.Fact, table ledger.Table) (next *entity, fresh bool, err error) {
	for i := range before {
		known := &before[i]
		if !known.Same(fact) {
			continue
		}
		if fact.Kind != event.KindUsageRecorded { // that there was usage on a day is said many times
			s.machine.counts.Duplicates++
		}
		if known.Sum != fact.Sum {
			s.machine.counts.Conflicts++
			return nil, false, &event.Refusal{
				Reason: event.Conflict, Pointer: "/id", Detail: "an event of this subject, source and id is known with another body",
			}
		}
		if known.Known <= fact.Known {
			return nil, false, nil
		}
		next, err = e.knownFrom(fact, &s.scratch)
		return next, false, err
	}
	return e.with(fact, table), true, nil
}

// tell works out what the changed entities tell others now, and what those then tell in turn.
func (s *step) tell() error {
	passes := 0
	for i := 0; i < len(s.drafts); i++ {
		d := s.drafts[i]
		if !ledger.KindOf(d.key.subject).Parts() { // they say nothing that hangs on what they hear
			passes++
		}
		if passes > maxPasses {
			return fmt.Errorf("aggregate: %s takes part in a tangle of merges", s.drafts[0].key.subject)
		}
		for _, t := range s.teller.Change(d.key.tenant.layout.Def, d.key.subject, d.before, d.after) {
			if err := s.hear(d.key, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// hear makes a draft of an entity that is told something else than before; its own tellings are worked
// out after those that are waiting.
func (s *step) hear(from entityKey, t ledger.Telling) error {
	k := entityKey{from.tenant, t.To}
	e, held := s.entity(k)
	if e == nil {
		return nil
	}
	next := e.hearing(from.subject, t.Facts)
	if next == e {
		return nil
	}
	before, after := s.room(len(s.drafts), 0), s.room(len(s.drafts), 1)
	if len(t.Facts) == 1 && ledger.KindOf(from.subject).Parts() {
		if met, err := s.meet(k, held, e, next, from.subject, &t.Facts[0], before); met || err != nil {
			return err
		}
	}
	if _, err := e.facts(before); err != nil {
		return err
	}
	if ledger.Erased(before.List) || ledger.Erased(t.Facts) {
		var err error
		if next, err = next.erased(&s.scratch); err != nil || next.hears(from.subject) == e.hears(from.subject) {
			return err
		}
	}
	if _, err := next.facts(after); err != nil {
		return err
	}
	s.add(draft{k, held, e, next, before.List, after.List, false})
	return nil
}

// meet is hear for an account that is told of a part: neither what it is changes nor what it tells others, so what those
// told it is not looked at. It tells the part what it is. An erased account hears like any other.
func (s *step) meet(
	k entityKey, held *holding, e, next *entity, part string, here *ledger.Fact, room *ledger.Facts,
) (met bool, err error) {
	if err := e.own(room); err != nil || ledger.Erased(room.List) {
		return false, err
	}
	s.add(draft{key: k, held: held, was: e, now: next})
	return true, s.hear(k, ledger.Introduction(k.subject, part, here, room.List))
}

// keep makes the drafts what is held.
func (s *step) keep() error {
	if err := s.machine.cells.add(s.spreader.deltas); err != nil {
		return err
	}
	for _, r := range s.rows {
		s.machine.rows[r.Ref] = r.Value
	}
	for _, d := range s.drafts {
		if d.held.was == nil {
			d.held.was = d.was
			s.machine.dirty[d.key] = d.held
		}
		d.held.now = d.now
	}
	return nil
}
