package metric_test

import "testing"

func TestTheWayToTheDecisionMakerIsCountedInMeetings(t *testing.T) {
	tellAll(t, []story{
		{"nothing won", "2026-01-05 deal.created deal/D1 stage=qualify", []asked{
			{"activities_to_decision_maker as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
			{"days_to_decision_maker as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
			{"share_reaching_decision_maker as_of=2026-01-31", "null n=0 0/0 low"},
		}},
		{"by the role that the activity gives, or that was set for the contact, also later", `
			2026-01-05T12:00:00 deal.created deal/D1 stage=qualify owner=ann
			2026-01-05T12:01:00 activity.logged deal/D1 kind=meeting participants=cid
			2026-01-05T12:02:00 activity.logged deal/D1 kind=meeting direction=internal participants=dan:decision_maker
			2026-01-05T12:02:30 activity.logged deal/D1 kind=call participants=dan:decision_maker
			2026-01-05T12:03:20 activity.logged deal/D1 kind=meeting participants=cid,dan:decision_maker
			2026-01-06T12:00:00 deal.created deal/D2 stage=qualify owner=bob
			2026-01-06T12:00:10 activity.logged deal/D2 kind=meeting participants=eve
			2026-01-06T12:00:20 activity.logged deal/D2 kind=meeting participants=eve
			2026-01-20 contact.role_set deal/D2 contact=eve role=decision_maker @2026-02-10
			2026-01-07 deal.created deal/D3 stage=qualify owner=bob
			2026-01-08 activity.logged deal/D3 kind=meeting participants=fay
			2026-02-02 activity.logged deal/D3 kind=meeting participants=gus:decision_maker
			2026-01-31 deal.won deal/D3
			2026-02-01 deal.won deal/D1
			2026-02-01 deal.won deal/D2
			2026-02-01 deal.lost deal/D4`, []asked{
			// D1 by its second meeting after 200 s, D2 by its first after 10 s; D3 met one after the win
			{"activities_to_decision_maker window=2026-Q1 as_of=2026-03-31", "1 n=2 p75=2 p90=2 mean=1.5 missing {decision_maker:1}"},
			{"activities_to_decision_maker window=2026-Q1 known=2026-02-09", "2 n=1 p75=2 p90=2 mean=2 missing {decision_maker:2}"},
			{"days_to_decision_maker window=2026-Q1 as_of=2026-03-31", "10 n=2 p75=200 p90=200 mean=105"},
			{"days_to_decision_maker window=2026-Q1 known=2026-02-09", "200 n=1 p75=200 p90=200 mean=200"},
			{"share_reaching_decision_maker window=2026-Q1 as_of=2026-03-31", "0.6666666666666666 n=3 2/3"},
			{"share_reaching_decision_maker window=2026-Q1 known=2026-02-09", "0.3333333333333333 n=3 1/3"},
			{"share_reaching_decision_maker window=2026-Q1 as_of=2026-03-31 by=owner", "owner=ann: 1 n=1 1/1, owner=bob: 0.5 n=2 1/2"},
			{"activities_to_decision_maker window=2026-01 as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low missing {decision_maker:1}"},
		}},
		{"without a creation there are no days, and before it none", `
			2026-01-04 activity.logged deal/D1 kind=meeting participants=dan:decision_maker
			2026-01-05 deal.created deal/D1 stage=qualify
			2026-01-05 activity.logged deal/D2 kind=meeting participants=dan:decision_maker
			2026-02-01 deal.won deal/D1
			2026-02-01 deal.won deal/D2`, []asked{
			{"days_to_decision_maker window=2026-Q1 as_of=2026-03-31", "0 n=1 p75=0 p90=0 mean=0 missing {creation:1}"},
			{"activities_to_decision_maker window=2026-Q1 as_of=2026-03-31", "1 n=2 p75=1 p90=1 mean=1"},
		}},
	})
}

func TestAPersonaIsEngagedOnceForEachDeal(t *testing.T) {
	tellAll(t, []story{
		{"nobody", "2026-01-05 deal.created deal/D1 stage=qualify", []asked{
			{"days_to_persona as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
			{"days_to_persona as_of=2026-01-31 by=role", ""},
		}},
		{"on the day of the first activity with the role, not after the outcome", `
			2026-01-05T12:00:00 deal.created deal/D1 stage=qualify
			2026-01-05T12:00:10 activity.logged deal/D1 kind=email participants=cid:champion,dan
			2026-01-05T12:00:30 activity.logged deal/D1 kind=call participants=cid:champion
			2026-01-06T12:00:00 contact.role_set deal/D1 contact=dan role=user @2026-01-20
			2026-01-07T12:00:00 deal.created deal/D2 stage=qualify
			2026-01-06T12:00:00 activity.logged deal/D2 kind=call participants=cid:champion
			2026-01-08T12:00:00 activity.logged deal/D3 kind=call participants=cid:champion
			2026-01-09T12:00:00 deal.won deal/D3
			2026-01-10T12:00:00 activity.logged deal/D3 kind=call participants=dan:user`, []asked{
			{
				"days_to_persona window=2026-01 as_of=2026-01-31 by=role",
				"role=champion: 0 n=2 p75=10 p90=10 mean=5 missing {creation:1}, role=user: 10 n=1 p75=10 p90=10 mean=10",
			},
			{"days_to_persona window=2026-01 known=2026-01-19 by=role", "role=champion: 0 n=2 p75=10 p90=10 mean=5 missing {creation:1}"},
			{"days_to_persona window=2026-01-07 as_of=2026-01-31 by=role", "role=champion: 0 n=1 p75=0 p90=0 mean=0"}, // D2, on the day of its creation
			{"days_to_persona window=2026-01 as_of=2026-01-31", "10 n=3 p75=10 p90=10 mean=6.666666666666667 missing {creation:1}"},
		}},
		{"of a merged deal, the survivor's", `
			2026-01-05T12:00:00 deal.created deal/D1 stage=qualify
			2026-01-05T12:00:00 deal.created deal/D2 stage=qualify
			2026-01-05T12:00:20 activity.logged deal/D1 kind=call participants=cid
			2026-01-06 deal.merged deal/D1 into=D2
			2026-01-07 contact.role_set deal/D2 contact=cid role=champion`, []asked{
			{"days_to_persona window=2026-01 as_of=2026-01-31 by=role", "role=champion: 20 n=1 p75=20 p90=20 mean=20"},
			{"days_to_persona window=2026-01 known=2026-01-06 by=role", ""},
		}},
	})
}

func TestAReplyAnswersWhatItNamesElseItsThread(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "2026-01-05 activity.logged deal/D1 kind=email direction=inbound thread=t", []asked{
			{"reply_lag as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
		}},
		{"of deals, leads and accounts", `
			2026-01-05T12:00:00 activity.logged deal/D1 kind=email direction=outbound id=a thread=t
			2026-01-05T12:00:10 activity.logged deal/D1 kind=email direction=outbound id=b thread=t
			2026-01-05T12:00:40 activity.logged deal/D1 kind=email direction=inbound id=c thread=t
			2026-01-05T12:00:50 activity.logged deal/D1 kind=email direction=inbound id=d thread=t
			2026-01-05T12:01:40 activity.logged deal/D1 kind=email direction=inbound id=e thread=t reply_to=a
			2026-01-05T12:02:00 activity.logged deal/D1 kind=note direction=internal thread=t
			2026-01-05T12:02:10 activity.logged deal/D1 kind=email direction=inbound thread=t reply_to=e
			2026-01-05T12:02:20 activity.logged deal/D1 kind=call direction=inbound
			2026-01-06T12:00:00 activity.logged lead/L1 kind=email direction=outbound thread=t owner=ann
			2026-01-06T12:00:20 activity.logged lead/L1 kind=email direction=inbound thread=t reply_to=lost owner=ann @2026-01-20
			2026-01-07T12:00:00 activity.logged account/A1 kind=email direction=outbound id=x
			2026-01-07T12:00:50 activity.logged account/A1 kind=email direction=inbound reply_to=x`, []asked{
			// 30 by the thread, 100 by name; 20 of the lead, whose reply names what nobody knows; 50 of the account
			{"reply_lag window=2026-01 as_of=2026-01-31", "30 n=4 p75=50 p90=100 mean=50"},
			{"reply_lag window=2026-01 known=2026-01-19", "50 n=3 p75=100 p90=100 mean=60"},
			{"reply_lag window=2026-01-06 as_of=2026-01-31 by=owner", "owner=ann: 20 n=1 p75=20 p90=20 mean=20"},
		}},
		{"of what was merged, once, at the survivor", `
			2026-01-05T12:00:00 activity.logged deal/D1 kind=email direction=outbound id=a
			2026-01-06 deal.merged deal/D1 into=D2
			2026-01-05T12:00:09 activity.logged deal/D2 kind=email direction=inbound reply_to=a
			2026-01-05T12:00:00 activity.logged lead/L1 kind=email direction=outbound id=a
			2026-01-05T12:00:07 activity.logged lead/L1 kind=email direction=inbound reply_to=a
			2026-01-06 lead.merged lead/L1 into=L2`, []asked{
			{"reply_lag window=2026-01 as_of=2026-01-31", "7 n=2 p75=9 p90=9 mean=8"},
			{"reply_lag window=2026-01 known=2026-01-05", "7 n=1 p75=7 p90=7 mean=7"},
		}},
	})
}

func TestOnboardingBeginsWithTheFirstSubscriptionAfterTheFirstWin(t *testing.T) {
	tellAll(t, []story{
		{"nothing", "2026-01-05 subscription.started account/A subscription=s price=1 interval=month", []asked{
			{"onboarding_lag as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
		}},
		{"an account counts once, on the day of the start, with the deal's owner", `
			2026-01-04 subscription.started account/A subscription=r price=1 interval=month
			2026-01-05T12:00:00 deal.created deal/D1 stage=qualify account=A owner=ann
			2026-01-05T12:00:00 deal.won deal/D1
			2026-01-20T12:00:00 deal.created deal/D2 stage=qualify account=A owner=bob
			2026-01-20T12:00:00 deal.won deal/D2
			2026-02-01T12:00:00 subscription.started account/A subscription=s price=1 interval=month @2026-02-10
			2026-02-05T12:00:00 subscription.started account/A subscription=t price=1 interval=month
			2026-02-06T12:00:00 deal.created deal/D3 stage=qualify account=B owner=bob
			2026-02-06T12:00:00 deal.won deal/D3
			2026-02-06T12:01:40 subscription.started account/B subscription=s price=1 interval=month
			2026-02-07 deal.created deal/D4 stage=qualify account=C owner=bob
			2026-02-07 deal.won deal/D4`, []asked{
			// A after 27 days, as known from the 10th on, before that after 31; B after 100 s; C has not begun. A bin is within 0.4 %
			{"onboarding_lag window=2026-Q1 as_of=2026-03-31", "100 n=2 p75=2334720 p90=2334720 mean=1166450 missing {start:1}"},
			{"onboarding_lag window=2026-Q1 known=2026-02-09", "100 n=2 p75=2678784 p90=2678784 mean=1339250 missing {start:1}"},
			{
				"onboarding_lag window=2026-02 as_of=2026-03-31 by=owner",
				"owner=ann: 2334720 n=1 p75=2334720 p90=2334720 mean=2332800, owner=bob: 100 n=1 p75=100 p90=100 mean=100 missing {start:1}",
			},
			{"onboarding_lag window=2026-01 as_of=2026-01-31", "null n=0 p75=null p90=null mean=null low"},
			{"onboarding_lag window=2026-01 known=2026-01-31", "null n=0 p75=null p90=null mean=null low missing {start:1}"},
		}},
	})
}
