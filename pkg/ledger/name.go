package ledger

var nameTexts = [...]string{
	NameStage: "stage", NameAmount: "amount", NameCurrency: "currency", NamePlan: "close_date", NameCategory: "category",
	NameProbability: "probability", NameTerm: "term_months", NameAccount: "account", NameLead: "lead", NameOwner: "owner",
	NameTeam: "team", NameSegment: "segment", NameRegion: "region", NameIndustry: "industry", NameType: "type",
	NameSource: "source", NameCampaign: "campaign", NameChannel: "channel", NameProduct: "product", NamePipeline: "pipeline",
	NameKind: "kind", NameReason: "reason", NameCompetitor: "competitor", NameInto: "into", NameElement: "element",
	NameState: "state", NameContact: "contact", NameRole: "role", NameSeniority: "seniority", NameStart: "start",
	NameEnd: "end", NameOneTime: "one_time", NameID: "id", NameDirection: "direction", NameDuration: "duration_seconds",
	NameThread: "thread", NameReplyTo: "reply_to", NameAt: "at", NamePerson: "person", NameLevel: "level",
	NameRule: "rule", NameRuleVersion: "rule_version", NameDeal: "deal",
	NameSubscription: "subscription", NamePrice: "price", NameInterval: "interval", NameIntervalCount: "interval_count",
	NameQuantity: "quantity", NameDiscount: "discount_percent", NameSubscriptionPlan: "plan", NameTier: "tier", NameSeats: "seats",
	NameFeature: "features", NameDue: "due", NameScore: "score",
	NameSurvey: "survey", NamePriority: "priority", NameProvider: "provider", NamePurpose: "purpose",
	NamePeriod: "period", NameMetric: "metric", NameValue: "value", NameBase: "base", NameRate: "rate", NameDate: "date",
}

// String is the field's name in the contract; the target stage of a move is called stage, as that of a
// creation is.
func (n Name) String() string { return nameTexts[n] }
