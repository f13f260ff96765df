package config

import (
	"fmt"
	"math"
	"strings"
	"time"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// Layouts are the layouts of all tenants, by name. The configuration must be valid.
func (c Config) Layouts() (map[string]*metric.Layout, error) {
	out := make(map[string]*metric.Layout, len(c.Tenants))
	for name, t := range c.Tenants {
		layout, err := t.layout()
		if err != nil {
			return nil, fmt.Errorf("tenant %s: %w", name, err)
		}
		out[name] = layout
	}
	return out, nil
}

// Identity is the definition of state made by this program under this configuration.
func (c Config) Identity() string {
	names := make([]string, len(metric.Groups))
	for i, g := range metric.Groups {
		names[i] = fmt.Sprintf("%s(%s)%v%v%v%v", g.Name, strings.Join(g.Measures, ","), g.Own, g.Keep, g.Anchored, g.Stock)
	}
	return c.Definition(ledger.FoldVersion, strings.Join(names, ";"))
}

func (t Tenant) layout() (*metric.Layout, error) {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		return nil, err
	}
	stages := make([]ledger.Stage, len(t.Stages))
	for i, s := range t.Stages {
		stages[i] = ledger.Stage{ID: s.ID, MaxAgeDays: s.MaxAgeDays, Category: categories[s.Category]}
		if s.Probability != nil {
			stages[i].HasProbability = true
			stages[i].Probability = int64(math.Round(*s.Probability * ledger.Scale))
		}
	}
	declared := make([][]ledger.Dim, len(t.Rollups))
	for i, names := range t.Rollups {
		for _, name := range names {
			if dim, ok := ledger.DimOf(name); ok {
				declared[i] = append(declared[i], dim)
			} else {
				return nil, fmt.Errorf("%w: rollups: no metric has the dimension %s", ErrInvalid, name)
			}
		}
	}
	cal := calendar.New(zone, time.Month(t.FiscalYearStart))
	return metric.NewLayout(ledger.NewDefinition(cal, t.Currency, stages), declared), nil
}

var categories = map[string]ledger.Category{
	Open: ledger.CategoryOpen, Won: ledger.CategoryWon, Lost: ledger.CategoryLost,
}
