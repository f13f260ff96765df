package publish

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// What keeps a series from being published, beside calendar.ErrWindow and what metric.Ask fails with.
var (
	ErrMetric    = errors.New("the catalogue has no such metric")
	ErrDimension = errors.New("not a dimension")
)

// Series is a metric, over a window that moves with the days, split by dimensions.
type Series struct {
	Name   string // such as win_rate/qtd/team
	Metric *metric.Metric
	Window string
	By     []ledger.Dim
}

// NewSeries makes a series of a tenant, which can be answered from what the tenant keeps. It fails with
// ErrMetric, ErrDimension, calendar.ErrWindow, or as metric.Ask does.
func NewSeries(layout *metric.Layout, id, window string, by []string) (Series, error) {
	s := Series{Name: seriesName(id, window, by), Metric: metric.Find(id), Window: window}
	if s.Metric == nil {
		return s, fmt.Errorf("%w: %q", ErrMetric, id)
	}
	for _, name := range by {
		dim, ok := ledger.DimOf(name)
		if !ok {
			return s, fmt.Errorf("%w: %q", ErrDimension, name)
		}
		s.By = append(s.By, dim)
	}
	_, err := s.question(&Tenant{Layout: layout}, aDay)
	return s, err
}

func seriesName(id, window string, by []string) string {
	if len(by) == 0 {
		return id + "/" + window
	}
	return id + "/" + window + "/" + strings.Join(by, ",")
}

// aDay is a day on which every window has begun: whether a series can be answered, and from which groups of
// cells, does not depend on the day.
var aDay = event.DayOf(2200, time.December, 30)

// question is what is asked for an update as of a day: what a query with this window and by would ask.
func (s *Series) question(t *Tenant, day event.Day) (*metric.Question, error) {
	w, err := t.Layout.Def.Calendar.Window(s.Window, day)
	if err != nil {
		return nil, err
	}
	return s.ask(t, metric.Request{Window: w.Span, AsOf: day, Stand: min(day, w.To-1)})
}

// questionOf is what is asked of a period that is over, as its last day ended; known is 0 for all that is known.
func (s *Series) questionOf(t *Tenant, span calendar.Span, known event.Day) (*metric.Question, error) {
	return s.ask(t, metric.Request{Window: span, AsOf: span.To - 1, Stand: span.To - 1, Known: known})
}

func (s *Series) ask(t *Tenant, req metric.Request) (*metric.Question, error) {
	req.By, req.Currency, req.Margin = s.By, t.Layout.Def.Currency, t.Margin
	return metric.Ask(s.Metric, t.Layout, req)
}

// touchedBy are the groups of cells that the series is answered from, by name.
func (s *Series) touchedBy(t *Tenant) ([]string, error) {
	q, err := s.question(t, aDay)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, read := range q.Reads(t.Name) {
		if name := metric.GroupOfKey(t.Name, read.Key); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names, nil
}

// The default series: of each of these metrics, in all, by team and by owner, over these windows.
var (
	headlines = []string{
		"win_rate", "bookings", "deals_won", "deals_lost", "deals_created", "open_pipeline", "weighted_pipeline", "open_deals",
		"average_deal_size_booked", "sales_cycle_length", "leads_captured", "mqls", "activities",
	}
	windows = []string{"mtd", "qtd", "30d"}
	splits  = [][]string{nil, {"team"}, {"owner"}}
)

// Defaults are the series of a tenant that declares none: those of the headline metrics that it keeps.
func Defaults(layout *metric.Layout) []Series {
	var list []Series
	for _, id := range headlines {
		for _, window := range windows {
			for _, by := range splits {
				if s, err := NewSeries(layout, id, window, by); err == nil {
					list = append(list, s)
				}
			}
		}
	}
	return list
}
