package publish

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// The types of what is sent.
const (
	Updated   = "dev.weir.metric.updated"
	Corrected = "dev.weir.metric.corrected"
)

// Window is the days of an update or a correction.
type Window struct {
	Name string `json:"name"` // as declared, such as qtd; of a correction the period, such as 2026-Q1
	From string `json:"from"` // its first day
	To   string `json:"to"`   // the day after its last
}

// Update is the data of an event of type Updated: a snapshot of a series.
type Update struct {
	Metric   string         `json:"metric"`
	Version  int            `json:"version"` // of the metric's definition
	Unit     metric.Unit    `json:"unit"`
	Currency string         `json:"currency,omitempty"` // of what is money in it
	Window   Window         `json:"window"`
	By       []string       `json:"by"`    // the dimensions that it is split by
	AsOf     string         `json:"as_of"` // the last day that counts
	Values   []metric.Value `json:"values"`
	Position string         `json:"position"` // of the last event in it, for after= of a query
}

// Correction is the data of an event of type Corrected: what a period that was over was said to be, and what it
// is said to be now, both as of its last day.
type Correction struct {
	Metric   string         `json:"metric"`
	Version  int            `json:"version"`
	Unit     metric.Unit    `json:"unit"`
	Currency string         `json:"currency,omitempty"`
	Window   Window         `json:"window"`
	By       []string       `json:"by"`
	AsOf     string         `json:"as_of"`     // the last day of the period
	OldKnown string         `json:"old_known"` // the day up to which old knew: that before the first change became known
	Old      []metric.Value `json:"old"`
	New      []metric.Value `json:"new"`
	Cause    Cause          `json:"cause"` // the last event that changed the period
	Position string         `json:"position"`
}

// Headers that are of the record and not of the event. They are read at the start.
const (
	settledHeader = "weir_settled" // under which definition, up to which offset all that was marked had been sent before
	sumHeader     = "weir_sum"     // of the data, without its position and cause
)

// ErrOutput is returned for a record of the output that no publisher made.
var ErrOutput = errors.New("publish: a record of the output was not made by a publisher")

const (
	offsetDigits  = 13
	ordinalDigits = 6
)

// sequence orders what is sent of a partition: by the offset of the cut, then by the place in the plan.
func sequence(offset int64, ordinal int) string {
	return fmt.Sprintf("%0*d%0*d", offsetDigits, offset, ordinalDigits, ordinal)
}

// nameOf is what one snapshot replaces another by.
func nameOf(tenant, kind, subject string) string { return tenant + "/" + kind + "/" + subject }

// settled says up to which offset all that was marked is sent, as the numbers are under a definition.
type settled struct {
	generation string
	offset     int64 // -1 before the first
}

// String is for a header.
func (s settled) String() string { return s.generation + ":" + strconv.FormatInt(s.offset, 10) }

func parseSettled(text string) (s settled, err error) {
	generation, offset, _ := strings.Cut(text, ":")
	s.generation = generation
	s.offset, err = strconv.ParseInt(offset, 10, 64)
	return s, err
}

// earlier is what a record of the output tells.
type earlier struct {
	name     string
	sequence string
	offset   int64
	settled  settled
	sum      uint64
}

// sentBefore reads a record of the output. It fails with ErrOutput.
func sentBefore(r *event.Record) (earlier, error) {
	var e event.Event
	if err := event.FromRecord(r, &e); err != nil {
		return earlier{}, fmt.Errorf("%w: %w", ErrOutput, err)
	}
	out := earlier{name: nameOf(string(r.Key), e.Type, e.Subject), sequence: e.Sequence}
	var errs [3]error
	out.offset, errs[0] = strconv.ParseInt(e.Sequence[:max(0, len(e.Sequence)-ordinalDigits)], 10, 64)
	out.settled, errs[1] = parseSettled(header(r, settledHeader))
	out.sum, errs[2] = strconv.ParseUint(header(r, sumHeader), 16, 64)
	if err := errors.Join(errs[:]...); err != nil {
		return earlier{}, fmt.Errorf("%w: %w", ErrOutput, err)
	}
	return out, nil
}

func header(r *event.Record, key string) string {
	for _, h := range r.Headers {
		if h.Key == key {
			return string(h.Value)
		}
	}
	return ""
}

// sending is what all records of one cut share.
type sending struct {
	source     string
	generation string
	offset     int64 // of the last record in the cut
	time       int64 // the latest moment that the cut knows of, milliseconds
	settled    settled
}

// outgoing is what one record is made of.
type outgoing struct {
	tenant, kind, id, subject string
	ordinal                   int
	sum                       uint64
	data                      any
}

// send adds the record of an event to what is sent.
func (s *sending) send(o outgoing, out *state.Output) error {
	body, err := json.Marshal(o.data)
	if err != nil {
		return err
	}
	e := event.Event{
		ID: o.id, Source: s.source, Type: o.kind, Subject: o.subject, Time: s.time, Sequence: sequence(s.offset, o.ordinal),
		DataContentType: "application/json", Extensions: []event.Attribute{{Name: "tenant", Value: o.tenant}}, Data: body,
	}
	r := e.ToRecord(o.tenant)
	r.Headers = append(r.Headers,
		event.Header{Key: settledHeader, Value: []byte(s.settled.String())},
		event.Header{Key: sumHeader, Value: strconv.AppendUint(nil, o.sum, 16)})
	out.Records = append(out.Records, r)
	return nil
}
