package metric_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/metric"
)

// proof is what the cases of this package have shown of one metric, each by an answer that is written out beside
// what it is made of.
type proof struct {
	value bool // it has a value
	empty bool // nothing is there to count, or to divide by
	late  bool // what became known late is not in the answer as known before, and is in the one as known after
}

var (
	proofs  = map[string]proof{} // by metric
	proving sync.Mutex
)

// TestMain runs the tests and, where all of them ran, holds the catalogue against what they have shown: a metric that
// has no cases of its own fails here.
func TestMain(m *testing.M) {
	code := m.Run()
	chosen := flag.Lookup("test.run").Value.String() + flag.Lookup("test.skip").Value.String() + flag.Lookup("test.list").Value.String()
	if code == 0 && chosen == "" && !proven() {
		code = 1
	}
	os.Exit(code)
}

// proven tells which cases are not there.
func proven() bool {
	complete := true
	for _, m := range metric.Catalogue {
		p := proofs[m.ID]
		if !reads(m) { // what the configuration says is the same whatever happens
			p.empty, p.late = true, true
		}
		if p != (proof{value: true, empty: true, late: true}) {
			fmt.Fprintf(os.Stderr, "FAIL: %s has no case of a value, of nothing to count, or of what became known late: %+v\n", m.ID, p)
			complete = false
		}
	}
	return complete
}

// reads reports whether a metric depends on any event.
func reads(m *metric.Metric) bool {
	q, err := metric.Ask(m, layoutOf(), metric.Request{Window: calendar.Span{From: 0, To: 31}, AsOf: 31, Stand: 31, Currency: "EUR"})
	return err != nil || len(q.Reads(tenant)) > 0
}

// prove notes what questions show whose answers are as their cases say.
func (c *company) prove(questions []asked) {
	proving.Lock()
	defer proving.Unlock()
	for i, q := range questions {
		id, _, _ := strings.Cut(q.ask, " ")
		m := metric.Find(id)
		if m == nil {
			continue // the pipeline flow
		}
		values, _, err := c.answer(q.ask)
		if err != nil {
			continue // the case is a refusal
		}
		p := proofs[id]
		for _, v := range values {
			none := v.Value == nil
			zero := none || strings.Trim(string(*v.Value), "0.") == ""
			p.value = p.value || !zero
			p.empty = p.empty || zero && v.N == 0 && (none || m.Kind == metric.Flow || m.Kind == metric.Stock && m.Unit != metric.Ratio)
		}
		p.late = p.late || c.late(q, questions[:i])
		proofs[id] = p
	}
}

// late reports whether a question has the answer of another one, but for what became known in between.
func (c *company) late(q asked, others []asked) bool {
	for _, other := range others {
		if whenever(q.ask) == whenever(other.ask) && q.want != other.want && (c.changed(q) || c.changed(other)) {
			return true
		}
	}
	return false
}

// whenever is a question without the days for which and as known by which it is asked.
func whenever(ask string) string {
	return strings.Join(slices.DeleteFunc(strings.Fields(ask), func(word string) bool {
		return strings.HasPrefix(word, "known=") || strings.HasPrefix(word, "as_of=")
	}), " ")
}

// changed reports whether what became known after the day that a question names changed its answer.
func (c *company) changed(q asked) bool {
	before, rest, ok := strings.Cut(q.ask, "known=")
	if !ok {
		return false
	}
	day, after, _ := strings.Cut(rest, " ")
	if !strings.Contains(q.ask, "as_of=") {
		after += " as_of=" + day
	}
	return c.ask(before+after) != q.want
}
