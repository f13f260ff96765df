package event

// LeadCaptured is the payload of lead.captured.
type LeadCaptured struct {
	Source   string `json:"source" rule:"dimension" doc:"Where the lead came from."`
	Campaign string `json:"campaign" rule:"dimension" doc:"The campaign that brought it."`
	Channel  string `json:"channel" rule:"dimension" doc:"The channel that it came through."`
	Segment  string `json:"segment" rule:"dimension" doc:"The lead's segment."`
	Region   string `json:"region" rule:"dimension" doc:"The lead's region."`
	Owner    string `json:"owner" rule:"dimension" doc:"Who owns the lead."`
	Person   string `json:"person" rule:"id" doc:"A hash that stands for the person."`
}

// LeadQualified is the payload of lead.qualified.
type LeadQualified struct {
	Level       string `json:"level" rule:"required" enum:"mql,sql" doc:"The level reached: marketing or sales qualified."`
	Rule        string `json:"rule" rule:"dimension" doc:"The rule that qualified it."`
	RuleVersion string `json:"rule_version" rule:"dimension" doc:"The version of that rule."`
}

// LeadDisqualified is the payload of lead.disqualified.
type LeadDisqualified struct {
	Reason string `json:"reason" rule:"text" doc:"The reason in words."`
}

// LeadConverted is the payload of lead.converted.
type LeadConverted struct {
	Deal    string `json:"deal" rule:"required,id" doc:"Id of the deal that the lead became."`
	Account string `json:"account" rule:"id" doc:"Id of the deal's account."`
}

// LeadMerged is the payload of lead.merged.
type LeadMerged struct {
	Into string `json:"into" rule:"required,id" doc:"Id of the lead that survives; the subject stops counting."`
}
