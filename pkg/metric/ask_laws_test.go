package metric_test

import (
	"errors"
	"fmt"
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
		fmt.Fprintf(&b, "2026-0%s-10 fx.rate_set currency/%s base=%s rate=%s date=2026-0%s-01", pick("1", "3", "5"), pick("USD", "GBP"),
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
