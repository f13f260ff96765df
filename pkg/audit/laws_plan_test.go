package audit_test

import (
	"fmt"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/event"
)

// plan fills in an event of what is set in advance: spend, quotas, goals and rates.
func plan(t *rapid.T, s *said, amount int) {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	target := pick("target", "owner/o1", "owner/o2", "team/t1")
	period := pick("period", "2026", "2026-Q1", "2026-Q2", "2026-03", "2026-04")
	switch s.kind {
	case "spend.recorded":
		from := event.Day(s.at/(24*hour)) + 1
		to := from + event.Day(rapid.Int32Range(0, 40).Draw(t, "span"))
		s.subject = pick("campaign", "campaign/c1", "campaign/c2")
		s.data = fmt.Sprintf(`{"amount":"%d.07","purpose":%q,"channel":%q,"from":%q,"to":%q,"currency":%q}`,
			amount, pick("purpose", "marketing", "sales", "retention"), pick("channel", "mail", "event"), from, to, pick("spent", "EUR", "USD"))
	case "fx.rate_set":
		s.subject = pick("rated", "currency/USD", "currency/GBP")
		s.data = fmt.Sprintf(`{"base":"EUR","rate":"0.%d","date":%q}`, 1+amount%9, event.Day(s.at/(24*hour)-rapid.Int64Range(-2, 9).Draw(t, "since")))
	case "quota.set":
		s.subject, s.data = target, fmt.Sprintf(`{"period":%q,"amount":%d}`, period, amount)
	case "goal.set":
		s.subject = pick("goal", target, "tenant")
		s.data = pick("of", fmt.Sprintf(`{"metric":"bookings","period":%q,"amount":%d}`, period, amount),
			fmt.Sprintf(`{"metric":"win_rate","period":%q,"value":"0.%d"}`, period, amount))
	}
}
