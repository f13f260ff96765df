package event

// SubscriptionStarted is the payload of subscription.started.
type SubscriptionStarted struct {
	Subscription    string            `json:"subscription" rule:"required,id" doc:"Id of the subscription."`
	Price           Decimal           `json:"price" rule:"required,money" doc:"Price of one unit for one interval, in major units."`
	Interval        string            `json:"interval" rule:"required" enum:"day,week,month,year" doc:"The unit of the billing interval."`
	IntervalCount   Optional[Count]   `json:"interval_count" rule:"intervals" doc:"How many units make one interval; 1 when absent."`
	Quantity        Optional[Decimal] `json:"quantity" rule:"quantity" doc:"How many units are sold; 1 when absent."`
	DiscountPercent Optional[Decimal] `json:"discount_percent" rule:"percent" doc:"Discount on the price, from 0 to 100; 0 when absent."`
	Currency        string            `json:"currency" rule:"currency" doc:"Currency of the price; the tenant's default when absent."`
	Product         string            `json:"product" rule:"dimension" doc:"What is sold."`
	Plan            string            `json:"plan" rule:"dimension" doc:"The plan."`
	Tier            string            `json:"tier" rule:"dimension" doc:"The plan's tier."`
	Seats           Optional[Count]   `json:"seats" rule:"seats" doc:"How many users it is for."`
	Features        []string          `json:"features" rule:"list,dimension" doc:"The features that it contains."`
	OneTime         Optional[Decimal] `json:"one_time" rule:"money" doc:"One-time fees beside the price, in major units."`
}

// SubscriptionChanged is the payload of subscription.changed: what is Set takes the value, the rest
// stays.
type SubscriptionChanged struct {
	Subscription    string             `json:"subscription" rule:"required,id" doc:"Id of the subscription."`
	Price           Optional[Decimal]  `json:"price" rule:"money" doc:"Price of one unit for one interval, in major units."`
	Interval        Optional[string]   `json:"interval" enum:"day,week,month,year" doc:"The unit of the billing interval."`
	IntervalCount   Optional[Count]    `json:"interval_count" rule:"intervals" doc:"How many units make one interval."`
	Quantity        Optional[Decimal]  `json:"quantity" rule:"quantity" doc:"How many units are sold."`
	DiscountPercent Optional[Decimal]  `json:"discount_percent" rule:"percent" doc:"Discount on the price, from 0 to 100."`
	Currency        Optional[string]   `json:"currency" rule:"currency" doc:"Currency of the price; the tenant's default when absent."`
	Product         Optional[string]   `json:"product" rule:"dimension" doc:"What is sold."`
	Plan            Optional[string]   `json:"plan" rule:"dimension" doc:"The plan."`
	Tier            Optional[string]   `json:"tier" rule:"dimension" doc:"The plan's tier."`
	Seats           Optional[Count]    `json:"seats" rule:"seats" doc:"How many users it is for."`
	Features        Optional[[]string] `json:"features" rule:"list,dimension" doc:"The features that it contains."`
	OneTime         Optional[Decimal]  `json:"one_time" rule:"money" doc:"One-time fees beside the price, in major units."`
}

// SubscriptionEnded is the payload of subscription.ended.
type SubscriptionEnded struct {
	Subscription string `json:"subscription" rule:"required,id" doc:"Id of the subscription."`
	Reason       string `json:"reason" rule:"text" doc:"The reason in words."`
}

// SubscriptionPaused is the payload of subscription.paused.
type SubscriptionPaused struct {
	Subscription string `json:"subscription" rule:"required,id" doc:"Id of the subscription."`
	Reason       string `json:"reason" rule:"text" doc:"The reason in words."`
}

// SubscriptionResumed is the payload of subscription.resumed.
type SubscriptionResumed struct {
	Subscription string `json:"subscription" rule:"required,id" doc:"Id of the subscription."`
	Reason       string `json:"reason" rule:"text" doc:"The reason in words."`
}
