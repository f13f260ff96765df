package metric

// Besides are what GET /v1/activity shows beside activities, by the kind under which it does: changes of stage, which are
// the ends of stays in open stages, by a move or an outcome; and the captures of leads by campaigns. They are
// no metrics of the catalogue.
var Besides = map[string]*Metric{
	StageChange: {ID: StageChange, Version: 1, Unit: Count, Kind: Flow, Num: stays.sum(histogramCount)},
	Campaign:    {ID: Campaign, Version: 1, Unit: Count, Kind: Flow, Num: captures.sum(captureMarketing)},
}

// The kinds of what is shown beside activities.
const (
	StageChange = "stage_change"
	Campaign    = "campaign"
)
