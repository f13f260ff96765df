package audit_test

import (
	"fmt"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/event"
)

// engage writes an event about what is kept beside a deal; activities are of leads and accounts too.
func engage(t *rapid.T, s *said, lead, owner string) {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	switch s.kind {
	case "activity.logged":
		s.subject = pick("about", s.subject, s.subject, "lead/"+lead, "account/X")
		s.data = fmt.Sprintf(`{"kind":%q,"direction":%q,"owner":%q,"id":%q,"thread":"t","participants":[{"contact":%q},{"contact":"e","role":%q}]%s}`,
			pick("what", "call", "meeting", "meeting"), pick("direction", "inbound", "outbound", "internal"), owner, pick("id", "m", "n", "o"),
			pick("contact", "c", "d"), pick("role", "user", "decision_maker"), pick("reply", "", `,"reply_to":"m"`))
	case "activity.scheduled":
		at := s.at + rapid.Int64Range(-2, 20).Draw(t, "ahead")*24*hour
		s.data = fmt.Sprintf(`{"kind":%q,"id":%q,"at":%q}`, pick("what", "call", "meeting"), pick("id", "m", "n"), event.FormatInstant(at))
	case "activity.cancelled":
		s.data = fmt.Sprintf(`{"id":%q}`, pick("id", "m", "n"))
	case "contact.role_set":
		s.data = fmt.Sprintf(`{"contact":%q,"role":%q}`, pick("contact", "c", "d"), pick("role", "champion", "decision_maker"))
	case "competitor.tagged":
		s.data = fmt.Sprintf(`{"competitor":%q}`, pick("competitor", "acme", "bolt"))
	case "deal.qualification_set":
		s.data = fmt.Sprintf(`{"element":%q,"state":%q}`, pick("element", "champion", "metrics"), pick("state", "filled", "empty"))
	}
}
