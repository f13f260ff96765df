package metric

// rivalAmbiguity is what the names leave open.
const rivalAmbiguity = "Deals that were won, or lost to a competitor (whichever it was); a competitor counts when it was tagged up to the outcome, and the one " +
	"that a loss names is no tag. Without by=competitor a deal with several counts once, with it once for each; head_to_head=true are those with one alone. " +
	"Untagged is not without competition."

var competitorWinRate = Metric{
	ID: "competitor_win_rate", Version: 1, Unit: Ratio, Kind: Fraction, Direction: Up,
	Sentence:  "Of the deals with a competitor that were won or lost to one in the window, the share that was won; by=competitor tells them apart.",
	Formula:   "won / (won + lost to a competitor), over deals with a competitor tagged up to the outcome",
	Source:    "metric table: sales effectiveness by competitor",
	Siblings:  []string{"competitor_lift", "competitor_cycle", "competitor_activities", "win_rate_narrow"},
	Ambiguity: rivalAmbiguity,
	Num:       rivalry.sum(rivalryWon),
	Den:       rivalry.sum(rivalryWon, rivalryLost),
}
