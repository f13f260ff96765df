package metric_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/metric"
)

// line is values in one line: of each its dimensions, value, n, numerator/denominator, quantiles, and
// what is missing, and why there is no value; only what is there.
func line(t tb, values []metric.Value) string {
	t.Helper()
	var out []string
	for i := range values {
		v := &values[i]
		s := dimensions(v.Dimensions) + number(v.Value) + fmt.Sprintf(" n=%d", v.N)
		if v.Numerator != nil {
			s += " " + number(v.Numerator) + "/" + number(v.Denominator)
		}
		if q := v.Quantiles; q != nil {
			s += fmt.Sprintf(" p75=%s p90=%s mean=%s", number(q.P75), number(q.P90), number(q.Mean))
		}
		if v.LowSample {
			s += " low"
		}
		if o := v.Original; o != nil {
			s += " originally " + number(o.Value) + " of " + number(o.Denominator)
		}
		if v.Reason != "" {
			s += " (" + v.Reason + ")"
		}
		out = append(out, s+missing(t, v.Missing))
	}
	return strings.Join(out, ", ")
}

func dimensions(of map[string]string) string {
	var parts []string
	for name, value := range of {
		parts = append(parts, name+"="+value)
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, " ") + ": "
}

func number(n *metric.Number) string {
	if n == nil {
		return "null"
	}
	return string(*n)
}

func missing(t tb, of map[string]any) string {
	t.Helper()
	if len(of) == 0 {
		return ""
	}
	text, err := json.Marshal(of)
	if err != nil {
		t.Fatalf("missing: %v", err)
	}
	return " missing " + strings.ReplaceAll(string(text), `"`, "")
}

// flow is the answer to a question about the pipeline flow in one line: of each value what is not zero,
// with the number of deals behind it.
func (c *company) flow(text string) string {
	c.t.Helper()
	values, err := c.flows(text)
	if err != nil {
		return err.Error()
	}
	var out []string
	for i := range values {
		v := &values[i]
		terms := parts(c.t, v.FlowAmounts)
		counts := parts(c.t, v.Counts)
		s := dimensions(v.Dimensions)
		for _, name := range flowParts {
			if terms[name] != "0.00" || counts[name] != "0" {
				s += fmt.Sprintf("%s %s (%s) ", name, terms[name], counts[name])
			}
		}
		if v.Balanced {
			s += "balanced"
		} else {
			s += "off by " + number(v.Difference)
		}
		out = append(out, s+missing(c.t, v.Missing))
	}
	return strings.Join(out, ", ")
}

var flowParts = []string{
	"opening", "created", "moved_in", "up", "down", "won", "lost", "moved_out", "reopened", "removed", "reassigned_in",
	"reassigned_out", "closing",
}

// parts are the parts of a flow by their names in JSON.
func parts(t tb, amounts any) map[string]string {
	t.Helper()
	text, err := json.Marshal(amounts)
	if err != nil {
		t.Fatalf("flow: %v", err)
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(text, &raw); err != nil {
		t.Fatalf("flow: %v", err)
	}
	out := map[string]string{}
	for name, value := range raw {
		out[name] = string(value)
	}
	return out
}

func (c *company) flows(text string) ([]metric.FlowValue, error) {
	c.t.Helper()
	req, _ := c.request(text)
	q, err := metric.AskFlow(c.layout, req)
	if err != nil {
		return nil, err
	}
	return q.Answer(c.read(q.Reads(tenant)))
}

// asked is a question and its answer in one line; a question that begins with "flow " is of the pipeline.
type asked struct{ ask, want string }

// check asks a company everything.
func check(t *testing.T, c *company, questions []asked) {
	t.Helper()
	for _, q := range questions {
		got := ""
		if rest, ok := strings.CutPrefix(q.ask, "flow "); ok {
			got = c.flow(rest)
		} else {
			got = c.ask(q.ask)
		}
		if got != q.want {
			t.Errorf("%s\n got %s\nwant %s", q.ask, got, q.want)
		}
	}
	c.prove(questions)
}

// story is what happened, and what is asked about it.
type story struct {
	name, events string
	asked        []asked
}

func tellAll(t *testing.T, stories []story) {
	t.Helper()
	for _, s := range stories {
		t.Run(s.name, func(t *testing.T) { check(t, tell(t, layoutOf(), s.events), s.asked) })
	}
}
