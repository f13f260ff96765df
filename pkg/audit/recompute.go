// Package audit recomputes what a partition should hold, from the log alone, by the plainest path there
// is: collect all facts, let entities tell each other until nothing changes, add up what each contributes
// on every day on which its knowledge changed. No differences, no caches, no order of arrival. What it
// shares with the step is what a fact, a life and a contribution are; how they get into cells it works
// out by itself. It only reads.
package audit

import (
	"fmt"
	"slices"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// Rows are the rows of cells, by key and field.
type Rows map[string]map[string][]byte

// entity is all that is known of one, by what it said itself and by what others told it.
type entity struct {
	own  []ledger.Fact
	told map[string][]ledger.Fact // by teller
}

func (e *entity) facts() []ledger.Fact {
	all := slices.Clone(e.own)
	for _, told := range e.told {
		all = append(all, told...)
	}
	slices.SortFunc(all, ledger.Compare)
	if ledger.Erased(all) {
		return ledger.EraseAll(all)
	}
	return all
}

// Recomputation collects records and adds them up at the end.
type Recomputation struct {
	layouts  map[string]*metric.Layout
	entities map[string]map[string]*entity // by tenant and subject
	life     metric.Contributor
	Events   int // folded
	Refused  int // records that cannot be folded
}

// New starts a recomputation for tenants with these layouts.
func New(layouts map[string]*metric.Layout) *Recomputation {
	return &Recomputation{layouts: layouts, entities: map[string]map[string]*entity{}}
}

// Add takes a record of the log. Records that cannot be folded are counted and passed over; of ticks no cell
// depends.
func (r *Recomputation) Add(rec event.Record) {
	if _, tick := event.TickOf(&rec); tick {
		return
	}
	if err := r.add(rec); err != nil {
		r.Refused++
	} else {
		r.Events++
	}
}

func (r *Recomputation) add(rec event.Record) error {
	tenant := string(rec.Key)
	layout, ok := r.layouts[tenant]
	if !ok {
		return fmt.Errorf("no tenant %q", tenant)
	}
	var e event.Event
	if err := event.FromRecord(&rec, &e); err != nil {
		return err
	}
	kind, ok := event.KindOf(e.Type)
	if !ok {
		return fmt.Errorf("no type %q", e.Type)
	}
	if !ledger.Folds(kind) || ledger.KindOf(e.Subject) == ledger.KindNone {
		return nil
	}
	payload, err := event.Decode(kind, e.Data)
	if err != nil {
		return err
	}
	var reader ledger.Reader // a new one each time, so that the fact's fields are its own
	fact := reader.Fact(layout.Def, &e, kind, payload, rec.Time)
	home, other := ledger.Homes(e.Subject, payload)
	r.entity(tenant, home).hold(fact)
	if other != "" {
		r.entity(tenant, other).hold(fact)
	}
	return nil
}

// hold keeps a fact; of repeats, the earliest day on which one was known; of conflicts, the first.
func (e *entity) hold(fact ledger.Fact) {
	for i := range e.own {
		if e.own[i].Same(&fact) {
			if e.own[i].Sum == fact.Sum {
				e.own[i].Known = min(e.own[i].Known, fact.Known)
			}
			return
		}
	}
	e.own = append(e.own, fact)
}

func (r *Recomputation) entity(tenant, subject string) *entity {
	all := r.entities[tenant]
	if all == nil {
		all = map[string]*entity{}
		r.entities[tenant] = all
	}
	e := all[subject]
	if e == nil {
		e = &entity{told: map[string][]ledger.Fact{}}
		all[subject] = e
	}
	return e
}

// maxRounds bounds how often all entities tell each other: a chain of merges is not longer.
const maxRounds = 100

// Cells adds up everything that was added.
func (r *Recomputation) Cells() (Rows, error) {
	sums := map[string]map[string]*metric.Content{}
	for tenant := range r.entities {
		if err := r.tellAll(tenant); err != nil {
			return nil, err
		}
		for subject, e := range r.entities[tenant] {
			if err := r.contribute(sums, tenant, subject, e.facts()); err != nil {
				return nil, fmt.Errorf("%s %s: %w", tenant, subject, err)
			}
		}
	}
	rows := Rows{}
	for key, fields := range sums {
		rows[key] = map[string][]byte{}
		for field, c := range fields {
			if !c.Empty() {
				rows[key][field] = c.Append(nil)
			}
		}
	}
	return rows, nil
}

// tellAll lets all entities of a tenant tell each other until nobody learns anything new.
func (r *Recomputation) tellAll(tenant string) error {
	var teller ledger.Teller
	for range maxRounds {
		told := map[string]map[string][]ledger.Fact{} // by listener and teller
		for subject, e := range r.entities[tenant] {
			for _, t := range teller.Tell(r.layouts[tenant].Def, subject, e.facts()) {
				if told[t.To] == nil {
					told[t.To] = map[string][]ledger.Fact{}
				}
				told[t.To][subject] = t.Facts
			}
		}
		for subject := range told {
			r.entity(tenant, subject)
		}
		changed := false
		for subject, e := range r.entities[tenant] {
			if fresh := told[subject]; !sameTold(e.told, fresh) {
				e.told, changed = fresh, true
			}
		}
		if !changed {
			return nil
		}
	}
	return fmt.Errorf("tenant %s: what entities tell each other does not settle", tenant)
}

func sameTold(a, b map[string][]ledger.Fact) bool {
	if len(a) != len(b) {
		return false
	}
	for teller, facts := range a {
		same := slices.EqualFunc(facts, b[teller], func(f, g ledger.Fact) bool {
			return ledger.Compare(f, g) == 0 && f.Kind == g.Kind && f.Until == g.Until && slices.Equal(f.Fields, g.Fields)
		})
		if !same {
			return false
		}
	}
	return true
}

// contribute adds what an entity contributes: for each day k on which its knowledge changed, what it adds
// as known by k, dated k, until the next such day, when the same is taken away.
func (r *Recomputation) contribute(sums map[string]map[string]*metric.Content, tenant, subject string, facts []ledger.Fact) error {
	days := ledger.Bounds(nil, 0, facts)
	for i, k := range days {
		r.life.Fold(r.layouts[tenant], subject, facts, k)
		for g := range metric.Groups {
			points := r.life.Points(g)
			if err := r.addPoints(sums, tenant, g, points, k, 1); err != nil {
				return err
			}
			if i+1 == len(days) {
				continue
			}
			if err := r.addPoints(sums, tenant, g, points, days[i+1], -1); err != nil {
				return err
			}
		}
	}
	return nil
}

// addPoints adds the points of a group, dated known, in each of its rollups.
func (r *Recomputation) addPoints(
	sums map[string]map[string]*metric.Content, tenant string, group int, points *metric.Points, known event.Day, sign int64,
) error {
	for i := range points.List {
		pt := &points.List[i]
		for place, rollup := range r.layouts[tenant].Rollups[group] {
			if pt.Rollup != metric.AllRollups && int(pt.Rollup) != place {
				continue
			}
			if err := addPoint(sums, tenant, metric.Groups[group], rollup, pt, points.Vector(pt), known, sign); err != nil {
				return err
			}
		}
	}
	return nil
}

// addPoint adds a point to its cell in one rollup, and to that of its month where it is a stock: to all that
// is known, and to what became known late.
func addPoint(
	sums map[string]map[string]*metric.Content, tenant string, group *metric.Group, rollup metric.Rollup,
	pt *metric.Point, vector []metric.Measure, known event.Day, sign int64,
) error {
	values := make([]string, len(rollup.Dims))
	for i, dim := range rollup.Dims {
		if values[i] = pt.Value(group, dim); values[i] == "" {
			values[i] = "unknown"
		}
	}
	prefix := metric.FieldPrefix(values, pt.Currency)
	add := func(bucket int32, day event.Day) error {
		key := metric.CellKey(tenant, group, rollup, bucket)
		field := string(metric.AppendField([]byte(prefix), group.Anchored, bucket, pt.Anchor, day))
		if sums[key] == nil {
			sums[key] = map[string]*metric.Content{}
		}
		if sums[key][field] == nil {
			sums[key][field] = &metric.Content{}
		}
		if known <= pt.Day {
			return sums[key][field].Add(0, vector, sign)
		}
		return sums[key][field].Add(known, vector, sign)
	}
	if group.Anchored {
		return add(calendar.MonthOf(pt.Anchor), pt.Day)
	}
	month := calendar.MonthOf(pt.Day)
	if err := add(month, pt.Day); err != nil || !group.Stock {
		return err
	}
	return add(metric.Months, calendar.MonthSpan(month).From)
}
