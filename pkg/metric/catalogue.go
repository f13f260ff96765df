package metric

import "slices"

// Catalogue is every metric, a line each.
var Catalogue = []*Metric{
	&leadsCaptured,
	&mqls,
	&mqlsNet,
	&sqls,
	&marketingSpend,
	&salesSpend,
	&retentionSpend,
	&costPerAcquisition,
	&costPerAcquisitionLagged,
	&customerAcquisitionCost,
	&costPerLead,
	&leadToCloseRate,
	&leadToCloseRateAny,
	&leadToCloseFlow,
	&leadConversionRate,
	&funnelConversionRate,
	&pipelineGeneratedCount,
	&pipelineGeneratedAmount,
	&marketingROI,
	&goalAttainment,
	&goalPace,
	&pipelineAttainment,
	&pipelineCoverage,
	&quotaAttainment,
	&quotaAttainmentMean,
	&quotaAttainmentShare,
	&dealsCreated,
	&dealsWon,
	&dealsLost,
	&bookings,
	&bookingsNew,
	&bookingsGross,
	&annualBookings,
	&annualBookingsFiscal,
	&inPeriodBookingsCreated,
	&inPeriodBookingsUnplanned,
	&averageDealSize,
	&averageDealSizeBooked,
	&medianDealSize,
	&averageContractValue,
	&winRate,
	&winRateNarrow,
	&winRateAmount,
	&winRateCohort,
	&opportunitiesToCloseRatio,
	&salesCycleLength,
	&averageSalesCycle,
	&salesVelocity,
	&salesVelocityOpen,
	&revenueImpact,
	&bookingsTopFifthShare,
	&bookingsGini,
	&crossSellAmount,
	&crossSellRate,
	&openDeals,
	&openPipeline,
	&weightedPipeline,
	&pipelineStages,
	&dealsPastPlan,
	&sharePastPlan,
	&stageEntries,
	&stageConversionRate,
	&timeInStage,
	&ageInStage,
	&activities,
	&nps,
	&npsTransactional,
	&adoptionBreadth,
	&adoptionDepth,
	&activeUsers,
	&ticketVolume,
	&ticketsPerCustomers,
	&ticketResolutionTime,
	&ticketBacklog,
	&ownerChanges,
	&dealsMissingAmount,
	&dealsMissingRole,
	&movesWithoutActivity,
	&dealsWithoutCreation,
	&activeCustomers,
	&mrr,
	&mrrNetOfDiscount,
	&arr,
	&arrNetNew,
	&mrrNew,
	&mrrExpansion,
	&mrrContraction,
	&mrrChurned,
	&mrrReactivation,
	&nrr,
	&grr,
	&revenueChurnRate,
	&customersChurned,
	&mrrChurnedCustomers,
	&customerChurnRate,
	&customerRetentionRate,
	&lifetimeValue,
	&customerRetentionCost,
	&retentionContribution,
	&renewalsDue,
	&renewalRate,
	&renewalRateAmount,
	&renewalRateAmountByClose,
	&nonrenewalRate,
	&upsellAmount,
	&priceChangeAmount,
	&sourceLag,
	&shareNoNextStep,
	&stalledDeals,
	&stalledPipeline,
	&shareStalled,
	&activitiesToDecisionMaker,
	&daysToDecisionMaker,
	&shareReachingDecisionMaker,
	&daysToPersona,
	&replyLag,
	&meddicCompleteness,
	&competitorWinRate,
	&competitorCycle,
	&competitorActivities,
	&competitorLift,
	&winRateByMeetings,
	&onboardingLag,
}

// Groups is every kind of cell: those of the catalogue in the order of its lines, the flows and the rates.
var Groups = groups()

func groups() []*Group {
	var list []*Group
	add := func(groups ...*Group) {
		for _, g := range groups {
			if !slices.Contains(list, g) {
				list = append(list, g)
			}
		}
	}
	for _, m := range Catalogue {
		add(m.groups()...)
	}
	add(FlowMonth, FlowQuarter, FlowYear, rates)
	return list
}

// Find is the metric of an id, nil for one that is not in the catalogue.
func Find(id string) *Metric {
	for _, m := range Catalogue {
		if m.ID == id {
			return m
		}
	}
	return nil
}
