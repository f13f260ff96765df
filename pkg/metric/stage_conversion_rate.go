package metric

var stageConversionRate = Metric{
	ID: "stage_conversion_rate", Version: 1, Unit: Ratio, Kind: Cohort, Direction: Up,
	Sentence:  "Of the deals that first entered a stage in the window, the share that got to the next one, or to the one of where=to, or beyond; missing.immature is the share still open.",
	Formula:   "count(deals entering a in the window that reached b or beyond by T) / count(deals entering a in the window); skip=strict wants b itself",
	Source:    "metric table: conversion rate, stage to stage",
	Siblings:  []string{"stage_entries"},
	Ambiguity: "A deal that skips a stage passed it; skip=strict wants each stage itself. Only a deal's first entry counts, and what is still open may yet convert: missing.immature says how much. stage_entries counts entries of the window, whose ratio is no conversion.",
	Num:       conversions.sum(pairPassed),
	Den:       conversions.sum(pairEntered),
	Open:      conversions.sum(pairEntered).less(pairSettled),
	Strict:    pairReached,
	Pairs:     true,
}
