package audit_test

import "fmt"

// ofService makes of an event one about how a customer is served: a ticket, an answer, usage, and what an
// account is at the time.
func (s *said) ofService(pick func(name string, of ...string) string) {
	s.subject = "account/" + pick("account", "X", "Y")
	s.kind = pick("service", "ticket.opened", "ticket.resolved", "ticket.reopened", "survey.answered", "usage.recorded",
		"usage.recorded", "account.enriched", "subscription.started", "subscription.changed", "subscription.ended")
	switch s.kind {
	case "ticket.opened":
		s.data = fmt.Sprintf(`{"ticket":%q,"priority":%q}`, pick("ticket", "T", "U"), pick("priority", "high", "low"))
	case "ticket.resolved", "ticket.reopened":
		s.data = fmt.Sprintf(`{"ticket":%q}`, pick("ticket", "T", "U"))
	case "survey.answered":
		s.data = fmt.Sprintf(`{"respondent":%q,"score":%s,"survey":%q,"kind":%q}`, pick("respondent", "r", "q"), pick("score", "3", "8", "9"),
			pick("survey", "spring", "autumn"), pick("survey kind", "relationship", "transactional"))
	case "usage.recorded":
		s.data = fmt.Sprintf(`{"user":%q,"feature":%q}`, pick("user", "ann", "bob"), pick("feature", "export", "api"))
	case "account.enriched":
		s.data = fmt.Sprintf(`{"provider":"p","fields":{"segment":%q}}`, pick("segment", "smb", "large"))
	case "subscription.started":
		s.data = fmt.Sprintf(`{"subscription":"S","price":10,"interval":"month","plan":%q,"seats":2,"features":[%q]}`,
			pick("plan", "pro", "basic"), pick("entitled", "export", "api"))
	case "subscription.changed":
		s.data = fmt.Sprintf(`{"subscription":"S","plan":%q,"features":["export","api"]}`, pick("plan", "pro", "basic"))
	default:
		s.data = `{"subscription":"S","reason":"too dear"}`
	}
}
