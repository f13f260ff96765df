package publish_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/pkg/state"
)

// bench is a partition in memory, with the machine that fills it and the publisher that answers from it.
type bench struct {
	t         testing.TB
	config    config.Config
	layouts   map[string]*metric.Layout
	plan      *publish.Plan
	machine   *aggregate.Machine
	publisher *publish.Publisher
	meta      state.Meta
	rows      map[string]map[string][]byte
	sent      []event.Record
}

// newBench makes a partition of the configuration that a text is, which may be empty.
func newBench(t testing.TB, text string) *bench {
	t.Helper()
	b := &bench{t: t, rows: map[string]map[string][]byte{}, meta: state.Meta{LastOffset: -1, Definition: strings.Repeat("ab", 32)}}
	var err error
	if b.config, err = config.Parse([]byte(text)); err != nil {
		t.Fatal(err)
	}
	b.lay()
	b.restart()
	return b
}

// lay works out what the configuration says.
func (b *bench) lay() {
	b.t.Helper()
	var err error
	if b.layouts, err = b.config.Layouts(); err != nil {
		b.t.Fatal(err)
	}
	if b.plan, err = b.config.Plan(b.layouts, func(string) bool { return true }); err != nil {
		b.t.Fatal(err)
	}
}

// restart is a new process over what is stored; and over what was sent.
func (b *bench) restart() {
	b.t.Helper()
	b.machine = aggregate.New(b.layouts, aggregate.Options{Publish: b.plan})
	b.publisher = publish.New(b.plan, 3, "log1")
	if err := b.publisher.Resume(b.sent); err != nil {
		b.t.Fatal(err)
	}
}

// lose forgets all that is stored.
func (b *bench) lose() {
	b.rows, b.meta.Offset, b.meta.LastOffset, b.meta.Watermark = map[string]map[string][]byte{}, 0, -1, 0
	b.restart()
}

func (b *bench) give(missing []state.Ref) {
	b.t.Helper()
	if len(missing) == 0 {
		return
	}
	values := make([][]byte, len(missing))
	for i, r := range missing {
		values[i] = b.rows[r.Key][r.Field]
	}
	if err := b.machine.Give(values); err != nil {
		b.t.Fatal(err)
	}
}

// commit folds records, which get the next offsets, and commits them together.
func (b *bench) commit(recs ...event.Record) {
	b.t.Helper()
	for i := range recs {
		recs[i].Offset = b.meta.Offset + int64(i)
	}
	b.give(b.machine.Begin(recs))
	for done := 0; done < len(recs); {
		p := b.machine.Apply(1 << 20)
		if len(p.Refused) > 0 {
			b.t.Fatal(p.Refused)
		}
		b.meta.Watermark = max(b.meta.Watermark, p.Watermark)
		done += p.Applied
		b.give(p.Missing)
	}
	changes, missing, err := b.machine.Changes()
	for ; err == nil && len(missing) > 0; changes, missing, err = b.machine.Changes() {
		b.give(missing)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	for _, c := range changes {
		if b.rows[c.Key] == nil {
			b.rows[c.Key] = map[string][]byte{}
		}
		if c.Value == nil {
			delete(b.rows[c.Key], c.Field)
		} else {
			b.rows[c.Key][c.Field] = bytes.Clone(c.Value)
		}
	}
	b.machine.Settle(true)
	b.meta.Offset += int64(len(recs))
	b.meta.LastOffset = b.meta.Offset - 1
}

func (b *bench) cut(reads []state.Read) [][]state.Row {
	out := make([][]state.Row, len(reads))
	for i, r := range reads {
		fields := r.Fields
		if fields == nil {
			fields = slices.Sorted(maps.Keys(b.rows[r.Key]))
		}
		for _, f := range fields {
			out[i] = append(out[i], state.Row{Field: f, Value: b.rows[r.Key][f]})
		}
	}
	return out
}

func (b *bench) clear(g state.Group) {
	for _, row := range g.Rows {
		if bytes.Equal(b.rows[g.Key][row.Field], row.Value) {
			delete(b.rows[g.Key], row.Field)
		}
	}
}

// sending is a plan of what is marked now.
func (b *bench) sending() state.Sending {
	b.t.Helper()
	plan, err := b.publisher.Plan(b.meta, b.cut(b.publisher.Marks()))
	if err != nil {
		b.t.Fatal(err)
	}
	return plan
}

func (b *bench) answer(part state.Part) state.Output {
	b.t.Helper()
	out, err := part.Publish(b.meta, b.cut(part.Reads()))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

// round sends what is marked, and returns it.
func (b *bench) round() sent {
	b.t.Helper()
	from := len(b.sent)
	plan := b.sending()
	b.clear(plan.Drop)
	for _, part := range plan.Parts {
		out := b.answer(part)
		b.sent = append(b.sent, out.Records...)
		part.Sent()
		b.clear(out.Clear)
	}
	b.publisher.Settled()
	return b.read(b.sent[from:])
}

// message is an event that was sent.
type message struct {
	event.Event
	tenant string
	data   map[string]any
}

type sent []message

func (b *bench) read(recs []event.Record) sent {
	b.t.Helper()
	var out sent
	for i := range recs {
		m := message{tenant: string(recs[i].Key)}
		if err := event.FromRecord(&recs[i], &m.Event); err != nil {
			b.t.Fatal(err)
		}
		if err := json.Unmarshal(m.Data, &m.data); err != nil {
			b.t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}

// of are the messages of a type about a subject.
func (s sent) of(kind, subject string) sent {
	return slices.DeleteFunc(slices.Clone(s), func(m message) bool { return m.Type != kind || m.Subject != subject })
}

func (s sent) count(kind string) (n int) {
	for _, m := range s {
		if m.Type == kind {
			n++
		}
	}
	return n
}

// only is the one message of a type about a subject.
func (b *bench) only(s sent, kind, subject string) message {
	b.t.Helper()
	found := s.of(kind, subject)
	if len(found) != 1 {
		b.t.Fatalf("%d messages %s about %s, want 1", len(found), kind, subject)
	}
	return found[0]
}

// at is what a JSON pointer leads to in a message's data; nil where it leads nowhere.
func (m message) at(pointer string) any {
	var body any = m.data
	for part := range strings.SplitSeq(pointer[1:], "/") {
		switch v := body.(type) {
		case map[string]any:
			body = v[part]
		case []any:
			var i int
			if _, err := fmt.Sscan(part, &i); err != nil || i >= len(v) {
				return nil
			}
			body = v[i]
		default:
			return nil
		}
	}
	return body
}

func millis(t testing.TB, text string) int64 {
	t.Helper()
	at, err := event.ParseInstant(text)
	if err != nil {
		t.Fatal(err)
	}
	return int64(at)
}

// say is an event about a deal that became known at another time than it happened.
func (b *bench) say(id, kind, deal, happened, known, data string) event.Record {
	b.t.Helper()
	e := event.Event{
		ID: id, Source: "/test", Type: "dev.weir." + kind, Subject: "deal/" + deal, Time: millis(b.t, happened), Data: []byte(data),
	}
	rec := e.ToRecord("default")
	rec.Time = millis(b.t, known)
	return rec
}

// tick is the tick of an hour, which the log took then.
func (b *bench) tick(hour string) event.Record {
	rec := event.Tick(3, millis(b.t, hour))
	rec.Time = millis(b.t, hour)
	return rec
}

// fixture are the records of a file of the fixture.
func (b *bench) fixture(name string) []event.Record {
	b.t.Helper()
	text, err := os.ReadFile("../../test/fixture/" + name)
	if err != nil {
		b.t.Fatal(err)
	}
	var list []struct {
		ID, Source, Type, Subject, Time, RecordedTime string
		Data                                          json.RawMessage
	}
	if err := json.Unmarshal(text, &list); err != nil {
		b.t.Fatal(err)
	}
	var recs []event.Record
	for _, l := range list {
		e := event.Event{ID: l.ID, Source: l.Source, Type: l.Type, Subject: l.Subject, Time: millis(b.t, l.Time), Data: l.Data}
		e.RecordedTime = millis(b.t, l.RecordedTime)
		rec := e.ToRecord("default")
		rec.Time = millis(b.t, "2026-11-22T09:00:00Z")
		recs = append(recs, rec)
	}
	return recs
}
