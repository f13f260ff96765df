package metric

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"weir.dev/weir/pkg/ledger"
)

// Mode is one of several ways of reading a metric: its measures stand for 0, 1, … in the metric's terms. With
// Cumulative, what was counted under a number is counted under every smaller one too.
type Mode struct {
	Name       string
	Measures   []uint16
	Cumulative bool
}

// modes finds the mode that is asked for.
func (q *Question) modes() error {
	list := q.Metric.Modes
	if len(list) == 0 && q.Request.Mode == "" {
		return nil
	}
	names := make([]string, len(list))
	for i := range list {
		if names[i] = list[i].Name; names[i] == q.Request.Mode || q.Request.Mode == "" && i == 0 {
			q.mode = &list[i]
		}
	}
	switch {
	case q.mode != nil:
		return nil
	case len(list) == 0:
		return fmt.Errorf("%w: %s has no modes", ErrOption, q.Metric.ID)
	default:
		return fmt.Errorf("%w: the modes of %s are %s", ErrOption, q.Metric.ID, strings.Join(names, ", "))
	}
}

// measured is a vector as the mode that is asked for reads it.
func (q *Question) measured(v Vector) Vector {
	if q.mode == nil {
		return v
	}
	var out Vector
	for i, index := range q.mode.Measures {
		if n := v.Get(index); n != 0 {
			out = append(out, Measure{uint16(i), n})
		}
	}
	return out
}

// counted is the values under which a cell counts: its own and, in a cumulative mode, those with every smaller
// number of meetings, where the answer tells them apart.
func (q *Question) counted(a *asked, values []string) [][]string {
	at := slices.Index(a.rollup.Dims, ledger.DimMeetings)
	if q.mode == nil || !q.mode.Cumulative || !slices.Contains(append(slices.Clone(a.by), a.where...), at) {
		return [][]string{values}
	}
	most, err := strconv.Atoi(values[at])
	if err != nil {
		return [][]string{values} // unknown
	}
	list := make([][]string, most+1)
	for n := range list {
		list[n] = slices.Clone(values)
		list[n][at] = strconv.Itoa(n)
	}
	return list
}
