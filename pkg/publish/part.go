package publish

import (
	"encoding/json"
	"slices"

	"github.com/cespare/xxhash/v2"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// part is what is sent of one tenant, from one cut. It implements state.Part.
type part struct {
	publisher *Publisher
	tenant    *tenant
	moment    int64
	day       event.Day // as of which updates are
	reads     []state.Read
	places    map[string]int // of the keys of cells among the reads
	updates   []update
	periods   []period
	sums      map[string]uint64 // of what Publish made
	offset    int64             // of the cut that Publish was given
}

// update is a series to be answered.
type update struct {
	series
	question *metric.Question
	rows     []int // its reads
}

// newPart plans what marks ask for, as of the day of a moment.
func newPart(p *Publisher, t *tenant, marks []mark, moment int64) (*part, error) {
	out := &part{
		publisher: p, tenant: t, moment: moment, day: t.Layout.Def.Calendar.Day(moment), places: map[string]int{},
		reads: []state.Read{clockRead, {Key: MarksKey}},
	}
	touched := map[string]bool{}
	for _, m := range marks {
		out.reads[1].Fields = append(out.reads[1].Fields, m.row.Field)
		if !m.late {
			touched[m.group] = true
		}
	}
	for _, s := range t.updates {
		if !slices.ContainsFunc(s.groups, func(g string) bool { return touched[g] }) {
			continue
		}
		q, err := s.question(&t.Tenant, out.day)
		if err != nil {
			return nil, err
		}
		out.updates = append(out.updates, update{s, q, out.want(q)})
	}
	out.correct(marks)
	return out, nil
}

// want adds what a question reads to the part's reads, once, and returns the places.
func (p *part) want(q *metric.Question) []int {
	reads := q.Reads(p.tenant.Name)
	places := make([]int, len(reads))
	for i, read := range reads {
		at, there := p.places[read.Key]
		if !there {
			at = len(p.reads)
			p.places[read.Key] = at
			p.reads = append(p.reads, read)
		}
		places[i] = at
	}
	return places
}

func pick(rows [][]state.Row, places []int) [][]state.Row {
	some := make([][]state.Row, len(places))
	for i, at := range places {
		some[i] = rows[at]
	}
	return some
}

// Reads names the rows that Publish needs.
func (p *part) Reads() []state.Read { return p.reads }

// Publish makes of a cut what is to be sent: of each series that differs from what was sent of it last. It is
// stale where the day turned, or the store went back, since the plan was made.
func (p *part) Publish(meta state.Meta, rows [][]state.Row) (out state.Output, err error) {
	ticked, err := LastTick(rows[0][0].Value)
	if err != nil {
		return out, err
	}
	if ticked != p.publisher.ticked || meta.LastOffset < max(p.publisher.last, p.publisher.looked.offset) {
		return state.Output{Stale: true}, nil
	}
	p.sums, p.offset = map[string]uint64{}, meta.LastOffset
	s := p.publisher.sending(meta)
	for i := range p.updates {
		if err := p.updates[i].publish(p, s, meta, rows, &out); err != nil {
			return out, err
		}
	}
	if err := p.publishCorrections(s, meta, rows, &out); err != nil {
		return out, err
	}
	out.Clear.Key = MarksKey
	for _, row := range rows[1] {
		if row.Value != nil {
			out.Clear.Rows = append(out.Clear.Rows, row)
		}
	}
	return out, nil
}

// Sent notes that what Publish made was sent.
func (p *part) Sent() {
	for name, sum := range p.sums {
		p.publisher.sums[name] = sum
		delete(p.publisher.doubted, name)
	}
	p.publisher.last = max(p.publisher.last, p.offset)
}

func (u *update) publish(p *part, s *sending, meta state.Meta, rows [][]state.Row, out *state.Output) error {
	values, _, err := u.question.Answer(pick(rows, u.rows), p.tenant.MinimumSample)
	if err != nil {
		return err
	}
	data := u.snapshot(u.question, values)
	rec := outgoing{tenant: p.tenant.Name, kind: Updated, subject: u.Name, ordinal: u.ordinal}
	fresh, err := p.fresh(&rec, data)
	if err != nil || !fresh {
		return err
	}
	rec.id = id(p.tenant.Name, u.Name, data.AsOf, s.generation, s.offset)
	data.Position = p.publisher.position(meta)
	rec.data = data
	return s.send(rec, out)
}

// fresh notes the sum of what is about to be sent, and reports whether it differs from what was sent last.
func (p *part) fresh(o *outgoing, data any) (bool, error) {
	body, err := json.Marshal(data)
	if err != nil {
		return false, err
	}
	name := nameOf(o.tenant, o.kind, o.subject)
	o.sum = xxhash.Sum64(body)
	p.sums[name] = o.sum
	was, sent := p.publisher.sums[name]
	_, doubted := p.publisher.doubted[name]
	if sent && was == o.sum && !doubted {
		return false, nil
	}
	p.publisher.doubted[name] = try{p.offset, o.sum}
	p.publisher.last = max(p.publisher.last, p.offset) // it may be there soon, whatever becomes of the state
	return true, nil
}

// told reports whether a snapshot was sent before, or may have been.
func (p *part) told(name string) bool {
	_, sent := p.publisher.sums[name]
	_, doubted := p.publisher.doubted[name]
	return sent || doubted
}

// currency is that of the money in an answer; empty where there is none.
func currency(q *metric.Question) string {
	if q.Money() {
		return q.Request.Currency
	}
	return ""
}
