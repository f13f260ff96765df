package metric

var customerAcquisitionCost = Metric{
	ID: "customer_acquisition_cost", Version: 1, Unit: Money, Kind: Fraction, Direction: Down,
	Sentence:  "Marketing and sales spend of the window per new customer: per account with its first win in it, whoever brought it.",
	Formula:   "(sum(marketing spend) + sum(sales spend)) / count(accounts by the day of their first win)",
	Source:    "metric table: cost per acquisition, with sales cost as the SaaS Metrics Standards Board has it",
	Siblings:  []string{"cost_per_acquisition", "cost_per_acquisition_lagged"},
	Ambiguity: "It counts all new customers and adds the cost of sales; cost_per_acquisition counts marketing's alone.",
	NumMoney:  true,
	Inputs: []Input{
		{Term: Term{Group: spend, Plus: []uint16{spendMarketing, spendSales}, Money: true}}, {Term: acquisitions.sum(acquiredAll)},
	},
	Derive: flowRatio,
}
