package event

// Kind is the type of an event, as a small number. The zero Kind is none. The log stores the type's name,
// but the state of entities the number: new kinds go to the end of the list.
type Kind uint8

// The kinds, in the order of the contract.
const (
	KindDealCreated Kind = iota + 1
	KindDealUpdated
	KindDealStageChanged
	KindDealAmountChanged
	KindDealCloseDateChanged
	KindDealCategoryChanged
	KindDealOwnerChanged
	KindDealWon
	KindDealLost
	KindDealReopened
	KindDealDeleted
	KindDealMerged
	KindDealQualificationSet
	KindCompetitorTagged
	KindContactRoleSet
	KindContractSigned
	KindActivityLogged
	KindActivityScheduled
	KindActivityCancelled
	KindLeadCaptured
	KindLeadQualified
	KindLeadDisqualified
	KindLeadConverted
	KindLeadMerged
	KindSubscriptionStarted
	KindSubscriptionChanged
	KindSubscriptionEnded
	KindSubscriptionPaused
	KindSubscriptionResumed
	KindRenewalDue
	KindRenewalRenewed
	KindRenewalLost
	KindUsageRecorded
	KindSurveyAnswered
	KindTicketOpened
	KindTicketResolved
	KindTicketReopened
	KindAccountEnriched
	KindSpendRecorded
	KindQuotaSet
	KindGoalSet
	KindForecastSubmitted
	KindFXRateSet
	KindExternalFactorSet
	KindSubjectErased

	kinds // one more than the last
)

// contract is what there is to know of a kind: its name, what its subject may be, its payload.
type contract struct {
	name    string
	about   Entity
	payload func() any
}

func of[T any]() any { return new(T) }

var contracts = [kinds]contract{
	KindDealCreated:          {"deal.created", EntityDeal, of[DealCreated]},
	KindDealUpdated:          {"deal.updated", EntityDeal, of[DealUpdated]},
	KindDealStageChanged:     {"deal.stage_changed", EntityDeal, of[DealStageChanged]},
	KindDealAmountChanged:    {"deal.amount_changed", EntityDeal, of[DealAmountChanged]},
	KindDealCloseDateChanged: {"deal.close_date_changed", EntityDeal, of[DealCloseDateChanged]},
	KindDealCategoryChanged:  {"deal.category_changed", EntityDeal, of[DealCategoryChanged]},
	KindDealOwnerChanged:     {"deal.owner_changed", EntityDeal, of[DealOwnerChanged]},
	KindDealWon:              {"deal.won", EntityDeal, of[DealWon]},
	KindDealLost:             {"deal.lost", EntityDeal, of[DealLost]},
	KindDealReopened:         {"deal.reopened", EntityDeal, of[DealReopened]},
	KindDealDeleted:          {"deal.deleted", EntityDeal, of[DealDeleted]},
	KindDealMerged:           {"deal.merged", EntityDeal, of[DealMerged]},
	KindDealQualificationSet: {"deal.qualification_set", EntityDeal, of[DealQualificationSet]},
	KindCompetitorTagged:     {"competitor.tagged", EntityDeal, of[CompetitorTagged]},
	KindContactRoleSet:       {"contact.role_set", EntityDeal, of[ContactRoleSet]},
	KindContractSigned:       {"contract.signed", EntityDeal, of[ContractSigned]},
	KindActivityLogged:       {"activity.logged", EntityDeal | EntityLead | EntityAccount, of[ActivityLogged]},
	KindActivityScheduled:    {"activity.scheduled", EntityDeal | EntityLead | EntityAccount, of[ActivityScheduled]},
	KindActivityCancelled:    {"activity.cancelled", EntityDeal | EntityLead | EntityAccount, of[ActivityCancelled]},
	KindLeadCaptured:         {"lead.captured", EntityLead, of[LeadCaptured]},
	KindLeadQualified:        {"lead.qualified", EntityLead, of[LeadQualified]},
	KindLeadDisqualified:     {"lead.disqualified", EntityLead, of[LeadDisqualified]},
	KindLeadConverted:        {"lead.converted", EntityLead, of[LeadConverted]},
	KindLeadMerged:           {"lead.merged", EntityLead, of[LeadMerged]},
	KindSubscriptionStarted:  {"subscription.started", EntityAccount, of[SubscriptionStarted]},
	KindSubscriptionChanged:  {"subscription.changed", EntityAccount, of[SubscriptionChanged]},
	KindSubscriptionEnded:    {"subscription.ended", EntityAccount, of[SubscriptionEnded]},
	KindSubscriptionPaused:   {"subscription.paused", EntityAccount, of[SubscriptionPaused]},
	KindSubscriptionResumed:  {"subscription.resumed", EntityAccount, of[SubscriptionResumed]},
	KindRenewalDue:           {"renewal.due", EntityAccount, of[RenewalDue]},
	KindRenewalRenewed:       {"renewal.renewed", EntityAccount, of[RenewalRenewed]},
	KindRenewalLost:          {"renewal.lost", EntityAccount, of[RenewalLost]},
	KindUsageRecorded:        {"usage.recorded", EntityAccount, of[UsageRecorded]},
	KindSurveyAnswered:       {"survey.answered", EntityAccount, of[SurveyAnswered]},
	KindTicketOpened:         {"ticket.opened", EntityAccount, of[TicketOpened]},
	KindTicketResolved:       {"ticket.resolved", EntityAccount, of[TicketResolved]},
	KindTicketReopened:       {"ticket.reopened", EntityAccount, of[TicketReopened]},
	KindAccountEnriched:      {"account.enriched", EntityAccount, of[AccountEnriched]},
	KindSpendRecorded:        {"spend.recorded", EntityCampaign, of[SpendRecorded]},
	KindQuotaSet:             {"quota.set", EntityOwner | EntityTeam, of[QuotaSet]},
	KindGoalSet:              {"goal.set", EntityOwner | EntityTeam | EntityTenant, of[GoalSet]},
	KindForecastSubmitted:    {"forecast.submitted", EntityOwner | EntityTeam, of[ForecastSubmitted]},
	KindFXRateSet:            {"fx.rate_set", EntityCurrency, of[FXRateSet]},
	KindExternalFactorSet:    {"external.factor_set", EntityTenant, of[ExternalFactorSet]},
	KindSubjectErased:        {"subject.erased", anyEntity, of[SubjectErased]},
}

// typePrefix is what every type of the contract begins with.
const typePrefix = "dev.weir."

// byType holds each kind and its type, so that a type that was looked up costs no memory of its own.
var byType = func() map[string]Kind {
	m := make(map[string]Kind, kinds)
	for k := KindDealCreated; k < kinds; k++ {
		m[typeNames[k]] = k
	}
	return m
}()

var typeNames = func() (names [kinds]string) {
	for k := KindDealCreated; k < kinds; k++ {
		names[k] = typePrefix + contracts[k].name
	}
	return names
}()

// KindOf is the kind of a CloudEvents type such as "dev.weir.deal.created".
func KindOf(ceType string) (Kind, bool) {
	k, ok := byType[ceType]
	return k, ok
}

// Kinds lists every kind of the contract, in its order.
func Kinds() []Kind {
	all := make([]Kind, 0, kinds-1)
	for k := KindDealCreated; k < kinds; k++ {
		all = append(all, k)
	}
	return all
}

// String is the kind's name, such as "deal.created"; empty for what is no kind.
func (k Kind) String() string {
	if k >= kinds {
		return ""
	}
	return contracts[k].name
}

// Type is the kind's CloudEvents type, such as "dev.weir.deal.created"; empty for what is no kind.
func (k Kind) Type() string {
	if k >= kinds {
		return ""
	}
	return typeNames[k]
}

// About is the set of entities that the subject of such an event may be.
func (k Kind) About() Entity {
	if k >= kinds {
		return 0
	}
	return contracts[k].about
}
