package config

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
)

// Plan is what those tenants publish that are at home in a partition. The configuration must be valid, and the
// layouts its own.
func (c Config) Plan(layouts map[string]*metric.Layout, home func(tenant string) bool) (*publish.Plan, error) {
	var tenants []publish.Tenant
	for name, t := range c.Tenants {
		if !home(name) {
			continue
		}
		series, err := t.series(layouts[name])
		if err != nil {
			return nil, fmt.Errorf("tenant %s: %w", name, err)
		}
		tenants = append(tenants, publish.Tenant{
			Name: name, Layout: layouts[name], Margin: t.Margin(), MinimumSample: t.MinimumSample, Series: series,
		})
	}
	return publish.NewPlan(tenants)
}

// series are those that the tenant declares, or else the default ones.
func (t Tenant) series(layout *metric.Layout) ([]publish.Series, error) {
	if t.Publish == nil {
		return publish.Defaults(layout), nil
	}
	list := make([]publish.Series, len(t.Publish))
	for i, s := range t.Publish {
		var err error
		if list[i], err = publish.NewSeries(layout, s.Metric, s.Window, s.By); err != nil {
			return nil, fmt.Errorf("publish[%d]: %w", i, err)
		}
	}
	return list, nil
}

// Margin is the margin rate as it was written, not as a float holds it; nil where there is none.
func (t Tenant) Margin() *big.Rat {
	if t.MarginRate == nil {
		return nil
	}
	r, _ := new(big.Rat).SetString(strconv.FormatFloat(*t.MarginRate, 'f', -1, 64))
	return r
}

// publish holds that each declared series can be answered from what the tenant keeps, and is declared once.
func (p *problems) publish(path string, t Tenant) {
	layout, err := t.layout()
	if err != nil { // what is wrong with the tenant is told elsewhere
		return
	}
	seen := map[string]int{}
	for i, declared := range t.Publish {
		at := fmt.Sprintf("%s[%d]", path, i)
		p.distinct(at+".by", declared.By)
		s, err := publish.NewSeries(layout, declared.Metric, declared.Window, declared.By)
		switch {
		case errors.Is(err, publish.ErrMetric):
			p.add(at+".metric", "%w", err)
		case errors.Is(err, calendar.ErrWindow), errors.Is(err, metric.ErrStandard):
			p.add(at+".window", "%w", err)
		case errors.Is(err, publish.ErrDimension), errors.Is(err, metric.ErrRollup):
			p.add(at+".by", "%w", err)
		case err != nil:
			p.add(at, "%w", err)
		}
		if first, there := seen[s.Name]; there {
			p.add(at, "%s is already %s[%d]", s.Name, path, first)
		} else {
			seen[s.Name] = i
		}
	}
}

// distinct holds that nothing is listed twice.
func (p *problems) distinct(path string, list []string) {
	for i, s := range list {
		if slices.Contains(list[:i], s) {
			p.add(fmt.Sprintf("%s[%d]", path, i), "%q is there twice", s)
		}
	}
}
