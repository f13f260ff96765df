package metric_test

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/metric"
)

// rated draws what a dollar and a pound are worth.
func rated(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(0, 4).Draw(t, "rates") {
		fmt.Fprintf(&b, "2026-0%s-10T12:00 fx.rate_set currency/%s base=%s rate=%s date=2026-0%s-01", pick("1", "3", "5"), pick("USD", "GBP"),
			pick("EUR", "USD", "GBP"), pick("0.5", "0.8", "3"), pick("1", "3"))
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02"))
		}
		b.WriteString("\n")
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), "USD base=USD", "USD base=EUR"), "GBP base=GBP", "GBP base=EUR")
}

// everything draws a company's business of all kinds.
func everything(t *rapid.T) string {
	return life(t) + leads(t) + service(t) + subscriptions(t) + renewing(t) + plans(t) + engaging(t) + rated(t)
}

// TestAValueIsTheSameAmongOthersAndAlone asks each metric by one of its dimensions, and for each value of that alone;
// and for the days of each step of a series, and for these days alone.
func TestAValueIsTheSameAmongOthersAndAlone(t *testing.T) {
	layout := layoutFrom(time.February)
	rapid.Check(t, func(t *rapid.T) {
		c := tell(t, layout, everything(t))
		window := rapid.SampledFrom([]string{"2026-02", "2026-Q1", "FY2027-Q1", "FY2027", "2026"}).Draw(t, "window")
		days := rapid.SampledFrom([]string{"as_of=2026-12-31", "as_of=2026-03-10", "known=2026-10-01", "known=2026-10-02 as_of=2026-04-20"}).Draw(t, "days")
		question := " window=" + window + " " + days + " margin=0.8 currency=" + rapid.SampledFrom([]string{"EUR", "USD"}).Draw(t, "currency")
		turn := rapid.IntRange(0, 35).Draw(t, "turn")
		for i, m := range metric.Catalogue {
			if i%6 != turn/6 { // a part of the catalogue each time
				continue
			}
			c.sound(m.ID+question, c.whole(m.ID+question))
			if dims := m.Dimensions(); len(dims) > 0 {
				c.alone(m.ID+question, dims[turn%len(dims)])
			}
			if m != metric.Find("pipeline_coverage") { // its period is that of the whole window
				c.steps(m.ID+question, [...]string{"month", "week", "quarter"}[turn%3])
			}
		}
	})
}

func (c *company) alone(question, dim string) {
	values, _, err := c.answer(question + " by=" + dim)
	if err != nil {
		c.t.Fatalf("%s by=%s: %v", question, dim, err)
	}
	for _, v := range values {
		c.sound(question, v)
		value := v.Dimensions[dim]
		v.Dimensions = nil
		if got, want := c.ask(question+" where="+dim+":"+value), line(c.t, []metric.Value{v}); got != want {
			c.t.Fatalf("%s %s=%s:\nalone %s\namong others %s", question, dim, value, got, want)
		}
	}
}

func (c *company) steps(question, step string) {
	_, series, err := c.answer(question + " step=" + step)
	if errors.Is(err, metric.ErrStandard) {
		return
	}
	if err != nil {
		c.t.Fatalf("%s step=%s: %v", question, step, err)
	}
	req, _ := c.request(question)
	for _, s := range series {
		stand := min(day(c.t, s.To)-1, req.AsOf) // of a stock
		alone := strings.Replace(question, " window=", fmt.Sprintf(" window=%s..%s stand=%s of=", s.From, s.To, stand), 1)
		if got, want := line(c.t, s.Values), c.ask(alone); got != want {
			c.t.Fatalf("%s %s:\namong others %s\nalone %s", question, s.From, got, want)
		}
	}
}

// whole is the answer to a question that is not split.
func (c *company) whole(question string) metric.Value {
	values, _, err := c.answer(question)
	if err != nil || len(values) != 1 {
		c.t.Fatalf("%s: %v, %v", question, values, err)
	}
	return values[0]
}

// sound holds an answer to what every answer is: without a value only where nothing is there or a reason is given, zero
// and not null where a flow or a stock is empty, the quotient of what it is made of, and within its interval.
func (c *company) sound(question string, v metric.Value) {
	id, _, _ := strings.Cut(question, " ")
	m := metric.Find(id)
	number := func(n *metric.Number) float64 {
		f, err := strconv.ParseFloat(string(*n), 64)
		if err != nil {
			c.t.Fatalf("%s: %v", question, err)
		}
		return f
	}
	sums := (m.Kind == metric.Flow || m.Kind == metric.Stock) && (m.Unit == metric.Count || m.Unit == metric.Money) && v.Numerator == nil
	switch {
	case v.Value == nil && (v.N != 0 && v.Reason == "" || sums || v.Interval != nil):
		c.t.Fatalf("%s: no value, and no reason: %s", question, line(c.t, []metric.Value{v}))
	case v.Value == nil:
		return
	case v.Reason != "":
		c.t.Fatalf("%s: a value, and a reason why there is none: %s", question, line(c.t, []metric.Value{v}))
	case v.Interval != nil && (number(v.Value) < v.Interval[0] || number(v.Value) > v.Interval[1]):
		c.t.Fatalf("%s: %v lies outside of %v", question, number(v.Value), v.Interval)
	case m.Unit == metric.Ratio && v.Numerator != nil && math.Abs(number(v.Numerator)-number(v.Value)*number(v.Denominator)) > 0.01+0.01*math.Abs(number(v.Value)):
		c.t.Fatalf("%s: %s", question, line(c.t, []metric.Value{v}))
	}
}
