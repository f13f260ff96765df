package metric_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// movedQuarter is the recurring revenue of the fixture: 40 on the evening before the quarter, then expansion 5,
// contraction 1, churn 3, new 7 and reactivation 2.
const movedQuarter = `
	2025-06-01 subscription.started account/A subscription=a price=30 interval=month plan=pro product=crm
	2025-06-01 account.enriched account/A provider=p fields.segment=big
	2025-07-01 subscription.started account/B subscription=b price=7 interval=month plan=basic product=crm
	2025-08-01 subscription.started account/C subscription=c price=3 interval=month plan=basic product=mail
	2025-08-01 subscription.started account/R subscription=r price=9 interval=month plan=pro product=crm
	2025-09-01 subscription.ended account/R subscription=r
	2026-01-10 subscription.changed account/A subscription=a price=35
	2026-01-20 subscription.changed account/B subscription=b price=6
	2026-02-10 subscription.ended account/C subscription=c
	2026-02-20 subscription.started account/N subscription=n price=84 interval=year plan=pro product=crm
	2026-03-05 subscription.started account/R subscription=r price=2 interval=month plan=pro product=crm
`

func TestMovementsOfRecurringRevenue(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"mrr as_of=2026-03-31", "0.00 n=0"},
			{"mrr_net_of_discount as_of=2026-03-31", "0.00 n=0"},
			{"arr as_of=2026-03-31", "0.00 n=0"},
			{"active_customers as_of=2026-03-31", "0 n=0"},
			{"arr_net_new window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_new window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_expansion window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_contraction window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_churned window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_reactivation window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"nrr window=2026-Q1 as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"grr window=2026-Q1 as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"revenue_churn_rate window=2026-Q1 as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"upsell_amount window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"price_change_amount window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
		}},
		{"the quarter of the fixture", movedQuarter, []asked{
			{"mrr as_of=2025-12-31", "40.00 n=3"},
			{"mrr as_of=2026-03-31", "50.00 n=4"}, // 35 + 6 + 7 + 2
			{"arr as_of=2026-03-31", "600.00 n=4"},
			{"mrr_expansion window=2026-Q1 as_of=2026-03-31", "5.00 n=1"},
			{"mrr_contraction window=2026-Q1 as_of=2026-03-31", "1.00 n=1"},
			{"mrr_churned window=2026-Q1 as_of=2026-03-31", "3.00 n=1"},
			{"mrr_new window=2026-Q1 as_of=2026-03-31", "7.00 n=1"},
			{"mrr_reactivation window=2026-Q1 as_of=2026-03-31", "2.00 n=1"},
			{"arr_net_new window=2026-Q1 as_of=2026-03-31", "120.00 n=5"}, // 12 · (50 − 40)
			{"nrr window=2026-Q1 as_of=2026-03-31", "1.025 n=3 41.00/40.00"},
			{"grr window=2026-Q1 as_of=2026-03-31", "0.9 n=3 36.00/40.00"},
			{"revenue_churn_rate window=2026-Q1 as_of=2026-03-31", "0.075 n=3 3.00/40.00"},
			{"nrr window=2026-02-01..2026-03-01 as_of=2026-03-31", "0.9318181818181818 n=3 41.00/44.00"}, // 44 − 3
			{"nrr window=2026-Q1 as_of=2026-01-31", "1.1 n=3 44.00/40.00"},                               // so far: 40 + 5 − 1
			{"mrr as_of=2026-03-31 by=plan", "plan=pro: 44.00 n=3, plan=basic: 6.00 n=1"},
			{"mrr as_of=2025-12-31 by=segment", "segment=big: 30.00 n=1, segment=unknown: 10.00 n=2"},
			{"mrr_churned window=2026-Q1 as_of=2026-03-31 by=product", "product=mail: 3.00 n=1"},
			{"grr window=2026-Q1 as_of=2026-03-31 by=segment", "segment=big: 1 n=1 30.00/30.00, segment=unknown: 0.6 n=2 6.00/10.00"},
			{"mrr window=2025-12-01..2026-04-01 as_of=2026-03-31 step=month", "2025-12-01: 40.00 n=3; 2026-01-01: 44.00 n=3; 2026-02-01: 48.00 n=3; 2026-03-01: 50.00 n=4"},
		}},
		{"a day's price is worth 365 a year, a week's 52, and the interval counts", `
			2026-01-01 subscription.started account/A subscription=d price=1 interval=day
			2026-01-01 subscription.started account/A subscription=w price=1 interval=week interval_count=2
			2026-01-01 subscription.started account/A subscription=y price=100 interval=year quantity=3 discount_percent=10`, []asked{
			{"arr as_of=2026-01-31", "691.00 n=3"},                // 365 + 26 + 300
			{"mrr as_of=2026-01-31", "57.58 n=3"},                 // 691 / 12 = 57.583
			{"mrr_net_of_discount as_of=2026-01-31", "55.08 n=3"}, // 661 / 12 = 55.083
		}},
	})
}

func TestRecurringRevenueThatBecameKnownLate(t *testing.T) {
	tellAll(t, []story{
		{"an end that became known late", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month
			2026-02-10 subscription.ended account/A subscription=a @2026-04-05
			2026-02-20 subscription.started account/B subscription=b price=4 interval=month discount_percent=50 @2026-04-06`, []asked{
			{"mrr as_of=2026-03-31 known=2026-04-04", "10.00 n=1"},
			{"mrr as_of=2026-03-31 known=2026-04-05", "0.00 n=0"},
			{"mrr as_of=2026-03-31 known=2026-04-06", "4.00 n=1"},
			{"mrr_net_of_discount as_of=2026-03-31 known=2026-04-05", "0.00 n=0"},
			{"mrr_net_of_discount as_of=2026-03-31 known=2026-04-06", "2.00 n=1"},
			{"arr as_of=2026-03-31 known=2026-04-04", "120.00 n=1"},
			{"active_customers as_of=2026-03-31 known=2026-04-04", "1 n=1"},
			{"active_customers as_of=2026-03-31 known=2026-04-05", "0 n=0"},
			{"mrr_churned window=2026-Q1 as_of=2026-03-31 known=2026-04-04", "0.00 n=0"},
			{"mrr_churned window=2026-Q1 as_of=2026-03-31 known=2026-04-05", "10.00 n=1"},
			{"mrr_new window=2026-02 as_of=2026-03-31 known=2026-04-05", "0.00 n=0"},
			{"mrr_new window=2026-02 as_of=2026-03-31 known=2026-04-06", "4.00 n=1"},
			{"grr window=2026-02 as_of=2026-03-31 known=2026-04-04", "1 n=1 10.00/10.00"},
			{"grr window=2026-02 as_of=2026-03-31 known=2026-04-05", "0 n=1 0.00/10.00"},
			{"nrr window=2026-02 as_of=2026-03-31 known=2026-04-05", "0 n=1 0.00/10.00"},
			{"revenue_churn_rate window=2026-02 as_of=2026-03-31 known=2026-04-05", "1 n=1 10.00/10.00"},
			{"arr_net_new window=2026-Q1 as_of=2026-03-31 known=2026-04-04", "120.00 n=1"},
			{"arr_net_new window=2026-Q1 as_of=2026-03-31 known=2026-04-06", "48.00 n=3"},
		}},
		{"a late rise that was a fall: what moved is what was known", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month
			2026-02-01 subscription.changed account/A subscription=a price=20
			2026-01-15 subscription.changed account/A subscription=a price=30 @2026-03-05
			2026-02-20 subscription.ended account/A subscription=a
			2026-02-25 subscription.started account/A subscription=b price=1 interval=month`, []asked{
			{"mrr_expansion window=2026-Q1 known=2026-03-04", "10.00 n=1"},
			{"mrr_expansion window=2026-Q1 known=2026-03-05", "20.00 n=1"},
			{"mrr_contraction window=2026-Q1 known=2026-03-04", "0.00 n=0"},
			{"mrr_contraction window=2026-Q1 known=2026-03-05", "10.00 n=1"},
			{"mrr_reactivation window=2026-Q1 known=2026-03-05", "1.00 n=1"},
		}},
	})
}

func TestWhatMovesRecurringRevenueAndWhatDoesNot(t *testing.T) {
	tellAll(t, []story{
		{"a pause moves nothing, a second subscription is expansion and its end contraction", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month
			2026-01-10 subscription.paused account/A subscription=a
			2026-01-20 subscription.resumed account/A subscription=a
			2026-02-01 subscription.started account/A subscription=b price=4 interval=month
			2026-02-10 subscription.ended account/A subscription=b`, []asked{
			{"mrr as_of=2026-01-15", "10.00 n=1"},
			{"active_customers as_of=2026-01-15", "1 n=1"},
			{"mrr_new window=2026-Q1 as_of=2026-03-31", "10.00 n=1"},
			{"mrr_expansion window=2026-Q1 as_of=2026-03-31", "4.00 n=1"},
			{"mrr_contraction window=2026-Q1 as_of=2026-03-31", "4.00 n=1"},
			{"mrr_churned window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
		}},
		{"a price of zero moves nothing, and who pays later had something live before", `
			2026-01-01 subscription.started account/A subscription=a price=0 interval=month
			2026-02-01 subscription.changed account/A subscription=a price=10`, []asked{
			{"active_customers as_of=2026-01-15", "1 n=1"},
			{"mrr as_of=2026-01-15", "0.00 n=1"},
			{"mrr_new window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_expansion window=2026-Q1 as_of=2026-03-31", "10.00 n=1"},
		}},
		{"rises and falls of an account and day are set off, but under each plan they are told", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month plan=basic
			2026-02-01 subscription.ended account/A subscription=a
			2026-02-01T14:00 subscription.started account/A subscription=b price=12 interval=month plan=pro`, []asked{
			{"mrr_expansion window=2026-02 as_of=2026-03-31", "2.00 n=1"},
			{"mrr_contraction window=2026-02 as_of=2026-03-31", "0.00 n=0"},
			{"mrr_expansion window=2026-02 as_of=2026-03-31 by=plan", "plan=pro: 12.00 n=1"},
			{"mrr_contraction window=2026-02 as_of=2026-03-31 where=plan:basic", "10.00 n=1"},
			{"active_customers as_of=2026-02-10 by=plan", "plan=pro: 1 n=1"},
		}},
		{"what began and ended within a day was never there", `
			2026-01-01T08:00 subscription.started account/A subscription=a price=10 interval=month
			2026-01-01T18:00 subscription.ended account/A subscription=a
			2026-01-05 subscription.started account/A subscription=b price=3 interval=month`, []asked{
			{"mrr_new window=2026-01 as_of=2026-01-31", "3.00 n=1"},
			{"mrr_churned window=2026-01 as_of=2026-01-31", "0.00 n=0"},
		}},
		{"a customer with two plans is one", `
			2026-01-01 subscription.started account/A subscription=a price=1 interval=month plan=basic
			2026-01-01 subscription.started account/A subscription=b price=2 interval=month plan=pro
			2026-01-01 subscription.started account/A subscription=c price=3 interval=month plan=pro`, []asked{
			{"active_customers as_of=2026-01-31", "1 n=1"},
			{"active_customers as_of=2026-01-31 by=plan", "plan=basic: 1 n=1, plan=pro: 1 n=1"},
			{"mrr as_of=2026-01-31 by=plan", "plan=pro: 5.00 n=2, plan=basic: 1.00 n=1"},
		}},
		{"several currencies, the dollar at 0.50 and at 0.40 from February on, the pound without a rate", `
			2026-01-01 fx.rate_set currency/USD base=EUR rate=0.50 date=2026-01-01
			2026-02-01 fx.rate_set currency/USD base=EUR rate=0.40 date=2026-02-01
			2026-01-10 subscription.started account/A subscription=a price=10 interval=month currency=USD
			2026-01-10 subscription.started account/A subscription=b price=1 interval=month
			2026-01-20 subscription.started account/B subscription=c price=12 interval=year currency=GBP
			2026-02-10 subscription.changed account/A subscription=a currency=EUR`, []asked{
			{"mrr as_of=2026-01-31", "6.00 n=2 missing {unconverted:{GBP:1.00}}"},                       // 1 + 10 · 0.5
			{"mrr as_of=2026-02-05", "5.00 n=2 missing {unconverted:{GBP:1.00}}"},                       // 1 + 10 · 0.4
			{"mrr_new window=2026-Q1 as_of=2026-03-31", "6.00 n=2 missing {unconverted:{GBP:1.00}}"},    // at the rate of its day
			{"mrr_contraction window=2026-Q1 as_of=2026-03-31", "4.00 n=1"},                             // what was in dollars
			{"mrr_expansion window=2026-Q1 as_of=2026-03-31", "10.00 n=1"},                              // is in euro
			{"nrr window=2026-02 as_of=2026-02-05", "1 n=2 6.00/6.00 missing {unconverted:{GBP:1.00}}"}, // at the rate of the evening before
		}},
	})
}

func TestMoreOfTheSameProductIsUpsellAndADearerOneAChangeOfPrice(t *testing.T) {
	tellAll(t, []story{
		{"a higher quantity at a higher price", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month quantity=5 product=crm
			2026-02-01 subscription.changed account/A subscription=a price=12 quantity=8 @2026-03-01
			2026-03-01 subscription.changed account/A subscription=a quantity=4 price=15`, []asked{
			{"upsell_amount window=2026-02 as_of=2026-03-31", "30.00 n=1"},       // 3 · 10
			{"price_change_amount window=2026-02 as_of=2026-03-31", "16.00 n=1"}, // 2 · 8
			{"upsell_amount window=2026-02 known=2026-02-28", "0.00 n=0"},
			{"upsell_amount window=2026-02 known=2026-03-01", "30.00 n=1"},
			{"price_change_amount window=2026-02 known=2026-02-28", "0.00 n=0"},
			{"price_change_amount window=2026-02 known=2026-03-01", "16.00 n=1"},
			{"upsell_amount window=2026-03 as_of=2026-03-31", "0.00 n=0"},
			{"price_change_amount window=2026-03 as_of=2026-03-31 by=product", "product=crm: 12.00 n=1"}, // 3 · 4
		}},
		{"a higher tier is upsell with all that it costs, a lower one is not", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month tier=silver product=crm
			2026-02-01 subscription.changed account/A subscription=a price=25 tier=gold
			2026-03-01 subscription.changed account/A subscription=a price=10 tier=silver`, []asked{
			{"upsell_amount window=2026-Q1 as_of=2026-03-31", "15.00 n=1"},
			{"price_change_amount window=2026-Q1 as_of=2026-03-31", "0.00 n=0"},
		}},
		{"another plan of the product by a new subscription, and another product", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month plan=basic product=crm
			2026-02-01 subscription.ended account/A subscription=a
			2026-02-01 subscription.started account/A subscription=b price=14 interval=month plan=pro product=crm
			2026-03-01 subscription.started account/A subscription=c price=100 interval=month plan=pro product=mail`, []asked{
			{"upsell_amount window=2026-Q1 as_of=2026-03-31", "4.00 n=1"},
			{"upsell_amount window=2026-Q1 as_of=2026-03-31 by=plan", "plan=pro: 4.00 n=1"},
		}},
		{"a longer interval is a cut of the price", `
			2026-01-01 subscription.started account/A subscription=a price=10 interval=month
			2026-02-01 subscription.changed account/A subscription=a price=96 interval=year`, []asked{
			{"price_change_amount window=2026-Q1 as_of=2026-03-31", "-2.00 n=1"}, // 8 − 10 a month
			{"mrr_contraction window=2026-Q1 as_of=2026-03-31", "2.00 n=1"},
		}},
	})
}

// subscriptions draws what happens to a few accounts, in monthly prices, so that the cents of what is shown add
// up too.
func subscriptions(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(1, 20).Draw(t, "events") {
		at := time.Date(2026, 1, 1, rapid.IntRange(0, 24*120).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
		account, subscription := " account/"+pick("A", "B"), " subscription="+pick("s", "t")
		switch pick("started", "started", "changed", "ended", "paused", "resumed", "enriched") {
		case "started":
			fmt.Fprintf(&b, "%s subscription.started%s%s price=%s interval=month plan=%s product=%s", at, account, subscription,
				pick("0", "1.5", "10"), pick("basic", "pro"), pick("crm", "mail"))
		case "changed":
			fmt.Fprintf(&b, "%s subscription.changed%s%s %s", at, account, subscription, pick("price=7", "quantity=3", "plan=pro", "currency=USD", "price=0"))
		case "ended":
			fmt.Fprintf(&b, "%s subscription.ended%s%s", at, account, subscription)
		case "paused":
			fmt.Fprintf(&b, "%s subscription.paused%s%s", at, account, subscription)
		case "resumed":
			fmt.Fprintf(&b, "%s subscription.resumed%s%s", at, account, subscription)
		case "enriched":
			fmt.Fprintf(&b, "%s account.enriched%s provider=p fields.segment=%s", at, account, pick("smb", "big"))
		}
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// cents is the value of an answer about one value of one dimension, in minor units.
func (c *company) cents(text, dim, value string) int64 {
	c.t.Helper()
	values, _, err := c.answer(text)
	if err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	for _, v := range values {
		if dim == "" || v.Dimensions[dim] == value {
			var n int64
			if _, err := fmt.Sscanf(strings.ReplaceAll(string(*v.Value), ".", ""), "%d", &n); err != nil {
				c.t.Fatalf("%s: %v", text, err)
			}
			return n
		}
	}
	return 0
}

// TestMovementsAddUpToTheChangeOfRecurringRevenue holds that new + expansion − contraction − churned +
// reactivation is what mrr grew by: for any window, as known by any day, in all and under any split.
func TestMovementsAddUpToTheChangeOfRecurringRevenue(t *testing.T) {
	layout := layoutOf([]ledger.Dim{ledger.DimSegment, ledger.DimPlan})
	rapid.Check(t, func(t *rapid.T) {
		c := tell(t, layout, subscriptions(t))
		from := day(t, "2025-12-20") + event.Day(rapid.Int32Range(0, 130).Draw(t, "from"))
		to := from + event.Day(rapid.Int32Range(1, 60).Draw(t, "days"))
		known := ""
		if rapid.Bool().Draw(t, "as known") {
			known = " known=" + rapid.SampledFrom([]string{"2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03"}).Draw(t, "known")
		}
		split := rapid.SampledFrom([]struct{ by, dim, value string }{
			{},
			{" by=plan", "plan", "pro"},
			{" by=product", "product", "crm"},
			{" by=segment", "segment", "smb"},
			{" where=segment:big by=plan", "plan", "basic"},
		}).Draw(t, "split")
		tail := known + split.by + " currency=" + rapid.SampledFrom([]string{"EUR", "USD"}).Draw(t, "currency")
		stock := func(at event.Day) int64 {
			return c.cents(fmt.Sprintf("mrr as_of=%s%s", at, tail), split.dim, split.value)
		}
		flow := func(id string) int64 {
			return c.cents(fmt.Sprintf("%s window=%s..%s as_of=%s%s", id, from, to, to, tail), split.dim, split.value)
		}
		change := flow("mrr_new") + flow("mrr_expansion") - flow("mrr_contraction") - flow("mrr_churned") + flow("mrr_reactivation")
		if grown := stock(to-1) - stock(from-1); grown != change {
			t.Fatalf("%s..%s%s: mrr grew by %d, and moved by %d", from, to, tail, grown, change)
		}
		if whole := flow("arr_net_new"); whole != 12*change {
			t.Fatalf("%s..%s%s: a year's change is %d, a month's %d", from, to, tail, whole, change)
		}
	})
}
