package metric_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// twoRenewals are the fixture's: of 100 each, due in January and in February, both closed in February at 100.
const twoRenewals = `
	2025-11-01 renewal.due account/A renewal=1 due=2026-01-20 amount=100 owner=ann segment=big
	2025-11-02 renewal.due account/B renewal=1 due=2026-02-20 amount=100 owner=bob
	2026-02-05 renewal.renewed account/A renewal=1 amount=100
	2026-02-25 renewal.renewed account/B renewal=1 amount=100
`

func TestRenewals(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"renewals_due window=2026-Q1 as_of=2026-03-31", "0 n=0"},
			{"renewal_rate window=2026-Q1 as_of=2026-03-31", "null n=0 0/0 low"},
			{"renewal_rate_amount window=2026-Q1 as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"renewal_rate_amount_by_close window=2026-Q1 as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"nonrenewal_rate window=2026-Q1 as_of=2026-03-31", "null n=0 0/0 low"},
		}},
		{"the two of the fixture", twoRenewals, []asked{
			{
				"renewal_rate_amount window=2026-Q1 as_of=2026-03-31 step=month",
				"2026-01-01: 1 n=1 100.00/100.00; 2026-02-01: 1 n=1 100.00/100.00; 2026-03-01: null n=0 0.00/0.00 low",
			},
			{
				"renewal_rate_amount_by_close window=2026-Q1 as_of=2026-03-31 step=month",
				"2026-01-01: 0 n=1 0.00/100.00; 2026-02-01: 2 n=1 200.00/100.00; 2026-03-01: null n=0 0.00/0.00 low",
			},
			{"renewal_rate_amount window=2026-Q1 as_of=2026-03-31", "1 n=2 200.00/200.00"},
			{"renewal_rate_amount_by_close window=2026-Q1 as_of=2026-03-31", "1 n=2 200.00/200.00"},
			{"renewal_rate window=2026-Q1 as_of=2026-03-31", "1 n=2 2/2"},
			{"renewal_rate window=2026-01 as_of=2026-01-31", "0 n=1 0/1 missing {immature:1}"}, // it was closed in February
			{"renewal_rate_amount window=2026-01 as_of=2026-01-31", "0 n=1 0.00/100.00 missing {immature:1}"},
			{"renewals_due window=2026-Q1 as_of=2026-01-31", "1 n=1"}, // the other is not due yet
			{"renewals_due window=2026-Q1 as_of=2026-03-31 by=owner", "owner=ann: 1 n=1, owner=bob: 1 n=1"},
			{"renewals_due window=2026-Q1 as_of=2026-03-31 by=segment", "segment=big: 1 n=1, segment=unknown: 1 n=1"},
		}},
		{"one renewed for more before its day, one lost, one open, and one that was said to be both", `
			2025-06-01 subscription.started account/A subscription=s price=1 interval=month plan=basic product=crm
			2025-06-01 subscription.started account/A subscription=t price=9 interval=month plan=pro product=mail
			2025-06-01 account.enriched account/A provider=p fields.segment=small fields.region=north
			2026-01-01 renewal.due account/A renewal=1 due=2026-02-10 amount=100 subscription=s
			2026-01-01 renewal.due account/A renewal=2 due=2026-02-11 amount=50
			2026-01-01 renewal.due account/A renewal=3 due=2026-02-12 amount=30 segment=big
			2026-01-01 renewal.due account/A renewal=4 due=2026-02-13 amount=20
			2026-01-20 renewal.renewed account/A renewal=1 amount=150
			2026-02-20 renewal.lost account/A renewal=2 @2026-03-05
			2026-02-20 renewal.lost account/A renewal=4
			2026-03-10 renewal.renewed account/A renewal=4 amount=15 @2026-03-12`, []asked{
			{"renewals_due window=2026-02 as_of=2026-03-31", "4 n=4"},
			{"renewal_rate window=2026-02 as_of=2026-03-31", "0.5 n=4 2/4 missing {immature:0.25}"},
			{"renewal_rate window=2026-02 known=2026-03-11", "0.25 n=4 1/4 missing {immature:0.25}"},
			{"renewal_rate window=2026-02 known=2026-03-04", "0.25 n=4 1/4 missing {immature:0.5}"},
			{"nonrenewal_rate window=2026-02 as_of=2026-03-31", "0.25 n=4 1/4 missing {immature:0.25}"},
			{"nonrenewal_rate window=2026-02 known=2026-03-11", "0.5 n=4 2/4 missing {immature:0.25}"},
			{"nonrenewal_rate window=2026-02 known=2026-03-04", "0.25 n=4 1/4 missing {immature:0.5}"},
			// 165 of 200; 30 are open
			{"renewal_rate_amount window=2026-02 as_of=2026-03-31", "0.825 n=4 165.00/200.00 missing {immature:0.15}"},
			{"renewal_rate_amount window=2026-02 known=2026-03-11", "0.75 n=4 150.00/200.00 missing {immature:0.15}"},
			{"renewal_rate_amount_by_close window=2026-02 as_of=2026-03-31", "0 n=4 0.00/200.00"},
			{"renewal_rate_amount_by_close window=2026-Q1 known=2026-03-11", "0.75 n=4 150.00/200.00"},
			{"renewal_rate_amount_by_close window=2026-Q1 known=2026-03-12", "0.825 n=4 165.00/200.00"},
			{"renewals_due window=2026-02 as_of=2026-03-31 by=plan", "plan=pro: 3 n=3, plan=basic: 1 n=1"},
			{"renewals_due window=2026-02 as_of=2026-03-31 where=product:crm", "1 n=1"},
			{"renewals_due window=2026-02 as_of=2026-03-31 by=segment", "segment=small: 3 n=3, segment=big: 1 n=1"},
			{"renewal_rate window=2026-02 as_of=2026-03-31 within=30", "0.5 n=4 2/4"},
			{"renewal_rate window=2026-02 as_of=2026-02-28 within=30", "0.25 n=4 1/4 missing {immature:1}"},
		}},
		{"a due day that is put off, and a renewal whose day is not known", `
			2026-01-01 renewal.due account/A renewal=1 due=2026-02-10 amount=100
			2026-02-01 renewal.due account/A renewal=1 due=2026-03-10 amount=120 @2026-02-15
			2026-01-01 renewal.renewed account/B renewal=2 amount=100`, []asked{
			{"renewals_due window=2026-02 as_of=2026-03-31", "0 n=0"},
			{"renewals_due window=2026-02 known=2026-02-14", "1 n=1"},
			{"renewals_due window=2026-Q1 as_of=2026-03-31", "1 n=1"},
			{"renewal_rate_amount_by_close window=2026-Q1 as_of=2026-03-31", "0 n=1 0.00/120.00"},
		}},
	})
}

func TestRenewalsInOtherCurrencies(t *testing.T) {
	tellAll(t, []story{
		{"in dollars, which were worth 0.50 when they were due and 0.40 when they were renewed", `
			2026-01-01 fx.rate_set currency/USD base=EUR rate=0.50 date=2026-01-01
			2026-02-15 fx.rate_set currency/USD base=EUR rate=0.40 date=2026-02-15
			2026-01-01 renewal.due account/A renewal=1 due=2026-02-10 amount=100 currency=USD
			2026-02-20 renewal.renewed account/A renewal=1 amount=100 currency=USD
			2026-01-01 renewal.due account/B renewal=2 due=2026-02-11 amount=100 currency=USD
			2026-01-01 renewal.due account/C renewal=3 due=2026-02-20 amount=20`, []asked{
			// 40 of 50 + 50 + 20; of 40 + 40 + 20 at the rate of the day asked for, 60 are open
			{"renewal_rate_amount window=2026-02 as_of=2026-03-31", "0.3333333333333333 n=3 40.00/120.00 missing {immature:0.6}"},
			{"renewal_rate_amount window=2026-02 as_of=2026-03-31 where=owner:unknown within=30", "0.3333333333333333 n=3 40.00/120.00"},
			{"renewal_rate_amount window=2026-02 as_of=2026-03-13 within=30", "0.3333333333333333 n=3 40.00/120.00 missing {immature:0.2}"}, // the last has until 22 March
			{"renewal_rate window=2026-02 as_of=2026-03-31", "0.3333333333333333 n=3 1/3 missing {immature:0.6666666666666666}"},
		}},
		{"renewed in pounds, which have no rate: what either side leaves out is told, what both do once", `
			2026-01-01 renewal.due account/A renewal=1 due=2026-02-10 amount=100
			2026-02-20 renewal.renewed account/A renewal=1 amount=90 currency=GBP
			2026-01-01 renewal.due account/B renewal=2 due=2026-02-11 amount=70 currency=GBP
			2026-02-20 renewal.renewed account/B renewal=2 amount=70 currency=GBP`, []asked{
			{"renewal_rate_amount window=2026-02 as_of=2026-03-31", "0 n=1 0.00/100.00 missing {unconverted:{GBP:160.00}}"},
			{"renewal_rate_amount_by_close window=2026-02 as_of=2026-03-31", "0 n=1 0.00/100.00 missing {unconverted:{GBP:160.00}}"},
		}},
	})
}

// renewing draws what becomes of a few renewals.
func renewing(t *rapid.T) string {
	var b strings.Builder
	pick := func(of ...string) string { return rapid.SampledFrom(of).Draw(t, "pick") }
	for range rapid.IntRange(0, 8).Draw(t, "renewal events") {
		at := time.Date(2026, 1, 1, rapid.IntRange(0, 24*120).Draw(t, "hours"), 0, 0, 0, time.UTC).Format("2006-01-02T15:04")
		renewal := " account/" + pick("A", "B") + " renewal=" + pick("1", "2")
		switch pick("due", "due", "renewed", "lost") {
		case "due":
			fmt.Fprintf(&b, "%s renewal.due%s due=2026-0%s-15 amount=%s subscription=s owner=%s", at, renewal, pick("1", "2", "4"), pick("10", "20.50"), pick("ann", "bob"))
		case "renewed":
			fmt.Fprintf(&b, "%s renewal.renewed%s amount=%s", at, renewal, pick("10", "30"))
		case "lost":
			fmt.Fprintf(&b, "%s renewal.lost%s", at, renewal)
		}
		if rapid.Bool().Draw(t, "late") {
			b.WriteString(" @2026-10-" + pick("01", "02", "03"))
		}
		b.WriteString("\n")
	}
	return b.String()
}
