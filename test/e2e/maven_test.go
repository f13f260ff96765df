package e2e

import (
	"path/filepath"
	"testing"
)

// maven is what the hardware seller's opportunities come to, each number counted from the files by other means.
func maven() expectations {
	near := func(value, within float64) map[string]any { return map[string]any{"value": value, "within": within} }
	const all, quarter = "?window=2016-10-01..2018-01-01&as_of=2017-12-31", "?window=2017-Q4&as_of=2017-12-31"
	const won, lost, open = 4238.0, 2473.0, 1589.0
	metric := func(id, question string) string { return "/v1/metrics/" + id + question }
	return expectations{
		metric("deals_created", all):       {"/values/0/value": won + lost + open},
		metric("deals_won", all):           {"/values/0/value": won},
		metric("deals_lost", all):          {"/values/0/value": lost},
		metric("win_rate", all):            {"/values/0/value": near(won/(won+lost), 1e-9)},
		metric("bookings", all):            {"/values/0/value": 10_005_534.0, "/currency": "USD"},
		metric("win_rate", quarter):        {"/values/0/numerator": 1196.0, "/values/0/denominator": 1196.0 + 789},
		metric("bookings", quarter):        {"/values/0/value": 2_802_496.0, "/values/0/n": 1196.0},
		metric("open_deals", all):          {"/values/0/value": open},
		metric("open_pipeline", all):       {"/values/0/value": 3_892_229.0}, // at the list prices
		metric("bookings_gini", all):       {"/values/0/n": 30.0},
		metric("mrr", "?as_of=2018-01-01"): {"/values/0/value": 0.0},
		metric("bookings", quarter+"&by=team"): {
			"/values/0/dimensions/team": "Melvin Marxen", "/values/0/value": 670_788.0,
			"/values/5/dimensions/team": "Cara Losch", "/values/5/value": 311_148.0,
		},
		metric("sales_cycle_length", all): {
			"/values/0/n": won, "/values/0/value": near(57*86400, 0.01*57*86400), "/values/0/quantiles/mean": near(219_452*86400/won, 1e-3),
		},
		metric("average_deal_size_booked", all): {"/values/0/value": 2360.91, "/values/0/n": won},
		metric("median_deal_size", all):         {"/values/0/value": near(1117, 11.17)},
		metric("bookings_top_fifth_share", all): {"/values/0/numerator": 3_420_593.0, "/values/0/denominator": 10_005_534.0}, // six of thirty
	}
}

func TestSalesOpportunitiesComeToWhatTheirFilesSay(t *testing.T) {
	folder := realData(t, "maven_crm")
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{config: filepath.Join("..", "..", "mappings", "maven.weir.yaml")})
		s.imports(t, "maven.yaml", folder, "sales_pipeline.csv", "sales_teams.csv", "products.csv", "accounts.csv")
		s.check(t, "", maven())
		s.audit(t)
	})
}
