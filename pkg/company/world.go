package company

// What the company consists of. Weights are relative; edges shift the odds of winning, in logits.

type choice struct {
	name   string
	weight float64
	edge   float64
}

type owner struct {
	name, team string
	edge       float64
}

var owners = []owner{
	{"ana.costa", "enterprise", 0.35},
	{"ben.adler", "enterprise", 0.05},
	{"chen.wu", "enterprise", -0.25},
	{"dina.okafor", "mid_market", 0.45},
	{"emil.novak", "mid_market", 0.10},
	{"fatou.diallo", "mid_market", -0.15},
	{"greta.lind", "velocity", 0.20},
	{"hugo.martin", "velocity", -0.05},
	{"iris.tan", "velocity", -0.40},
	{"jonas.weber", "partners", 0.15},
	{"kira.sato", "partners", 0.00},
	{"luca.rossi", "partners", -0.30},
}

type segment struct {
	choice
	amount float64 // median of a year, in euros
	days   float64 // median of a won deal's life
	owners []owner
	plan   plan // that its customers buy
}

var segments = []segment{
	{choice{"small_business", 5, 0.15}, 8_000, 45, owners[6:9], plan{"starter", "month", 3, 3}},
	{choice{"mid_market", 4, 0.00}, 30_000, 68, owners[3:6], plan{"business", "year", 5, 5}},
	{choice{"enterprise", 2, -0.25}, 110_000, 98, owners[0:3], plan{"enterprise", "year", 8, 8}},
}

// plan is how a product is sold.
type plan struct {
	name     string
	interval string // of its price
	seats    int    // that most begin with
	features int    // how many of features it contains, from the first
}

// features are of each product.
var features = []string{"dashboards", "alerts", "exports", "forecasts", "scorecards", "api", "sso", "audit_log"}

// region is where customers are, and what they pay in.
type region struct {
	choice
	currency string
}

var regions = []region{
	{choice{"dach", 4, 0.10}, home},
	{choice{"nordics", 2, 0.05}, home},
	{choice{"uk_ireland", 3, 0.00}, "GBP"},
	{choice{"iberia", 1.5, -0.05}, home},
	{choice{"benelux", 2, 0.00}, home},
	{choice{"north_america", 2, 0.00}, "USD"},
}

var industries = []choice{
	{"software", 3, 0.1}, {"manufacturing", 3, 0}, {"retail", 2, -0.1}, {"finance", 2, 0}, {"health", 1.5, 0.05}, {"logistics", 1.5, 0},
}

var products = []choice{{"measure", 5, 0.1}, {"forecast", 3, 0}, {"signals", 2, -0.1}}

var competitors = []choice{{"northbeam", 4, -0.5}, {"tallyho", 3, -0.3}, {"quaystone", 2, -0.7}, {"in_house", 2, -0.4}}

// source is where leads come from.
type source struct {
	choice
	channel   string
	campaigns []string // none: it is no campaign that brings them
}

var sources = []source{
	{choice{"website", 5, 0.10}, "organic", nil},
	{choice{"search_ads", 4, -0.10}, "paid_search", []string{"search-brand", "search-category"}},
	{choice{"social_ads", 3, -0.30}, "paid_social", []string{"social-launch", "social-retarget"}},
	{choice{"event", 2, 0.15}, "event", []string{"spring-summit", "autumn-roadshow"}},
	{choice{"webinar", 2.5, 0.00}, "webinar", []string{"webinar-pipeline", "webinar-forecast"}},
	{choice{"referral", 1.2, 0.55}, "partner", nil},
	{choice{"outbound", 2.5, -0.25}, "sales", nil},
}

// stages are those of the default configuration that are open.
var stages = []string{"prospecting", "qualification", "proposal", "negotiation"}

var categories = []string{"pipeline", "pipeline", "best_case", "commit"} // by stage

// roles are of contacts, most senior last.
var roles = []struct{ role, seniority string }{
	{"user", "staff"}, {"champion", "manager"}, {"economic_buyer", "director"}, {"decision_maker", "executive"},
}

var elements = []string{"metrics", "economic_buyer", "decision_criteria", "decision_process", "identify_pain", "champion"}
