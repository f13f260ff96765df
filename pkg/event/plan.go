package event

// SpendRecorded is the payload of spend.recorded.
type SpendRecorded struct {
	Amount   Decimal       `json:"amount" rule:"required,money" doc:"What was spent, in major units."`
	Currency string        `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
	Purpose  string        `json:"purpose" rule:"required" enum:"marketing,sales,retention" doc:"What it was spent for."`
	Channel  string        `json:"channel" rule:"dimension" doc:"The channel that it was spent on."`
	From     Optional[Day] `json:"from" doc:"The first day that it covers; the day of the event's time when absent."`
	To       Optional[Day] `json:"to" doc:"The last day that it covers; the day of the event's time when absent."`
}

// QuotaSet is the payload of quota.set.
type QuotaSet struct {
	Period   string  `json:"period" rule:"required,period" doc:"The fiscal year, quarter or month: 2026, 2026-Q1 or 2026-01."`
	Amount   Decimal `json:"amount" rule:"required,money" doc:"The quota, in major units."`
	Currency string  `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
}

// GoalSet is the payload of goal.set. It has a value or an amount, never both.
type GoalSet struct {
	Metric   string            `json:"metric" rule:"required,dimension" doc:"Id of the metric that the goal is for."`
	Period   string            `json:"period" rule:"required,period" doc:"The fiscal year, quarter or month: 2026, 2026-Q1 or 2026-01."`
	Value    Optional[Decimal] `json:"value" rule:"value" doc:"The goal, of a metric that is no money."`
	Amount   Optional[Decimal] `json:"amount" rule:"money" doc:"The goal, of a metric that is money, in major units."`
	Currency string            `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
}

// ForecastSubmitted is the payload of forecast.submitted.
type ForecastSubmitted struct {
	Period   string  `json:"period" rule:"required,period" doc:"The fiscal year, quarter or month: 2026, 2026-Q1 or 2026-01."`
	Amount   Decimal `json:"amount" rule:"required,money" doc:"What is expected, in major units."`
	Currency string  `json:"currency" rule:"currency" doc:"Currency of the amount; the tenant's default when absent."`
	Category string  `json:"category" rule:"dimension" doc:"The forecast category that it is for."`
}

// FXRateSet is the payload of fx.rate_set: one unit of the subject's currency is Rate units of Base.
type FXRateSet struct {
	Base string  `json:"base" rule:"required,currency" doc:"The currency that the rate leads to."`
	Rate Decimal `json:"rate" rule:"required,rate" doc:"Units of the base for one unit of the subject's currency."`
	Date Day     `json:"date" rule:"required" doc:"The first day on which the rate holds."`
}

// ExternalFactorSet is the payload of external.factor_set.
type ExternalFactorSet struct {
	Factor string  `json:"factor" rule:"required,dimension" doc:"Name of the factor."`
	Value  Decimal `json:"value" rule:"required,value" doc:"Its value."`
	Date   Day     `json:"date" rule:"required" doc:"The day that it holds for."`
}
