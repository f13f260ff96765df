package metric

var npsTransactional = Metric{
	ID: "nps_transactional", Version: 1, Unit: Score, Kind: Stock, Direction: Up,
	Sentence: "The net promoter score of surveys about one transaction, by the latest answer of each respondent in the last 90 days.",
	Formula: "100 × (count(9 or 10) − count(0 to 6)) / count(answers) over each respondent's latest answer to a transactional survey in (T − 90 days, T]; " +
		"the interval is that of Bonett and Price (2012) for paired proportions",
	Source:    "metric table: net promoter score",
	Siblings:  []string{"nps"},
	Ambiguity: "Surveys of kind transactional alone; what customers say of the relationship is nps. Who answered both counts once in each.",
	Inputs:    promotion(answersTransactional),
	Derive:    netPromoters,
}
