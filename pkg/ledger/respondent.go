package ledger

import "weir.dev/weir/pkg/event"

// Answer is what somebody answered to a survey.
type Answer struct {
	Day           event.Day
	Score         int64 // 0 to 10
	Survey        string
	Transactional bool    // it asked about one transaction, not about the relationship
	Setting       Setting // what the account was then
}

// Respondent is the life of somebody who answers surveys. It is valid until its folder folds again.
type Respondent struct {
	Answers []Answer // in order
}

// RespondentFolder folds the facts of respondents into lives, one at a time, in room that it uses again.
type RespondentFolder struct {
	respondent Respondent
	dims       dimsRoom
	settings   settings
}

// Fold is the life that facts, which must be sorted, add up to as far as they were known by day k.
func (f *RespondentFolder) Fold(def *Definition, _ string, facts []Fact, k event.Day) *Respondent {
	f.dims.reset()
	f.settings.begin(&f.dims, "")
	r := &f.respondent
	r.Answers = r.Answers[:0]
	for i := range facts {
		fact := &facts[i]
		if !fact.KnownBy(k) || f.settings.apply(def, fact) || fact.Kind != event.KindSurveyAnswered {
			continue
		}
		r.Answers = append(r.Answers, Answer{
			Day: def.Day(fact.Time), Score: fact.Int(NameScore), Survey: fact.Text(NameSurvey),
			Transactional: fact.Text(NameKind) == "transactional", Setting: f.settings.now,
		})
	}
	return r
}
