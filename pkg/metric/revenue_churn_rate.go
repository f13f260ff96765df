package metric

var revenueChurnRate = Metric{
	ID: "revenue_churn_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Down,
	Sentence:  "Of the opening monthly recurring revenue, the share that left with its customers.",
	Formula:   "mrr_churned / opening mrr",
	Source:    "metric table: customer churn rate, of revenue",
	Siblings:  []string{"nonrenewal_rate", "customer_churn_rate", "grr", "nrr", "mrr_churned", "mrr_churned_customers", "mrr_contraction"},
	Ambiguity: "Churn in money, where customer_churn_rate counts customers and nonrenewal_rate contracts that were due. What stays and shrinks is contraction and not in it: with it, it is 1 − grr.",
	Inputs:    []Input{opening(mrrTerm), opening(recurring.sum(recurringCustomers)), {Term: movedChurned.mrr()}},
	Derive:    func(v *View) Result { return shareOfOpening(v, v.Sum(2)) },
	NumMoney:  true, DenMoney: true,
}
