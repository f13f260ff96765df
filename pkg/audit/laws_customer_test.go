package audit_test

import "fmt"

// ofCustomer makes it something that is said of an account: of its subscriptions, or of who it is.
func (s *said) ofCustomer(pick func(name string, of ...string) string) {
	s.subject = "account/" + pick("account", "X", "Y")
	s.kind = pick("customer kind", "subscription.started", "subscription.started", "subscription.changed", "subscription.ended",
		"subscription.paused", "subscription.resumed", "account.enriched", "renewal.due", "renewal.due", "renewal.renewed", "renewal.lost")
	subscription := pick("subscription", "s1", "s2")
	switch s.kind {
	case "subscription.started":
		s.data = fmt.Sprintf(`{"subscription":%q,"price":%q,"interval":%q,"interval_count":%s,"discount_percent":%q,"plan":%q,"product":%q,"seats":3,"features":["f1","f2"]}`,
			subscription, pick("price", "0", "9.99", "120"), pick("interval", "day", "week", "month", "year"), pick("count", "1", "7"),
			pick("discount", "0", "33.3"), pick("plan", "basic", "pro"), pick("product", "p1", "p2"))
	case "subscription.changed":
		s.data = fmt.Sprintf(`{"subscription":%q,%s}`, subscription,
			pick("change", `"quantity":"2.5"`, `"price":7`, `"currency":"USD"`, `"plan":null`, `"tier":"gold"`, `"product":"p2"`, `"seats":9`, `"features":["f3"]`))
	case "account.enriched":
		s.data = fmt.Sprintf(`{"provider":"p","fields":{"segment":%q,"region":%q}}`, pick("segment", "smb", "big"), pick("region", "r1", "r2"))
	case "renewal.due":
		s.data = fmt.Sprintf(`{"renewal":%q,"due":%q,"amount":%q,"subscription":%q,"owner":%q}`,
			pick("renewal", "n1", "n2"), pick("due", "2026-03-25", "2026-04-01"), pick("due amount", "100", "20.5"), subscription, pick("owner", "o1", "o2"))
	case "renewal.renewed":
		s.data = fmt.Sprintf(`{"renewal":%q,"amount":70,"currency":%q}`, pick("renewal", "n1", "n2"), pick("currency", "EUR", "USD"))
	case "renewal.lost":
		s.data = fmt.Sprintf(`{"renewal":%q,"reason":"too dear"}`, pick("renewal", "n1", "n2"))
	default:
		s.data = fmt.Sprintf(`{"subscription":%q}`, subscription)
	}
}
