package publish

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// Tenant is a company, with the series that it publishes.
type Tenant struct {
	Name          string
	Layout        *metric.Layout
	Margin        *big.Rat // nil for none
	MinimumSample int      // below it a value is marked low_sample
	Series        []Series
}

// Plan is what one partition publishes: the series of the tenants that are at home there. It never changes.
type Plan struct {
	tenants map[string]*tenant
	order   []*tenant
}

type tenant struct {
	Tenant
	updates []series // of the declared ones
	periods []series // what is corrected: the declared ones, whatever their window
	groups  map[string]bool
}

// series is a declared series within a plan.
type series struct {
	Series
	ordinal int // its place among all that the partition sends of one cut
	groups  []string
}

// NewPlan makes the plan of the tenants that are at home in a partition.
func NewPlan(tenants []Tenant) (*Plan, error) {
	p := &Plan{tenants: map[string]*tenant{}}
	tenants = slices.Clone(tenants)
	slices.SortFunc(tenants, func(a, b Tenant) int { return strings.Compare(a.Name, b.Name) })
	ordinal := 0
	for _, declared := range tenants {
		t := &tenant{Tenant: declared, groups: map[string]bool{}}
		for _, s := range declared.Series {
			groups, err := s.touchedBy(&t.Tenant)
			if err != nil {
				return nil, fmt.Errorf("tenant %s: %s: %w", declared.Name, s.Name, err)
			}
			t.updates = append(t.updates, series{s, ordinal, groups})
			ordinal++
			for _, g := range groups {
				t.groups[g] = true
			}
		}
		for _, s := range t.updates {
			if !slices.ContainsFunc(t.periods, func(p series) bool { return p.Metric == s.Metric && slices.Equal(p.By, s.By) }) {
				s.ordinal = ordinal
				ordinal++
				t.periods = append(t.periods, s)
			}
		}
		p.tenants[t.Name] = t
		p.order = append(p.order, t)
	}
	return p, nil
}

// Marks are where the changes of a tenant are noted; nil for one of which nothing is published.
func (p *Plan) Marks(name string) *Marks {
	t, ok := p.tenants[name]
	if !ok || len(t.updates) == 0 {
		return nil
	}
	return newMarks(name, t.groups)
}

// stock reports whether a group's cells are changes to what stands, so that one of a day changes the answers of
// all later days.
func stock(group string) bool {
	return slices.ContainsFunc(metric.Groups, func(g *metric.Group) bool { return g.Name == group && g.Stock })
}

// names are what users call dimensions.
func names(dims []ledger.Dim) []string {
	list := make([]string, len(dims))
	for i, d := range dims {
		list[i] = d.String()
	}
	return list
}
