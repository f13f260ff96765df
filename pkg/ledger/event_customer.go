package ledger

import (
	"encoding/json"

	"weir.dev/weir/pkg/event"
)

// customer reads the payloads of accounts and of what they have: subscriptions, renewals, tickets, surveys.
func (r *Reader) customer(payload any) {
	switch p := payload.(type) {
	case *event.SubscriptionStarted:
		r.started(p)
	case *event.SubscriptionChanged:
		r.changed(p)
	case *event.SubscriptionEnded:
		r.text(NameSubscription, p.Subscription)
		r.text(NameReason, p.Reason)
	case *event.SubscriptionPaused:
		r.text(NameSubscription, p.Subscription)
		r.text(NameReason, p.Reason)
	case *event.SubscriptionResumed:
		r.text(NameSubscription, p.Subscription)
		r.text(NameReason, p.Reason)
	case *event.RenewalDue:
		r.integer(NameDue, int64(p.Due))
		r.number(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
		r.text(NameOwner, p.Owner)
		r.text(NameSubscription, p.Subscription)
		r.text(NameSegment, p.Segment)
	case *event.RenewalRenewed:
		r.number(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
	case *event.RenewalLost:
		r.text(NameReason, p.Reason)
	case *event.SurveyAnswered:
		r.integer(NameScore, int64(p.Score))
		r.text(NameSurvey, p.Survey)
		r.text(NameKind, p.Kind)
	case *event.TicketOpened:
		r.text(NamePriority, p.Priority)
		r.text(NameCategory, p.Category)
	case *event.AccountEnriched:
		r.enriched(p)
	default:
		r.planned(payload)
	}
}

// started reads a new subscription; what it leaves out has the default of the contract.
func (r *Reader) started(p *event.SubscriptionStarted) {
	r.text(NameSubscription, p.Subscription)
	r.number(NamePrice, p.Price)
	r.text(NameInterval, p.Interval)
	r.count(NameIntervalCount, p.IntervalCount)
	r.decimal(NameQuantity, p.Quantity)
	r.decimal(NameDiscount, p.DiscountPercent)
	r.text(NameCurrency, p.Currency)
	r.text(NameProduct, p.Product)
	r.text(NameSubscriptionPlan, p.Plan)
	r.text(NameTier, p.Tier)
	r.count(NameSeats, p.Seats)
	for _, feature := range p.Features {
		r.text(NameFeature, feature)
	}
	r.decimal(NameOneTime, p.OneTime)
}

// changed reads what a subscription changes to. A list of features replaces the one before: an empty or
// cleared one is a cleared field.
func (r *Reader) changed(p *event.SubscriptionChanged) {
	r.text(NameSubscription, p.Subscription)
	r.decimal(NamePrice, p.Price)
	r.optional(NameInterval, p.Interval)
	r.count(NameIntervalCount, p.IntervalCount)
	r.decimal(NameQuantity, p.Quantity)
	r.decimal(NameDiscount, p.DiscountPercent)
	r.optional(NameCurrency, p.Currency)
	r.optional(NameProduct, p.Product)
	r.optional(NameSubscriptionPlan, p.Plan)
	r.optional(NameTier, p.Tier)
	r.count(NameSeats, p.Seats)
	for _, feature := range p.Features.Value {
		r.text(NameFeature, feature)
	}
	r.clear(NameFeature, p.Features.Null || p.Features.Set && len(p.Features.Value) == 0)
	r.decimal(NameOneTime, p.OneTime)
}

// enriched reads those of a provider's fields that are dimensions of an account.
func (r *Reader) enriched(p *event.AccountEnriched) {
	r.text(NameProvider, p.Provider)
	for _, name := range [...]Name{NameOwner, NameTeam, NameSegment, NameRegion, NameIndustry} {
		var value string
		if raw, ok := p.Fields[name.String()]; ok && json.Unmarshal(raw, &value) == nil && event.IsDimension(value) {
			r.text(name, value)
		}
	}
}

// planned reads what is set in advance: spend, quotas, goals, rates.
func (r *Reader) planned(payload any) {
	switch p := payload.(type) {
	case *event.SpendRecorded:
		r.number(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
		r.text(NamePurpose, p.Purpose)
		r.text(NameChannel, p.Channel)
		r.day(NameStart, p.From)
		r.day(NameEnd, p.To)
	case *event.QuotaSet:
		r.text(NamePeriod, p.Period)
		r.number(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
	case *event.GoalSet:
		r.text(NameMetric, p.Metric)
		r.text(NamePeriod, p.Period)
		r.decimal(NameValue, p.Value)
		r.decimal(NameAmount, p.Amount)
		r.text(NameCurrency, p.Currency)
	case *event.FXRateSet:
		r.text(NameBase, p.Base)
		r.number(NameRate, p.Rate)
		r.integer(NameDate, int64(p.Date))
	}
}

func (r *Reader) day(name Name, o event.Optional[event.Day]) {
	if o.Set {
		r.integer(name, int64(o.Value))
	}
}
