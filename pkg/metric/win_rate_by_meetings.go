package metric

var winRateByMeetings = Metric{
	ID: "win_rate_by_meetings", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence: "Of the deals decided in the window, the share that was won, by how many meetings they had up to the outcome (by=meetings).",
	Formula:  "won / (won + lost of any kind): mode=at_least: of deals with that many meetings or more; exactly: with just so many; first_30d: with just so many up to the thirtieth day after creation",
	Source:   "metric table: win rate by activity number",
	Siblings: []string{"win_rate"},
	Ambiguity: "More meetings follow from being alive: first_30d compares deals at one age. The share that drops out at a number of meetings is n of exactly over n of at_least. " +
		"Meetings are those logged, none of them internal.",
	Num:     meetings.sum(0), // of the mode's measures
	Den:     meetings.sum(0, 1),
	Missing: []Gap{{"creation", meetings.sum(2)}},
	Modes: []Mode{
		{Name: "at_least", Measures: []uint16{meetingsWon, meetingsLost}, Cumulative: true},
		{Name: "exactly", Measures: []uint16{meetingsWon, meetingsLost}},
		{Name: "first_30d", Measures: []uint16{meetingsEarlyWon, meetingsEarlyLost, meetingsNoCreation}},
	},
}
