package publish

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// Told is what an update said of a series.
type Told struct {
	Tenant, Series string
	Offset         int64  // of the last record of the cut that it was made from
	Generation     string // of the state
	AsOf           event.Day
	content        []byte // the data, but for the position
}

// ReadUpdate reads a record of the output; false for what is no update. It fails with ErrOutput.
func ReadUpdate(r *event.Record) (told Told, update bool, err error) {
	var e event.Event
	if err := event.FromRecord(r, &e); err != nil {
		return told, false, fmt.Errorf("%w: %w", ErrOutput, err)
	}
	if e.Type != Updated {
		return told, false, nil
	}
	before, err := sentBefore(r)
	if err != nil {
		return told, false, err
	}
	told = Told{Tenant: string(r.Key), Series: e.Subject, Offset: before.offset}
	if parts := strings.Split(e.ID, "/"); len(parts) > 2 { // see id
		told.Generation = parts[len(parts)-2]
	}
	var data struct {
		AsOf string `json:"as_of"`
	}
	err = json.Unmarshal(e.Data, &data)
	if err == nil {
		told.AsOf, err = event.ParseDay(data.AsOf)
	}
	if err == nil {
		told.content, err = withoutPosition(e.Data)
	}
	if err != nil {
		return told, false, fmt.Errorf("%w: %w", ErrOutput, err)
	}
	return told, true, nil
}

// withoutPosition is an update's data in a form of its own, in which what was answered alike is alike.
func withoutPosition(data []byte) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	delete(fields, "position")
	return json.Marshal(fields)
}

// Declared is a series of a tenant that is published.
type Declared struct {
	tenant *tenant
	series *series
}

// Declared lists the series of a plan.
func (p *Plan) Declared() []Declared {
	var list []Declared
	for _, t := range p.order {
		for i := range t.updates {
			list = append(list, Declared{t, &t.updates[i]})
		}
	}
	return list
}

// Tenant is whose series it is.
func (d Declared) Tenant() string { return d.tenant.Name }

// Name is that of the series.
func (d Declared) Name() string { return d.series.Name }

// Waits reports whether any of the rows of marks asks for the series to be answered again. It fails with ErrMark.
func (d Declared) Waits(marks []state.Row) (bool, error) {
	for _, row := range marks {
		m, err := readMark(row)
		if err != nil {
			return false, err
		}
		if m.tenant == d.tenant.Name && slices.Contains(d.series.groups, m.group) {
			return true, nil
		}
	}
	return false, nil
}

// Day is the day as of which the series is answered from a cut: that of the last tick, or of the latest event.
func (d Declared) Day(meta state.Meta, clock []byte) (event.Day, error) {
	ticked, err := LastTick(clock)
	if ticked == 0 {
		ticked = meta.Watermark
	}
	return d.tenant.Layout.Def.Calendar.Day(ticked), err
}

// ErrDiffers is returned for an update that does not say what an answer says.
var ErrDiffers = errors.New("publish: an update does not say what the cells do")

// Holds answers the series as of a day from cells, and fails with ErrDiffers where an update said something else.
// Without an update there must not be any cells.
func (d Declared) Holds(told *Told, day event.Day, find func(state.Read) []state.Row) error {
	q, err := d.series.question(&d.tenant.Tenant, day)
	if err != nil {
		return err
	}
	var rows [][]state.Row
	cells := 0
	for _, read := range q.Reads(d.tenant.Name) {
		found := find(read)
		rows, cells = append(rows, found), cells+len(found)
	}
	if told == nil {
		if cells > 0 {
			return fmt.Errorf("%w: there is none, and %d cells", ErrDiffers, cells)
		}
		return nil
	}
	values, _, err := q.Answer(rows, d.tenant.MinimumSample)
	if err != nil {
		return err
	}
	text, err := json.Marshal(d.series.snapshot(q, values))
	if err == nil {
		text, err = withoutPosition(text)
	}
	if err == nil && !bytes.Equal(text, told.content) {
		err = fmt.Errorf("%w: it says %s, they say %s", ErrDiffers, told.content, text)
	}
	return err
}

// snapshot is the data of an update, but for its position.
func (s *series) snapshot(q *metric.Question, values []metric.Value) Update {
	req := &q.Request
	data := Update{
		Metric: s.Metric.ID, Version: s.Metric.Version, Unit: s.Metric.Unit, Currency: currency(q),
		Window: Window{s.Window, req.Window.From.String(), req.Window.To.String()}, By: names(s.By),
		AsOf: req.AsOf.String(), Values: values,
	}
	if s.Metric.Kind == metric.Stock {
		data.AsOf = req.Stand.String()
	}
	return data
}
