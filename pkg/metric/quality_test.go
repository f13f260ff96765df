package metric_test

import "testing"

func TestAgesOfWhatIsStillInAStage(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{{"age_in_stage as_of=2026-03-31", "null n=0"}}},
		{"from the entry into the present stage to the end of the day", `
			2026-01-05 deal.created deal/A stage=qualify owner=ann
			2026-01-07T06:00 deal.stage_changed deal/A to=propose @2026-01-20
			2026-01-08 deal.stage_changed deal/A to=propose
			2026-01-09T00:00 deal.created deal/B stage=qualify owner=bob
			2026-01-10 deal.amount_changed deal/C amount=1.00
			2026-01-12 deal.lost deal/B
			2026-01-13 deal.reopened deal/B`, []asked{
			{"age_in_stage as_of=2026-01-05", "43200 n=1"},                    // from noon to midnight
			{"age_in_stage as_of=2026-01-08", "151200 n=1"},                   // from 7 January at six: 42 hours
			{"age_in_stage known=2026-01-19 as_of=2026-01-08", "43200 n=1"},   // but that of the day after was
			{"age_in_stage as_of=2026-01-10", "248400 n=2 missing {stage:1}"}, // 90 and 48 hours
			{"age_in_stage as_of=2026-01-12", "496800 n=1 missing {stage:1}"}, // A alone, 138 hours
			{"age_in_stage as_of=2026-01-13 where=owner:bob", "43200 n=1"},    // B entered again
			{"age_in_stage as_of=2026-01-10 by=stage", "stage=propose: 324000 n=1, stage=qualify: 172800 n=1, stage=unknown: null n=0 missing {stage:1}"},
			{"age_in_stage as_of=2026-01-12 window=2026-01-11..2026-01-13 step=day", "2026-01-11: 334800 n=2 missing {stage:1}; 2026-01-12: 496800 n=1 missing {stage:1}"},
		}},
	})
}

func TestHandovers(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{{"owner_changes as_of=2026-03-31", "0 n=0"}}},
		{"from one owner to another, also with none between; a first owner and the same one are none", `
			2026-01-05 deal.created deal/A stage=qualify
			2026-01-06 deal.owner_changed deal/A owner=ann
			2026-01-07 deal.owner_changed deal/A owner=ann team=emea
			2026-01-08 deal.updated deal/A owner=bob
			2026-01-09 deal.updated deal/A owner=null
			2026-01-10 deal.owner_changed deal/A owner=cid @2026-02-01
			2026-01-11 deal.created deal/B stage=qualify owner=ann
			2026-01-12 deal.owner_changed deal/B owner=bob
			2026-01-13 deal.deleted deal/B`, []asked{
			{"owner_changes window=2026-01 as_of=2026-01-31", "2 n=2"},
			{"owner_changes window=2026-01 known=2026-01-31", "1 n=1"},
			{"owner_changes window=2026-01 known=2026-01-12", "2 n=2"}, // B was not deleted yet
			{"owner_changes window=2026-01 as_of=2026-01-31 by=owner", "owner=bob: 1 n=1, owner=cid: 1 n=1"},
		}},
	})
}

func TestWhatTheRecordsLack(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"deals_missing_amount as_of=2026-03-31", "0 n=0"},
			{"deals_missing_role as_of=2026-03-31", "0 n=0"},
			{"deals_without_creation as_of=2026-03-31", "0 n=0"},
			{"moves_without_activity as_of=2026-03-31", "0 n=0"},
		}},
		{"open deals without an amount", `
			2026-01-05 deal.created deal/A stage=qualify
			2026-01-06 deal.created deal/B stage=qualify amount=1.00 owner=ann
			2026-01-07 deal.created deal/C stage=qualify
			2026-01-08 deal.amount_changed deal/A amount=1.00 @2026-01-20
			2026-01-09 deal.updated deal/B amount=null
			2026-01-10 deal.lost deal/C`, []asked{
			{"deals_missing_amount as_of=2026-01-07", "2 n=2"},
			{"deals_missing_amount as_of=2026-01-08", "1 n=1"},
			{"deals_missing_amount known=2026-01-19 as_of=2026-01-08", "2 n=2"},
			{"deals_missing_amount as_of=2026-01-09 by=owner", "owner=ann: 1 n=1, owner=unknown: 1 n=1"},
			{"deals_missing_amount as_of=2026-01-10", "1 n=1"},
		}},
		{"open deals of which no role is known: set, or said of somebody outside", `
			2026-01-05 deal.created deal/A stage=qualify owner=ann
			2026-01-05 deal.created deal/B stage=qualify owner=ann
			2026-01-05 deal.created deal/C stage=qualify owner=bob
			2026-01-06 contact.role_set deal/A contact=x role=user @2026-01-20
			2026-01-07 activity.logged deal/B kind=call direction=internal participants=y:user
			2026-01-08 activity.logged deal/B kind=call direction=inbound participants=y,z:champion
			2026-01-09 deal.owner_changed deal/A owner=bob
			2026-01-10 deal.won deal/C`, []asked{
			{"deals_missing_role as_of=2026-01-05", "3 n=3"},
			{"deals_missing_role as_of=2026-01-06", "2 n=2"},
			{"deals_missing_role known=2026-01-19 as_of=2026-01-06", "3 n=3"},
			{"deals_missing_role as_of=2026-01-07", "2 n=2"},
			{"deals_missing_role as_of=2026-01-09", "1 n=1"}, // C
			{"deals_missing_role known=2026-01-19 as_of=2026-01-09 by=owner", "owner=bob: 2 n=2, owner=ann: 0 n=0"},
			{"deals_missing_role as_of=2026-01-10", "0 n=0"},
		}},
		{"deals of which nobody told the creation, open, decided or moved, until they are gone", `
			2026-01-05 deal.stage_changed deal/A to=propose
			2026-01-06 deal.owner_changed deal/A owner=ann
			2026-01-07 deal.won deal/B
			2026-01-08 deal.created deal/C stage=qualify
			2026-01-09 deal.lost deal/D
			2026-01-10 deal.deleted deal/D
			2026-01-04 deal.created deal/B stage=qualify @2026-02-01`, []asked{
			{"deals_without_creation as_of=2026-01-04", "0 n=0"},
			{"deals_without_creation as_of=2026-01-31", "1 n=1"},
			{"deals_without_creation known=2026-01-31", "2 n=2"},
			{"deals_without_creation known=2026-01-31 as_of=2026-01-09", "3 n=3"},
			{"deals_without_creation as_of=2026-01-31 by=owner", "owner=ann: 1 n=1"},
			{"deals_without_creation as_of=2026-01-05 by=owner", "owner=unknown: 1 n=1"},
		}},
		{"moves between which nothing was done outside", `
			2026-01-05 deal.created deal/A stage=qualify owner=ann
			2026-01-06 activity.logged deal/A kind=call direction=outbound
			2026-01-07 deal.stage_changed deal/A to=propose
			2026-01-08 activity.logged deal/A kind=note direction=internal
			2026-01-09 deal.stage_changed deal/A to=commit
			2026-01-10 activity.logged deal/A kind=email direction=inbound @2026-01-20
			2026-01-11 deal.stage_changed deal/A to=propose
			2026-01-12 deal.won deal/A
			2026-01-13 deal.reopened deal/A
			2026-01-05 deal.created deal/B stage=qualify
			2026-01-06 deal.stage_changed deal/B to=commit
			2026-01-07 deal.deleted deal/B`, []asked{
			{"moves_without_activity window=2026-01 as_of=2026-01-31", "2 n=2"}, // to commit, and the reopening
			{"moves_without_activity window=2026-01 known=2026-01-19", "3 n=3"}, // and back to propose
			{"moves_without_activity window=2026-01 as_of=2026-01-31 by=stage", "stage=commit: 1 n=1, stage=propose: 1 n=1"},
			{"moves_without_activity window=2026-01-12..2026-02-01 as_of=2026-01-31 by=owner", "owner=ann: 1 n=1"},
		}},
	})
}

func TestHowBookingsLieAmongOwners(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{
			{"bookings_top_fifth_share as_of=2026-03-31", "null n=0 0.00/0.00 low"},
			{"bookings_gini as_of=2026-03-31", "null n=0 0.00/0.00 low"},
		}},
		{"six owners, one of them unknown, one with nothing", `
			2026-01-05 deal.won deal/A amount=10.00
			2026-01-06 deal.won deal/B amount=50.00
			2026-01-07 deal.updated deal/C owner=c
			2026-01-08 deal.won deal/C amount=20.00
			2026-01-07 deal.updated deal/D owner=d
			2026-01-08 deal.won deal/D amount=15.00
			2026-01-07 deal.updated deal/E owner=e
			2026-01-08 deal.won deal/E amount=5.00 @2026-01-20
			2026-01-07 deal.updated deal/F owner=f team=t
			2026-01-08 deal.won deal/F amount=30.00
			2026-01-07 deal.updated deal/G owner=g
			2026-01-08 deal.won deal/G`, []asked{
			// unknown has 10 + 50, then f 30, c 20, d 15, e 5: five owners, of which one is a fifth
			{"bookings_top_fifth_share window=2026-01 as_of=2026-01-31", "0.46153846153846156 n=5 60.00/130.00"},
			{"bookings_top_fifth_share window=2026-01 known=2026-01-19", "0.48 n=4 60.00/125.00"},
			{"bookings_top_fifth_share window=2026-01 as_of=2026-01-31 where=owner:f", "1 n=1 30.00/30.00"},
			// (−4·5 − 2·15 + 0·20 + 2·30 + 4·60) / (5 · 130) = 250/650
			{"bookings_gini window=2026-01 as_of=2026-01-31", "0.38461538461538464 n=5 250.00/650.00"},
			{"bookings_gini window=2026-01 known=2026-01-19", "0.29 n=4 145.00/500.00"}, // −3·15 − 20 + 30 + 3·60 = 145
			{"bookings_gini window=2026-01 as_of=2026-01-31 by=owner where=owner:f", "owner=f: 0 n=1 0.00/30.00"},
		}},
		{"in two currencies: the dollar is worth half a euro, the pound nothing", `
			2026-01-01 fx.rate_set currency/USD base=EUR rate=0.50 date=2026-01-01
			2026-01-05 deal.updated deal/A owner=a
			2026-01-05 deal.updated deal/B owner=b
			2026-01-05 deal.updated deal/C owner=c
			2026-01-06 deal.won deal/A amount=60.00 currency=USD
			2026-01-06 deal.won deal/B amount=10.00 currency=EUR
			2026-01-06 deal.won deal/C amount=99.00 currency=GBP`, []asked{
			{"bookings_top_fifth_share window=2026-01 as_of=2026-01-31", "0.75 n=2 30.00/40.00 missing {unconverted:{GBP:99.00}}"},
			{"bookings_gini window=2026-01 as_of=2026-01-31", "0.25 n=2 20.00/80.00 missing {unconverted:{GBP:99.00}}"},
		}},
	})
}

func TestHowLateFactsBecomeKnown(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "", []asked{{"source_lag as_of=2026-03-31", "null n=0 0/0"}}},
		{"in whole days, all facts but uses and erasures, those of a deleted deal among them", `
			2026-01-05 deal.created deal/A stage=qualify
			2026-01-06 activity.logged deal/A kind=call direction=outbound @2026-01-09
			2026-01-07 deal.deleted deal/A
			2026-01-08 lead.captured lead/L source=web @2026-01-20
			2026-01-09 subject.erased lead/L @2026-02-20
			2026-01-09 usage.recorded account/X user=u feature=f @2026-02-20
			2026-02-09 subscription.started account/X subscription=s price=1 interval=month @2026-02-10`, []asked{
			{"source_lag window=2026-01 as_of=2026-03-31", "324000 n=4 1296000/4"}, // 3 and 12 days, over four
			{"source_lag window=2026-01 known=2026-01-19", "86400 n=3 259200/3"},   // without the lead
			{"source_lag window=2026-01 known=2026-01-08", "0 n=2 0/2"},            // and without the call
			{"source_lag window=2026-Q1 as_of=2026-03-31 by=source", "source=/test: 276480 n=5 1382400/5"},
			{"source_lag window=2026-Q1 as_of=2026-03-31 by=owner", "this combination of dimensions is not kept; kept are: source"},
		}},
	})
}
