package ledger

import (
	"encoding/binary"

	"github.com/cespare/xxhash/v2"

	"weir.dev/weir/pkg/event"
)

// Reader turns events into facts, in room that it uses again.
type Reader struct {
	fields []Field
	body   []byte
}

// Folds reports whether events of a kind are folded into lives.
func Folds(kind event.Kind) bool {
	switch kind {
	case event.KindCompetitorTagged, event.KindContactRoleSet, event.KindDealQualificationSet, event.KindActivityLogged,
		event.KindActivityScheduled, event.KindActivityCancelled, event.KindLeadCaptured, event.KindLeadQualified,
		event.KindLeadDisqualified, event.KindLeadConverted, event.KindLeadMerged, event.KindContractSigned,
		event.KindSubscriptionStarted, event.KindSubscriptionChanged, event.KindSubscriptionEnded, event.KindSubscriptionPaused,
		event.KindSubscriptionResumed, event.KindAccountEnriched, event.KindSpendRecorded, event.KindQuotaSet, event.KindGoalSet,
		event.KindFXRateSet, event.KindSubjectErased:
		return true
	default:
		return ofDeal(kind) || HomedByData(kind)
	}
}

// Shapes reports whether facts of a kind change what a deal or a lead is; the others are kept beside it: what
// was done for it, who plays which part in it.
func Shapes(kind event.Kind) bool {
	switch kind {
	case event.KindActivityLogged, event.KindActivityScheduled, event.KindActivityCancelled, event.KindContactRoleSet,
		event.KindCompetitorTagged, event.KindDealQualificationSet:
		return false
	default:
		return true
	}
}

// Moves reports whether a fact of a kind can create a deal that there is, move it between stages, end it, open it
// again, or take it away; the others change what it is worth, when it is planned, or whose it is.
func Moves(kind event.Kind) bool {
	switch kind {
	case event.KindDealUpdated, event.KindDealAmountChanged, event.KindDealCloseDateChanged, event.KindDealCategoryChanged,
		event.KindDealOwnerChanged:
		return false
	default:
		return true
	}
}

// Fact is what an event says of its subject. payload is its decoded data; arrival is when the log took
// it, in milliseconds. The fact's fields are valid until the next call.
//
// It became known on the day of its recordedtime, else of its arrival, but never after its arrival and
// never before the day of its time.
func (r *Reader) Fact(def *Definition, e *event.Event, kind event.Kind, payload any, arrival int64) Fact {
	known := arrival
	if e.RecordedTime != 0 && e.RecordedTime < arrival {
		known = e.RecordedTime
	}
	r.fields = r.fields[:0]
	if kind == event.KindUsageRecorded {
		return usage(def, e, known)
	}
	r.payload(payload)
	return Fact{
		Kind: kind, Time: e.Time, Known: max(def.Day(known), def.Day(e.Time)),
		Source: e.Source, Sequence: e.Sequence, ID: e.ID, Sum: r.sum(e), Fields: r.fields,
	}
}

// usage is what a record of usage says of its user, and of its feature: that there was some on a day. Its
// identity is the day, so that a thousand uses of a day are one fact.
func usage(def *Definition, e *event.Event, known int64) Fact {
	day := def.Day(e.Time)
	return Fact{
		Kind: event.KindUsageRecorded, Time: def.Calendar.Start(day), Known: max(def.Day(known), day), ID: day.String(),
	}
}

// sum is a checksum of what the event says, to tell a repeat from a conflict.
func (r *Reader) sum(e *event.Event) uint32 {
	b := binary.AppendVarint(r.body[:0], e.Time)
	b = append(append(append(b, e.Type...), 0), e.Sequence...)
	r.body = append(append(b, 0), e.Data...)
	return uint32(xxhash.Sum64(r.body))
}

func (r *Reader) payload(payload any) {
	switch p := payload.(type) {
	case *event.DealCreated:
		r.text(NameStage, p.Stage)
		r.deal(&p.DealFields)
	case *event.DealUpdated:
		r.deal(&p.DealFields)
	case *event.DealStageChanged:
		r.text(NameStage, p.To)
	case *event.DealAmountChanged:
		r.number(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
	case *event.DealCloseDateChanged:
		r.integer(NamePlan, int64(p.CloseDate))
	case *event.DealCategoryChanged:
		r.text(NameCategory, p.Category)
	case *event.DealOwnerChanged:
		r.text(NameOwner, p.Owner)
		r.text(NameTeam, p.Team)
	case *event.DealWon:
		r.decimal(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
		r.text(NameType, p.Type)
		r.text(NameProduct, p.Product)
		r.text(NameAccount, p.Account)
		r.count(NameTerm, p.TermMonths)
	case *event.DealLost:
		r.text(NameKind, p.LossKind())
		r.text(NameCompetitor, p.Competitor)
		r.text(NameReason, p.Reason)
	case *event.DealReopened:
		r.text(NameStage, p.Stage)
	case *event.DealMerged:
		r.text(NameInto, p.Into)
	case *event.DealQualificationSet:
		r.text(NameElement, p.Element)
		r.text(NameState, p.State)
	case *event.CompetitorTagged:
		r.text(NameCompetitor, p.Competitor)
	case *event.ContactRoleSet:
		r.text(NameContact, p.Contact)
		r.text(NameRole, p.Role)
		r.text(NameSeniority, p.Seniority)
	case *event.ContractSigned:
		r.number(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
		r.integer(NameStart, int64(p.Start))
		r.integer(NameEnd, int64(p.End))
		r.decimal(NameOneTime, p.OneTime)
	default:
		r.other(payload)
	}
}

// other reads the payloads of activities and leads.
func (r *Reader) other(payload any) {
	switch p := payload.(type) {
	case *event.ActivityLogged:
		r.text(NameKind, p.Kind)
		r.text(NameID, p.ID)
		r.text(NameDirection, p.Direction)
		r.text(NameOwner, p.Owner)
		r.decimal(NameDuration, p.DurationSeconds)
		r.text(NameThread, p.Thread)
		r.text(NameReplyTo, p.ReplyTo)
		for i := range p.Participants {
			r.text(NameContact, p.Participants[i].Contact)
			r.text(NameRole, p.Participants[i].Role.Value)
		}
	case *event.ActivityScheduled:
		r.text(NameID, p.ID)
		r.text(NameKind, p.Kind)
		r.integer(NameAt, int64(p.At))
	case *event.ActivityCancelled:
		r.text(NameID, p.ID)
	case *event.LeadCaptured:
		r.text(NameSource, p.Source)
		r.text(NameCampaign, p.Campaign)
		r.text(NameChannel, p.Channel)
		r.text(NameSegment, p.Segment)
		r.text(NameRegion, p.Region)
		r.text(NameOwner, p.Owner)
		r.text(NamePerson, p.Person)
	case *event.LeadQualified:
		r.text(NameLevel, p.Level)
		r.text(NameRule, p.Rule)
		r.text(NameRuleVersion, p.RuleVersion)
	case *event.LeadDisqualified:
		r.text(NameReason, p.Reason)
	case *event.LeadConverted:
		r.text(NameDeal, p.Deal)
		r.text(NameAccount, p.Account)
	case *event.LeadMerged:
		r.text(NameInto, p.Into)
	default:
		r.customer(payload)
	}
}

// deal reads the fields that a deal's creation gives and an update sets or clears.
func (r *Reader) deal(p *event.DealFields) {
	r.decimal(NameAmount, p.Amount)
	r.optional(NameCurrency, p.Currency)
	if p.CloseDate.Set {
		r.integer(NamePlan, int64(p.CloseDate.Value))
	}
	r.clear(NamePlan, p.CloseDate.Null)
	r.decimal(NameProbability, p.Probability)
	r.count(NameTerm, p.TermMonths)
	r.optional(NamePipeline, p.Pipeline)
	r.optional(NameCategory, p.Category)
	r.optional(NameOwner, p.Owner)
	r.optional(NameTeam, p.Team)
	r.optional(NameSegment, p.Segment)
	r.optional(NameRegion, p.Region)
	r.optional(NameIndustry, p.Industry)
	r.optional(NameType, p.Type)
	r.optional(NameSource, p.Source)
	r.optional(NameCampaign, p.Campaign)
	r.optional(NameProduct, p.Product)
	r.optional(NameAccount, p.Account)
	r.optional(NameLead, p.Lead)
}

func (r *Reader) text(name Name, s string) {
	if s != "" {
		r.fields = append(r.fields, Field{Name: name, Text: s})
	}
}

func (r *Reader) integer(name Name, n int64) {
	r.fields = append(r.fields, Field{Name: name, Int: n})
}

func (r *Reader) number(name Name, d event.Decimal) {
	r.fields = append(r.fields, Field{Name: name, Int: d.Unscaled, Scale: d.Scale})
}

func (r *Reader) clear(name Name, null bool) {
	if null {
		r.fields = append(r.fields, Field{Name: name, Clear: true})
	}
}

func (r *Reader) optional(name Name, o event.Optional[string]) {
	r.text(name, o.Value)
	r.clear(name, o.Null)
}

func (r *Reader) decimal(name Name, o event.Optional[event.Decimal]) {
	if o.Set {
		r.number(name, o.Value)
	}
	r.clear(name, o.Null)
}

func (r *Reader) count(name Name, o event.Optional[event.Count]) {
	if o.Set {
		r.integer(name, int64(o.Value))
	}
	r.clear(name, o.Null)
}
