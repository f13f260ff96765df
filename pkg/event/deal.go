package event

// DealFields are the fields that a deal's creation gives and an update changes: what is Set takes the
// value, what is Null is cleared, the rest stays. In DealCreated, Null is the same as absent.
type DealFields struct {
	Amount      Optional[Decimal] `json:"amount" rule:"money" doc:"What the deal is worth, in major units of its currency."`
	Currency    Optional[string]  `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
	CloseDate   Optional[Day]     `json:"close_date" doc:"The planned day of the close, in the tenant's reporting zone."`
	Pipeline    Optional[string]  `json:"pipeline" rule:"dimension" doc:"The pipeline that the deal runs in."`
	Category    Optional[string]  `json:"category" rule:"dimension" doc:"The forecast category that the CRM gives it."`
	Probability Optional[Decimal] `json:"probability" rule:"share" doc:"The CRM's own probability of winning, from 0 to 1."`
	Owner       Optional[string]  `json:"owner" rule:"dimension" doc:"Who owns the deal."`
	Team        Optional[string]  `json:"team" rule:"dimension" doc:"The owner's team."`
	Segment     Optional[string]  `json:"segment" rule:"dimension" doc:"The customer's segment."`
	Region      Optional[string]  `json:"region" rule:"dimension" doc:"The customer's region."`
	Industry    Optional[string]  `json:"industry" rule:"dimension" doc:"The customer's industry."`
	Type        Optional[string]  `json:"type" enum:"new,expansion,renewal" doc:"Whether it is a new customer, more of one, or a renewal."`
	Source      Optional[string]  `json:"source" rule:"dimension" doc:"Where the deal came from."`
	Campaign    Optional[string]  `json:"campaign" rule:"dimension" doc:"The campaign that brought it."`
	Product     Optional[string]  `json:"product" rule:"dimension" doc:"What is sold."`
	Account     Optional[string]  `json:"account" rule:"id" doc:"Id of the account that buys."`
	Lead        Optional[string]  `json:"lead" rule:"id" doc:"Id of the lead that became the deal."`
	TermMonths  Optional[Count]   `json:"term_months" rule:"months" doc:"Length of the contract in months."`
}

// DealCreated is the payload of deal.created.
type DealCreated struct {
	Stage string `json:"stage" rule:"required,dimension" doc:"The stage that the deal begins in."`
	DealFields
}

// DealUpdated is the payload of deal.updated, the general form that a CRM's change feed maps to.
type DealUpdated struct {
	DealFields
}

// DealStageChanged is the payload of deal.stage_changed.
type DealStageChanged struct {
	To   string `json:"to" rule:"required,dimension" doc:"The stage that the deal enters."`
	From string `json:"from" rule:"dimension" doc:"The stage that it leaves, as the sender sees it; informational, Weir rebuilds it."`
}

// DealAmountChanged is the payload of deal.amount_changed.
type DealAmountChanged struct {
	Amount   Decimal `json:"amount" rule:"required,money" doc:"What the deal is worth now, in major units."`
	Currency string  `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
}

// DealCloseDateChanged is the payload of deal.close_date_changed.
type DealCloseDateChanged struct {
	CloseDate Day `json:"close_date" rule:"required" doc:"The day of the close as planned now, in the tenant's reporting zone."`
}

// DealCategoryChanged is the payload of deal.category_changed.
type DealCategoryChanged struct {
	Category string `json:"category" rule:"required,dimension" doc:"The forecast category now."`
}

// DealOwnerChanged is the payload of deal.owner_changed.
type DealOwnerChanged struct {
	Owner string `json:"owner" rule:"required,dimension" doc:"Who owns the deal now."`
	Team  string `json:"team" rule:"dimension" doc:"The new owner's team."`
}

// DealWon is the payload of deal.won: what is present is set, then the deal is won.
type DealWon struct {
	Amount     Optional[Decimal] `json:"amount" rule:"money" doc:"What was sold, in major units."`
	Currency   string            `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
	Type       string            `json:"type" enum:"new,expansion,renewal" doc:"Whether it is a new customer, more of one, or a renewal."`
	Product    string            `json:"product" rule:"dimension" doc:"What was sold."`
	Account    string            `json:"account" rule:"id" doc:"Id of the account that bought."`
	TermMonths Optional[Count]   `json:"term_months" rule:"months" doc:"Length of the contract in months."`
}

// DealLost is the payload of deal.lost. LossKind tells the kind with its default.
type DealLost struct {
	Kind       string `json:"kind" enum:"competitor,no_decision,disqualified,unknown" doc:"Why it was lost; unknown when absent."`
	Competitor string `json:"competitor" rule:"dimension" doc:"Who won it instead."`
	Reason     string `json:"reason" rule:"text" doc:"The reason in words."`
}

// LossKind is the kind of the loss, "unknown" where none was given.
func (d *DealLost) LossKind() string {
	if d.Kind == "" {
		return "unknown"
	}
	return d.Kind
}

// DealReopened is the payload of deal.reopened.
type DealReopened struct {
	Stage string `json:"stage" rule:"dimension" doc:"The stage that the deal enters; its last open one when absent."`
}

// DealDeleted is the payload of deal.deleted. It carries nothing.
type DealDeleted struct{}

// DealMerged is the payload of deal.merged.
type DealMerged struct {
	Into string `json:"into" rule:"required,id" doc:"Id of the deal that survives; the subject stops counting."`
}

// DealQualificationSet is the payload of deal.qualification_set.
type DealQualificationSet struct {
	Element string `json:"element" rule:"required" enum:"metrics,economic_buyer,decision_criteria,decision_process,identify_pain,champion" doc:"The element of the qualification."`
	State   string `json:"state" rule:"required" enum:"filled,empty" doc:"Whether it is known now."`
}

// CompetitorTagged is the payload of competitor.tagged.
type CompetitorTagged struct {
	Competitor string `json:"competitor" rule:"required,dimension" doc:"Who competes for the deal."`
}

// ContactRoleSet is the payload of contact.role_set.
type ContactRoleSet struct {
	Contact   string `json:"contact" rule:"required,id" doc:"Id of the contact."`
	Role      string `json:"role" rule:"required,dimension" doc:"The role in the deal: decision_maker, champion, economic_buyer, user or any other."`
	Seniority string `json:"seniority" rule:"dimension" doc:"How senior the contact is."`
}

// ContractSigned is the payload of contract.signed.
type ContractSigned struct {
	Amount   Decimal           `json:"amount" rule:"required,money" doc:"Value of the whole contract, in major units, one-time fees included."`
	Start    Day               `json:"start" rule:"required" doc:"The contract's first day."`
	End      Day               `json:"end" rule:"required" doc:"The contract's last day."`
	OneTime  Optional[Decimal] `json:"one_time" rule:"money" doc:"The part of the amount that is one-time fees, in major units."`
	Currency string            `json:"currency" rule:"currency" doc:"Currency of both; the tenant's default when absent."`
}
