package metric_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/metric"
)

// contract is the ids that users call, each with its unit and kind: renames are not for free.
var contract = []struct {
	unit metric.Unit
	kind metric.Kind
	ids  string
}{
	{metric.Count, metric.Flow, "leads_captured mqls mqls_net sqls pipeline_generated_count deals_won deals_lost deals_created stage_entries"},
	{metric.Count, metric.Flow, "customers_churned tickets_opened tickets_per_100_customers owner_changes activities moves_without_activity renewals_due"},
	{metric.Count, metric.Stock, "open_deals pipeline_stages active_customers active_users ticket_backlog stalled_deals"},
	{metric.Count, metric.Stock, "deals_past_plan deals_missing_amount deals_missing_role deals_without_creation"},
	{metric.Count, metric.Quantile, "activities_to_decision_maker competitor_activities"},

	{metric.Money, metric.Flow, "marketing_spend sales_spend retention_spend pipeline_generated_amount bookings bookings_new bookings_gross"},
	{metric.Money, metric.Flow, "mrr_churned_customers annual_bookings annual_bookings_fiscal arr_net_new in_period_bookings_created in_period_bookings_unplanned"},
	{metric.Money, metric.Flow, "mrr_new mrr_expansion mrr_contraction mrr_churned mrr_reactivation cross_sell_amount upsell_amount price_change_amount"},
	{metric.Money, metric.Stock, "open_pipeline weighted_pipeline mrr mrr_net_of_discount arr stalled_pipeline"},
	{metric.Money, metric.Fraction, "cost_per_acquisition cost_per_acquisition_lagged customer_acquisition_cost cost_per_lead"},
	{metric.Money, metric.Fraction, "customer_retention_cost retention_contribution lifetime_value"},
	{metric.Money, metric.Fraction, "average_deal_size average_deal_size_booked average_contract_value"},
	{metric.Money, metric.Quantile, "median_deal_size"},
	{metric.MoneyPerDay, metric.Fraction, "sales_velocity sales_velocity_open revenue_impact"},

	{metric.Ratio, metric.Cohort, "lead_to_close_rate lead_to_close_rate_any lead_conversion_rate stage_conversion_rate win_rate_cohort"},
	{metric.Ratio, metric.Cohort, "renewal_rate renewal_rate_amount"},
	{metric.Ratio, metric.Fraction, "lead_to_close_flow funnel_conversion_rate marketing_roi opportunities_to_close_ratio"},
	{metric.Ratio, metric.Fraction, "goal_attainment goal_pace pipeline_attainment quota_attainment quota_attainment_mean quota_attainment_share"},
	{metric.Ratio, metric.Fraction, "customer_churn_rate nonrenewal_rate revenue_churn_rate customer_retention_rate nrr grr cross_sell_rate"},
	{metric.Ratio, metric.Fraction, "win_rate win_rate_narrow win_rate_amount win_rate_by_meetings competitor_win_rate competitor_lift"},
	{metric.Ratio, metric.Fraction, "share_reaching_decision_maker bookings_top_fifth_share bookings_gini"},
	{metric.Ratio, metric.Stock, "pipeline_coverage share_no_next_step share_past_plan share_stalled adoption_breadth adoption_depth meddic_completeness"},

	{metric.Seconds, metric.Quantile, "time_in_stage ticket_resolution_time average_sales_cycle sales_cycle_length days_to_persona reply_lag onboarding_lag"},
	{metric.Seconds, metric.Quantile, "days_to_decision_maker competitor_cycle"},
	{metric.Seconds, metric.Flow, "source_lag"},
	{metric.Seconds, metric.Stock, "age_in_stage"},
	{metric.Score, metric.Stock, "nps nps_transactional"},
}

func TestEveryMetricOfTheContractIsThereWithItsUnitAndKind(t *testing.T) {
	for _, part := range contract {
		for id := range strings.FieldsSeq(part.ids) {
			m := metric.Find(id)
			if m == nil {
				t.Errorf("%s is missing", id)
				continue
			}
			if m.Unit != part.unit || m.Kind != part.kind {
				t.Errorf("%s is a %s in %s, want a %s in %s", id, m.Kind, m.Unit, part.kind, part.unit)
			}
		}
	}
}

func TestEveryReadingNamesTheOthers(t *testing.T) {
	for _, m := range metric.Catalogue {
		for _, id := range m.Siblings {
			if !slices.Contains(metric.Find(id).Siblings, m.ID) {
				t.Errorf("%s names %s, which does not name it", m.ID, id)
			}
		}
	}
}

func TestEveryMetricHasAFileOfItsOwn(t *testing.T) {
	for _, m := range metric.Catalogue {
		text, err := os.ReadFile(m.ID + ".go")
		if err != nil {
			t.Error(err)
			continue
		}
		if lines, metrics := strings.Count(string(text), "\n"), strings.Count(string(text), "= Metric{"); lines > 60 || metrics != 1 {
			t.Errorf("%s.go has %d lines and %d metrics, want at most 60 and one: a group that is more than a few lines has a file too", m.ID, lines, metrics)
		}
	}
}
