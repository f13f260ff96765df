package metric

import (
	"slices"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// Group is a kind of cell: measures that move together, and the functions that contribute to them.
// A nil function means that such an entity contributes nothing.
type Group struct {
	Name     string
	Measures []string       // by index; a histogram's bins follow
	Own      []ledger.Dim   // dimensions beside those that every entity carries; at most as many as Values
	Carried  []ledger.Dim   // of those that every entity carries, the ones that its points have; nil for all
	Keep     [][]ledger.Dim // the rollups that are always kept
	Anchored bool           // cells have an anchor: the entry of a cohort, or the start of a plan period
	Stock    bool           // cells are changes to what stands, summed from the first day on: months are kept beside the days
	Logged   bool           // it reads what is kept beside a deal (activities, roles, competitors, qualification); other groups do not change with those
	Moved    bool           // it changes only where a deal is created, enters a stage, ends, is reopened, deleted or merged
	Exact    bool           // a rollup is not the sum of a finer one (a move between owners is a flow)

	Deal     func(def *ledger.Definition, d *ledger.Deal, out *Points)
	Lead     func(def *ledger.Definition, l *ledger.Lead, out *Points)
	Account  func(def *ledger.Definition, a *ledger.Account, out *Points)
	Campaign func(def *ledger.Definition, c *ledger.Campaign, out *Points)
	Target   func(def *ledger.Definition, t *ledger.Target, out *Points) // of an owner, a team or the tenant
	Currency func(def *ledger.Definition, c *ledger.Currency, out *Points)

	Renewal    func(def *ledger.Definition, r *ledger.Renewal, out *Points)
	Ticket     func(def *ledger.Definition, t *ledger.Ticket, out *Points)
	Respondent func(def *ledger.Definition, r *ledger.Respondent, out *Points)
	User       func(def *ledger.Definition, u *ledger.Usage, out *Points)
	Feature    func(def *ledger.Definition, u *ledger.Usage, out *Points)

	// Fact is called for each fact that was said of an entity itself, of whatever kind, and looks at it alone. A group
	// that has it has none of the others.
	Fact func(def *ledger.Definition, f *ledger.Fact, out *Points)
}

// Rollup is a combination of dimensions whose cells are kept.
type Rollup struct {
	Name string // dimension names joined by "+", "total" for none
	Dims []ledger.Dim
}

// NewRollup names a combination of dimensions.
func NewRollup(dims []ledger.Dim) Rollup {
	if len(dims) == 0 {
		return Rollup{Name: "total"}
	}
	names := make([]string, len(dims))
	for i, d := range dims {
		names[i] = d.String()
	}
	return Rollup{Name: strings.Join(names, "+"), Dims: dims}
}

// has reports whether a dimension is one of the combination.
func (r *Rollup) has(d ledger.Dim) bool { return slices.Contains(r.Dims, d) }

// standard is the rollups that most groups keep: in all, by owner, team, segment, and by each of own.
func standard(own ...ledger.Dim) [][]ledger.Dim {
	keep := [][]ledger.Dim{{}, {ledger.DimOwner}, {ledger.DimTeam}, {ledger.DimSegment}}
	for _, d := range own {
		keep = append(keep, []ledger.Dim{d})
	}
	return keep
}

// byStage is the rollups of groups that are read by stage: alone, with the owner, with the pipeline.
func byStage(stage ...ledger.Dim) [][]ledger.Dim {
	return [][]ledger.Dim{
		stage, append(slices.Clone(stage), ledger.DimOwner), append(slices.Clone(stage), ledger.DimPipeline),
	}
}

// keeps reports whether one of the default rollups answers for a dimension alone: it is that, or has others beside
// it, over which it sums.
func (g *Group) keeps(d ledger.Dim) bool {
	return slices.ContainsFunc(g.Keep, func(dims []ledger.Dim) bool {
		return slices.Contains(dims, d) && (len(unnamed(dims)) == 1 || !g.Exact)
	})
}

// unnamed is dimensions without the metric that a target is for: a question names one anyway.
func unnamed(dims []ledger.Dim) []ledger.Dim {
	return slices.DeleteFunc(slices.Clone(dims), func(d ledger.Dim) bool { return d == ledger.DimMetric })
}

// has reports whether the group's contributions carry a dimension.
func (g *Group) has(d ledger.Dim) bool {
	return d < ledger.NumDims && g.Carried == nil || slices.Contains(g.Carried, d) || slices.Contains(g.Own, d)
}

// Rollups is what the group keeps for a tenant that declares more: what is always kept, and each
// declared combination whose dimensions the group has.
func (g *Group) Rollups(declared [][]ledger.Dim) []Rollup {
	var out []Rollup
	add := func(dims []ledger.Dim) {
		if !slices.ContainsFunc(out, func(r Rollup) bool { return sameDims(r.Dims, dims) }) {
			out = append(out, NewRollup(dims))
		}
	}
	for _, dims := range g.Keep {
		add(dims)
	}
	for _, dims := range declared {
		if !slices.ContainsFunc(dims, func(d ledger.Dim) bool { return !g.has(d) }) {
			add(dims)
		}
	}
	return out
}

// sameDims reports whether two combinations name the same dimensions, in any order.
func sameDims(a, b []ledger.Dim) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(d ledger.Dim) bool { return !slices.Contains(b, d) })
}

// AllRollups marks a point that belongs to every rollup of its group.
const AllRollups = -1

// Values are values of a group's own dimensions, in their order.
type Values [4]string

// Point is one contribution, before it is spread over rollups.
type Point struct {
	Group    uint8 // index in Groups
	Rollup   int8  // index in the tenant's rollups of the group, or AllRollups
	Day      event.Day
	Anchor   event.Day // of an anchored group
	Currency string    // of money; empty where there is none
	Dims     *ledger.Dims
	Own      Values // the values of the group's own dimensions
	from, to uint32
}

// Points collects the contributions of a life, group by group.
type Points struct {
	List    []Point
	vectors []Measure
	group   uint8
	rollups []Rollup
	sources map[string]*ledger.Dims
	room    stallRoom // for stalled
	ends    []int     // in the list, of the groups that were gathered
}

// Reset empties it.
func (p *Points) Reset() { p.List, p.vectors, p.ends = p.List[:0], p.vectors[:0], p.ends[:0] }

// Part is the points of the i-th of the groups that were gathered.
func (p *Points) Part(i int) []Point {
	from := 0
	if i > 0 {
		from = p.ends[i-1]
	}
	return p.List[from:p.ends[i]]
}

// Vector is what a point adds.
func (p *Points) Vector(pt *Point) []Measure { return p.vectors[pt.from:pt.to] }

// add adds a point of the group whose turn it is, for all rollups.
func (p *Points) add(pt Point, vector ...Measure) {
	pt.Rollup = AllRollups
	p.addTo(pt, vector...)
}

// hold adds that something stands for some days: a vector on the first of them, to the rollup that the point names,
// and the same less on the day after the last.
func (p *Points) hold(pt Point, days calendar.Span, vector ...Measure) {
	pt.Day = days.From
	p.addTo(pt, vector...)
	if days.To == ledger.Always {
		return
	}
	for i := range vector {
		vector[i].Value = -vector[i].Value
	}
	pt.Day = days.To
	p.addTo(pt, vector...)
}

// addTo adds a point to the rollup that it names.
func (p *Points) addTo(pt Point, vector ...Measure) {
	pt.Group = p.group
	pt.from = uint32(len(p.vectors))
	p.vectors = append(p.vectors, vector...)
	pt.to = uint32(len(p.vectors))
	p.List = append(p.List, pt)
}

// Value is the value of a dimension at a point, empty where it is unknown.
func (pt *Point) Value(g *Group, d ledger.Dim) string {
	if d < ledger.NumDims {
		return pt.Dims[d]
	}
	for i, own := range g.Own {
		if own == d {
			return pt.Own[i]
		}
	}
	return ""
}

// Layout is what a tenant keeps: its definition, and the rollups of each group, by the group's index.
type Layout struct {
	Def     *ledger.Definition
	Rollups [][]Rollup
}

// NewLayout makes the layout of a tenant that declares rollups beside the default ones.
func NewLayout(def *ledger.Definition, declared [][]ledger.Dim) *Layout {
	l := &Layout{Def: def, Rollups: make([][]Rollup, len(Groups))}
	for i, g := range Groups {
		l.Rollups[i] = g.Rollups(declared)
	}
	return l
}
