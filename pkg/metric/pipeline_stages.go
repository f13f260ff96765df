package metric

import (
	"math/big"

	"weir.dev/weir/pkg/ledger"
)

var pipelineStages = Metric{
	ID: "pipeline_stages", Version: 1, Unit: Count, Kind: Stock, Direction: Neutral,
	Sentence:  "The number of open stages that the tenant's list has, and which; the list is part of the definition that all numbers are made by.",
	Formula:   "count(stages of the tenant's list that are neither won nor lost), the list in force for the past too",
	Source:    "metric table: sales pipeline",
	Siblings:  []string{"open_pipeline"},
	Ambiguity: "Pipeline names a number of stages here, as its source defines it; nearly everybody else means the money that is open: open_pipeline.",
	Derive: func(v *View) Result {
		var r Result
		for _, s := range v.Definition().Stages {
			if s.Category == ledger.CategoryOpen {
				r.Stages = append(r.Stages, s.ID)
			}
		}
		r.N = int64(len(r.Stages))
		r.Value = big.NewRat(r.N, 1)
		return r
	},
}
