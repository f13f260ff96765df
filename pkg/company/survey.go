package company

import "math"

// surveyWeeks is how often customers are asked whether they would recommend the company.
const surveyWeeks = 26

// survey asks the contacts of a customer, of whom some answer.
func (c *Company) survey(b *customer) {
	for _, who := range b.contacts {
		if c.chance(0.35) {
			c.in(c.work(c.between(0, 12*day)), func() { c.answer(b, who, "half_year", "relationship", 0) })
		}
	}
}

// answer is a score that follows from what a customer thinks, and from how it felt this time.
func (c *Company) answer(b *customer, who contact, survey, kind string, felt float64) {
	score := math.Round(3.6 + 6.2*b.health() + felt + 1.5*c.rng.NormFloat64())
	c.say("survey.answered", b.subject(), map[string]any{
		"respondent": who.id, "score": int(min(10, max(0, score))), "survey": survey, "kind": kind,
	})
}
