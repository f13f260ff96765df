package metric

import "weir.dev/weir/pkg/ledger"

// The measures of answers: of relationship surveys, and, that many further on, of transactional ones.
const (
	answersCount uint16 = iota
	answersPromoters
	answersDetractors
	answersTransactional
)

// answerDays is how long an answer counts, unless the respondent answers anew.
const answerDays = 90

// answers is the latest answers of respondents, as changes to a stock: an answer counts until the next one of
// its kind, and for 90 days at most. 9 and 10 promote, 0 to 6 detract.
var answers = &Group{
	Name:     "answers",
	Measures: []string{"answers", "promoters", "detractors", "transactional", "transactional_promoters", "transactional_detractors"},
	Stock:    true, Own: []ledger.Dim{ledger.DimSurvey, ledger.DimPlan},
	Keep: standard(ledger.DimSurvey, ledger.DimPlan),
	Respondent: func(_ *ledger.Definition, r *ledger.Respondent, out *Points) {
		for i := range r.Answers {
			a := &r.Answers[i]
			until, first := a.Day+answerDays, uint16(0)
			for _, next := range r.Answers[i+1:] {
				if next.Transactional == a.Transactional {
					until = min(until, next.Day)
					break
				}
			}
			if a.Transactional {
				first = answersTransactional
			}
			pt := Point{Dims: a.Setting.Dims, Own: Values{a.Survey, a.Setting.Plan}}
			for sign := int64(1); sign >= -1 && until > a.Day; sign -= 2 {
				if pt.Day = a.Day; sign < 0 {
					pt.Day = until
				}
				out.add(pt, Measure{first + answersCount, sign}, Measure{first + answersPromoters, sign * one(a.Score >= 9)},
					Measure{first + answersDetractors, sign * one(a.Score <= 6)})
			}
		}
	},
}

var nps = Metric{
	ID: "nps", Version: 1, Unit: Score, Kind: Stock, Direction: Up,
	Sentence:  "The net promoter score of relationship surveys: the share of promoters less that of detractors, by the latest answer of each respondent in the last 90 days.",
	Formula:   "100 × (count(9 or 10) − count(0 to 6)) / count(answers) over each respondent's latest answer in (T − 90 days, T]; the interval is that of Bonett and Price (2012) for paired proportions",
	Source:    "metric table: net promoter score",
	Siblings:  []string{"nps_transactional"},
	Ambiguity: "Relationship surveys, and those that name no kind; surveys after an event are nps_transactional, never mixed in. Segment and plan are the account's at the answer.",
	Inputs:    promotion(0),
	Derive:    netPromoters,
}
