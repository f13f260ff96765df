package publish

import (
	"fmt"
	"strconv"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// generationDigits is how much of a definition's hash names its generation.
const generationDigits = 16

// Publisher decides what is sent of a partition, and remembers what was. It implements engine.Publisher.
type Publisher struct {
	plan      *Plan
	partition int
	logID     string

	ticked  int64             // the hour of the last tick that the partition took
	last    int64             // the offset of the latest cut of which something was sent; -1 for none
	settled settled           // by the plans that were carried out
	looked  settled           // by the last plan, once it is
	sums    map[string]uint64 // of what was sent last, by nameOf
	doubted map[string]try    // that were not acknowledged: they may come yet, behind others
}

// try is a sending of a snapshot.
type try struct {
	offset int64 // of the cut
	sum    uint64
}

// New makes the publisher of a partition of the log with an identity.
func New(plan *Plan, partition int, logID string) *Publisher {
	return &Publisher{
		plan: plan, partition: partition, logID: logID, last: -1, settled: settled{offset: -1},
		sums: map[string]uint64{}, doubted: map[string]try{},
	}
}

// Resume takes up what the end of the output tells of what was sent: of a name the highest sequence counts, whatever
// came late. It fails with ErrOutput where a record there is not of a publisher, and passes it over.
func (p *Publisher) Resume(tail []event.Record) (err error) {
	highest := map[string]string{}
	for i := range tail {
		r, wrong := sentBefore(&tail[i])
		if wrong != nil {
			err = wrong
			continue
		}
		if r.offset >= p.last {
			p.last, p.settled = r.offset, r.settled
		}
		if r.sequence >= highest[r.name] {
			highest[r.name], p.sums[r.name] = r.sequence, r.sum
		}
		if p.doubted[r.name] == (try{r.offset, r.sum}) {
			delete(p.doubted, r.name)
		}
	}
	return err
}

// Marks names the rows that Plan needs.
func (p *Publisher) Marks() []state.Read { return []state.Read{clockRead, {Key: MarksKey}} }

var clockRead = state.Read{Key: ClockRef.Key, Fields: []string{ClockRef.Field}}

// Plan says what is to be sent of what is marked, and which marks ask for nothing any more. Nothing is sent of a
// state that is still being made, nor of one that lies before what was sent of it: the store lost its last writes,
// and is being filled again.
func (p *Publisher) Plan(meta state.Meta, rows [][]state.Row) (state.Sending, error) {
	var err error
	if p.ticked, err = LastTick(rows[0][0].Value); err != nil {
		return state.Sending{}, err
	}
	if behind := max(p.last-meta.LastOffset, meta.Goal-meta.Offset); behind > 0 {
		return state.Sending{Behind: behind}, nil
	}
	p.looked = settled{GenerationOf(meta), meta.LastOffset}
	s := state.Sending{Drop: state.Group{Key: MarksKey}}
	marks := map[string][]mark{}
	for _, row := range rows[1] {
		m, err := readMark(row)
		if err != nil {
			return s, err
		}
		if t := p.plan.tenants[m.tenant]; t == nil || !t.groups[m.group] || p.told(m, meta) {
			s.Drop.Rows = append(s.Drop.Rows, row)
			continue
		}
		marks[m.tenant] = append(marks[m.tenant], m)
	}
	for _, t := range p.plan.order {
		if len(marks[t.Name]) == 0 {
			continue
		}
		part, err := newPart(p, t, marks[t.Name], p.moment(meta))
		if err != nil {
			return s, fmt.Errorf("tenant %s: %w", t.Name, err)
		}
		s.Parts = append(s.Parts, part)
		s.Series += len(part.updates)
	}
	return s, nil
}

// told reports whether all that a mark asks for was sent before. Under another definition the numbers are others,
// but what corrected a period is told once.
func (p *Publisher) told(m mark, meta state.Meta) bool {
	return m.cause.offset <= p.settled.offset && (m.late || p.settled.generation == GenerationOf(meta))
}

// GenerationOf is the definition that a state was made under.
func GenerationOf(meta state.Meta) string {
	return meta.Definition[:min(generationDigits, len(meta.Definition))]
}

// moment is the instant as of whose day updates are: that of the last tick; before the first one, the latest time
// of an event.
func (p *Publisher) moment(meta state.Meta) int64 {
	if p.ticked > 0 {
		return p.ticked
	}
	return meta.Watermark
}

// Settled notes that all of the last plan was sent.
func (p *Publisher) Settled() { p.settled = p.looked }

// Ticks are the records that the partition's clock lacks in an hour (its beginning, in milliseconds): the tick
// of that hour, and one of each day that was missed since the last.
func (p *Publisher) Ticks(hour int64) []event.Record {
	var recs []event.Record
	for _, at := range due(p.ticked, hour) {
		recs = append(recs, event.Tick(p.partition, at))
	}
	return recs
}

// position is the token of the last record of a cut.
func (p *Publisher) position(meta state.Meta) string {
	return state.Position{Log: p.logID, Partition: p.partition, Offset: meta.LastOffset}.String()
}

// sending is what all records of a cut share.
func (p *Publisher) sending(meta state.Meta) *sending {
	return &sending{
		source: "/weir/" + p.logID, generation: GenerationOf(meta),
		offset: meta.LastOffset, time: max(p.ticked, meta.Watermark), settled: p.settled,
	}
}

// id joins what names an event.
func id(tenant, name, of string, generation string, offset int64) string {
	return tenant + "/" + name + "/" + of + "/" + generation + "/" + strconv.FormatInt(offset, 10)
}
