package query

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// params is a query string whose names are known to be allowed.
type params url.Values

// parseParams reads a query string. A name that is not allowed, and one that is there twice and may not
// be, is refused.
func parseParams(raw string, allowed []string) (params, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, badParameter("", "the query string cannot be read: "+err.Error())
	}
	for _, name := range slices.Sorted(maps.Keys(values)) { // so that the same question is refused for the same reason
		list := values[name]
		if !slices.Contains(allowed, name) {
			return nil, badParameter(name, fmt.Sprintf("there is no parameter %.40q here; there are: %s", name, strings.Join(allowed, ", ")))
		}
		if len(list) > 1 && name != "where" {
			return nil, badParameter(name, name+" is there more than once")
		}
		if list[0] == "" {
			return nil, badParameter(name, name+" is empty; leave it out instead")
		}
	}
	return params(values), nil
}

func (p params) get(name string) string { return url.Values(p).Get(name) }

func (p params) has(name string) bool { return len(p[name]) > 0 }

// choice is a parameter with a fixed set of values, the first where it is absent.
func (p params) choice(name string, values ...string) (string, error) {
	v := p.get(name)
	if v == "" {
		return values[0], nil
	}
	if !slices.Contains(values, v) {
		return "", badParameter(name, fmt.Sprintf("%s is %.40q; want %s", name, v, strings.Join(values, ", ")))
	}
	return v, nil
}

// day is a day from 1970 to 9999, or another where the parameter is absent.
func (p params) day(name string, otherwise event.Day) (event.Day, error) {
	if !p.has(name) {
		return otherwise, nil
	}
	d, err := event.ParseDay(p.get(name))
	if err != nil || d < 0 {
		return 0, badParameter(name, fmt.Sprintf("%s is %.40q; want a day from 1970 on as YYYY-MM-DD", name, p.get(name)))
	}
	return d, nil
}

// currency is the currency that is asked for, or another where there is none.
func (p params) currency(otherwise string) (string, error) {
	if !p.has("currency") {
		return otherwise, nil
	}
	code := p.get("currency")
	if _, ok := event.CurrencyDecimals(code); !ok {
		return "", badParameter("currency", fmt.Sprintf("%.40q is not a currency of ISO 4217, such as EUR", code))
	}
	return code, nil
}

func (p params) number(name string, otherwise, most int) (int, error) {
	if !p.has(name) {
		return otherwise, nil
	}
	n, err := strconv.Atoi(p.get(name))
	if err != nil || n < 1 || n > most {
		return 0, badParameter(name, fmt.Sprintf("%s is %.40q; want a number from 1 to %d", name, p.get(name), most))
	}
	return n, nil
}

// by is the dimensions that an answer is split by.
func (p params) by() ([]ledger.Dim, error) {
	if !p.has("by") {
		return nil, nil
	}
	var dims []ledger.Dim
	for name := range strings.SplitSeq(p.get("by"), ",") {
		dim, err := dimension("by", name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(dims, dim) {
			return nil, badParameter("by", name+" is there twice")
		}
		dims = append(dims, dim)
	}
	return dims, nil
}

func dimension(parameter, name string) (ledger.Dim, error) {
	dim, ok := ledger.DimOf(name)
	if !ok {
		return 0, badParameter(parameter, fmt.Sprintf("%.40q is not a dimension", name))
	}
	return dim, nil
}

// where is the filters: dimension:value, separated by commas. In a value, a comma and a backslash have a
// backslash before them.
func (p params) where() ([]metric.Filter, error) {
	var filters []metric.Filter
	for _, text := range p["where"] {
		for _, part := range splitEscaped(text) {
			name, value, ok := strings.Cut(part, ":")
			if !ok || value == "" {
				return nil, badParameter("where", fmt.Sprintf("%.80q is not dimension:value", part))
			}
			dim, err := dimension("where", name)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(filters, func(f metric.Filter) bool { return f.Dim == dim }) {
				return nil, badParameter("where", name+" is there twice")
			}
			filters = append(filters, metric.Filter{Dim: dim, Value: value})
		}
	}
	return filters, nil
}

// splitEscaped splits at the commas that have no backslash before them, and takes the backslashes away.
func splitEscaped(s string) []string {
	var parts []string
	var part strings.Builder
	escaped := false
	for _, r := range s {
		switch {
		case escaped:
			part.WriteRune(r)
			escaped = false
		case r == '\\':
			escaped = true
		case r == ',':
			parts = append(parts, part.String())
			part.Reset()
		default:
			part.WriteRune(r)
		}
	}
	return append(parts, part.String())
}
