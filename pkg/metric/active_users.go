package metric

var activeUsers = Metric{
	ID: "active_users", Version: 1, Unit: Count, Kind: Stock, Direction: Up,
	Sentence:  "Users who used a feature in the last 28 days; missing.subscription are those among them whose account has no live subscription.",
	Formula:   "count(distinct users of an account with usage.recorded in (T − 28 days, T])",
	Source:    "metric table: product adoption",
	Siblings:  []string{"adoption_depth", "adoption_breadth"},
	Ambiguity: "Whatever is recorded as usage counts as active: send value actions, not logins. One person under two accounts is two users.",
	Num:       seats.sum(usersActive),
	Missing:   []Gap{{"subscription", seats.sum(usersOfNoCustomer)}},
}
