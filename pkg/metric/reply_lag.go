package metric

var replyLag = Metric{
	ID: "reply_lag", Version: 1, Unit: Seconds, Kind: Quantile, Direction: Down,
	Sentence: "How long people outside took to answer, over the answers that came in in the window.",
	Formula:  "distribution of inbound at − outbound at, over inbound activities that answer an outbound one of the same deal, lead or account",
	Source:   "metric table: customer responsiveness",
	Ambiguity: "An answer names what it answers by reply_to; where that is absent or names nothing known, it answers the last activity of its thread. Where that " +
		"is inbound too, it is the same answer going on and no sample.",
	Num: replies.sum(histogramCount),
}
