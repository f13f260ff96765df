package event

import "github.com/go-json-experiment/json/jsontext"

// RenewalDue is the payload of renewal.due.
type RenewalDue struct {
	Renewal      string  `json:"renewal" rule:"required,id" doc:"Id of the renewal."`
	Due          Day     `json:"due" rule:"required" doc:"The day on which the contract runs out, in the tenant's reporting zone."`
	Amount       Decimal `json:"amount" rule:"required,money" doc:"What is up for renewal, in major units."`
	Currency     string  `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
	Owner        string  `json:"owner" rule:"dimension" doc:"Who owns the renewal."`
	Subscription string  `json:"subscription" rule:"id" doc:"Id of the subscription that is renewed."`
	Segment      string  `json:"segment" rule:"dimension" doc:"The customer's segment."`
}

// RenewalRenewed is the payload of renewal.renewed.
type RenewalRenewed struct {
	Renewal  string  `json:"renewal" rule:"required,id" doc:"Id of the renewal."`
	Amount   Decimal `json:"amount" rule:"required,money" doc:"What it was renewed for, in major units."`
	Currency string  `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
}

// RenewalLost is the payload of renewal.lost.
type RenewalLost struct {
	Renewal string `json:"renewal" rule:"required,id" doc:"Id of the renewal."`
	Reason  string `json:"reason" rule:"text" doc:"The reason in words."`
}

// UsageRecorded is the payload of usage.recorded.
type UsageRecorded struct {
	User    string `json:"user" rule:"required,id" doc:"Id or hash of the user."`
	Feature string `json:"feature" rule:"required,dimension" doc:"The feature used."`
}

// SurveyAnswered is the payload of survey.answered.
type SurveyAnswered struct {
	Respondent string `json:"respondent" rule:"required,id" doc:"Id or hash of who answered."`
	Score      Count  `json:"score" rule:"required,score" doc:"The answer, a whole number from 0 to 10."`
	Survey     string `json:"survey" rule:"dimension" doc:"The survey."`
	Kind       string `json:"kind" enum:"relationship,transactional" doc:"Whether it asks about the relationship or one transaction; relationship when absent."`
}

// TicketOpened is the payload of ticket.opened.
type TicketOpened struct {
	Ticket   string `json:"ticket" rule:"required,id" doc:"Id of the ticket."`
	Priority string `json:"priority" rule:"dimension" doc:"How urgent it is."`
	Category string `json:"category" rule:"dimension" doc:"What it is about."`
}

// TicketResolved is the payload of ticket.resolved.
type TicketResolved struct {
	Ticket string `json:"ticket" rule:"required,id" doc:"Id of the ticket."`
}

// TicketReopened is the payload of ticket.reopened.
type TicketReopened struct {
	Ticket string `json:"ticket" rule:"required,id" doc:"Id of the ticket."`
}

// AccountEnriched is the payload of account.enriched.
type AccountEnriched struct {
	Provider string                    `json:"provider" rule:"required,dimension" doc:"Who provides the fields."`
	Fields   map[string]jsontext.Value `json:"fields" rule:"required" doc:"What the provider says, as it says it."`
}

// SubjectErased is the payload of subject.erased. It carries nothing.
type SubjectErased struct{}
