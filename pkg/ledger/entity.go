package ledger

import (
	"strings"

	"weir.dev/weir/pkg/event"
)

// Kind is what sort of thing an entity is.
type Kind uint8

// The entities that facts are folded into. What an account has in numbers (renewals, tickets, those who
// answer surveys, users, the features that they use) are entities of their own, so that nothing folds
// years of facts again for one more.
const (
	KindNone Kind = iota
	KindDeal
	KindLead
	KindAccount
	KindCampaign
	KindOwner
	KindTeam
	KindTenant
	KindCurrency
	KindRenewal
	KindTicket
	KindRespondent
	KindUser
	KindFeature
	NumKinds // one more than the last
)

var kindNames = [NumKinds]string{
	"none", "deal", "lead", "account", "campaign", "owner", "team", "tenant", "currency",
	"renewal", "ticket", "respondent", "user", "feature",
}

// String is the kind's name.
func (k Kind) String() string { return kindNames[k] }

// KindOf is the kind of entity that a subject such as "deal/D4" names, KindNone for one that is not kept.
func KindOf(subject string) Kind {
	name, _, _ := strings.Cut(subject, "/")
	for k := KindDeal; k < NumKinds; k++ {
		if name == kindNames[k] {
			return k
		}
	}
	return KindNone
}

// Subject is the subject of an entity's id; the tenant has none.
func (k Kind) Subject(id string) string {
	if k == KindTenant {
		return kindNames[k]
	}
	return kindNames[k] + "/" + id
}

// ID is the id in a subject.
func (k Kind) ID(subject string) string {
	return strings.TrimPrefix(subject[len(kindNames[k]):], "/")
}

// Part is the subject of something that an account has in numbers: its kind, the account, and its own id.
func (k Kind) Part(account, id string) string {
	return k.Subject(KindAccount.ID(account) + "/" + id)
}

// Parts reports whether entities of a kind belong to an account.
func (k Kind) Parts() bool { return k >= KindRenewal }

// AccountOf is the subject of the account that a part belongs to; an account's id holds no slash.
func AccountOf(part string) string {
	account, _, _ := strings.Cut(KindOf(part).ID(part), "/")
	return KindAccount.Subject(account)
}

// PartID is a part's own id.
func PartID(part string) string {
	_, id, _ := strings.Cut(KindOf(part).ID(part), "/")
	return id
}

// Homes are the subjects of the entities that an event is folded into: the one that it names or, of what
// an account has in numbers, its parts. The second may be empty. payload is the event's decoded data; it
// matters where HomedByData says so. Persons are homed under pseudonyms: what is kept of an account needs no
// more than to tell them apart.
func Homes(subject string, payload any) (first, second string) {
	switch p := payload.(type) {
	case *event.RenewalDue:
		return KindRenewal.Part(subject, p.Renewal), ""
	case *event.RenewalRenewed:
		return KindRenewal.Part(subject, p.Renewal), ""
	case *event.RenewalLost:
		return KindRenewal.Part(subject, p.Renewal), ""
	case *event.TicketOpened:
		return KindTicket.Part(subject, p.Ticket), ""
	case *event.TicketResolved:
		return KindTicket.Part(subject, p.Ticket), ""
	case *event.TicketReopened:
		return KindTicket.Part(subject, p.Ticket), ""
	case *event.SurveyAnswered:
		return KindRespondent.Part(subject, Pseudonym(p.Respondent)), ""
	case *event.UsageRecorded:
		return KindUser.Part(subject, Pseudonym(p.User)), KindFeature.Part(subject, p.Feature)
	default:
		return subject, ""
	}
}

// HomedByData reports whether the data of events of a kind decide which entities they are folded into.
func HomedByData(kind event.Kind) bool {
	switch kind {
	case event.KindRenewalDue, event.KindRenewalRenewed, event.KindRenewalLost, event.KindTicketOpened, event.KindTicketResolved,
		event.KindTicketReopened, event.KindSurveyAnswered, event.KindUsageRecorded:
		return true
	default:
		return false
	}
}
