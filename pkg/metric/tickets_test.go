package metric_test

import "testing"

func TestTickets(t *testing.T) {
	tellAll(t, []story{
		{"none", "", []asked{
			{"tickets_opened as_of=2026-03-31", "0 n=0"},
			{"tickets_per_100_customers as_of=2026-03-31", "null n=0 0/0"},
			{"ticket_backlog as_of=2026-03-31", "0 n=0"},
			{"ticket_resolution_time as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
		}},
		{"a ticket that is opened again is one, and its time is that of both spans, on the day of the last resolution", `
			2026-02-27 subscription.started account/A subscription=S price=10 interval=month plan=pro
			2026-03-01T10:00:00 ticket.opened account/A ticket=T priority=high category=billing
			2026-03-01T10:01:00 ticket.resolved account/A ticket=T
			2026-03-01T10:01:30 ticket.resolved account/A ticket=T
			2026-03-05T10:00:00 ticket.reopened account/A ticket=T
			2026-03-08T10:00:00 ticket.opened account/A ticket=U priority=low
			2026-03-09T10:00:40 ticket.resolved account/A ticket=T @2026-03-20`, []asked{
			{"tickets_opened window=2026-03 as_of=2026-03-31", "2 n=2"},
			{"tickets_opened window=2026-03-01 as_of=2026-03-31", "1 n=1"},
			{"tickets_opened window=2026-03 as_of=2026-03-31 by=priority", "priority=high: 1 n=1, priority=low: 1 n=1"},
			{"tickets_opened window=2026-03 as_of=2026-03-31 by=category", "category=billing: 1 n=1, category=unknown: 1 n=1"},
			{"tickets_opened window=2026-03 as_of=2026-03-31 by=plan", "plan=pro: 2 n=2"},
			{"tickets_opened window=2026-03 as_of=2026-03-31 by=account", "account=A: 2 n=2"},
			// 60 seconds on 1 March, and 4 days and 40 seconds from the 5th to the 9th: 345,700, in a bin whose middle is 345,088
			{"ticket_resolution_time window=2026-03 as_of=2026-03-31", "345088 n=1 p75=345088 p90=345088 mean=345700"},
			{"ticket_resolution_time window=2026-03-01 as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low"},
			// on 19 March the last resolution was not known, and the ticket was open: it had no time
			{"ticket_resolution_time window=2026-03 known=2026-03-19", "null n=0 p75=null p90=null mean=null low"},
			{"ticket_resolution_time window=2026-03 known=2026-03-20", "345088 n=1 p75=345088 p90=345088 mean=345700"},
			// on the 4th, all that was known was the first resolution
			{"ticket_resolution_time window=2026-03 known=2026-03-04", "60 n=1 p75=60 p90=60 mean=60"},
			{"ticket_backlog as_of=2026-03-01", "0 n=0"}, // opened and resolved on one day
			{"ticket_backlog as_of=2026-03-05", "1 n=1"},
			{"ticket_backlog as_of=2026-03-08", "2 n=2"},
			{"ticket_backlog as_of=2026-03-09", "1 n=1"},
			{"ticket_backlog known=2026-03-10", "2 n=2"},
			{"ticket_backlog as_of=2026-03-31 by=priority", "priority=low: 1 n=1"},
		}},
	})
}

func TestTicketsByWhatTheirAccountWas(t *testing.T) {
	tellAll(t, []story{
		{"what cannot be is counted: no subscription, nothing told of the account, no opening, resolved too early", `
			2026-03-01 ticket.opened account/A ticket=T1
			2026-03-02 account.enriched account/A provider=crm fields.segment=smb
			2026-03-02 ticket.opened account/A ticket=T2
			2026-03-03T09:00 ticket.opened account/A ticket=T3
			2026-03-03T10:00 subscription.started account/A subscription=S price=1 interval=month
			2026-03-04 ticket.opened account/A ticket=T4
			2026-03-05 ticket.resolved account/A ticket=T5
			2026-03-06 ticket.reopened account/A ticket=T6
			2026-03-07 ticket.resolved account/A ticket=T7
			2026-03-09 ticket.opened account/A ticket=T7`, []asked{
			// T3 is of a customer: the subscription began on its day
			{"tickets_opened window=2026-03 as_of=2026-03-31", "5 n=5 missing {signup:1,subscription:2}"},
			{"tickets_opened window=2026-03 as_of=2026-03-31 by=segment", "segment=smb: 4 n=4 missing {subscription:1}, segment=unknown: 1 n=1 missing {signup:1,subscription:1}"},
			{"ticket_resolution_time window=2026-03 as_of=2026-03-31", "null n=0 p75=null p90=null mean=null low missing {opening:1}"},
			// T7 counted as resolved without an opening until the opening was known
			{"ticket_resolution_time window=2026-03 known=2026-03-08", "null n=0 p75=null p90=null mean=null low missing {opening:2}"},
			{"ticket_backlog as_of=2026-03-31", "6 n=6 missing {opening:1,resolution:1}"},
		}},
		{"an open ticket moves with its account's segment and plan, a closed one stays", `
			2026-01-01 account.enriched account/A provider=crm fields.segment=smb
			2026-01-01 subscription.started account/A subscription=S price=1 interval=month plan=basic
			2026-01-10 ticket.opened account/A ticket=T1
			2026-01-10 ticket.opened account/A ticket=T2
			2026-01-20T12:00 ticket.resolved account/A ticket=T1
			2026-02-01 account.enriched account/A provider=crm fields.segment=large
			2026-02-03 subscription.changed account/A subscription=S plan=pro @2026-02-10`, []asked{
			{"ticket_backlog as_of=2026-01-31 by=segment", "segment=smb: 1 n=1"},
			{"ticket_backlog as_of=2026-02-01 by=segment", "segment=large: 1 n=1"},
			{"ticket_backlog as_of=2026-02-09 by=plan", "plan=pro: 1 n=1"},
			{"ticket_backlog known=2026-02-09 by=plan", "plan=basic: 1 n=1"},
			{"tickets_opened window=2026-01 as_of=2026-03-31 by=segment", "segment=smb: 2 n=2"},
			{"ticket_resolution_time window=2026-01 as_of=2026-03-31 by=plan", "plan=basic: 862208 n=1 p75=862208 p90=862208 mean=864000"},
		}},
	})
}

func TestTicketsOfAHundredCustomers(t *testing.T) {
	tellAll(t, []story{
		{"tickets for each hundred customers: 3 of 8 customers are 37.5", `
			2026-01-01 subscription.started account/A subscription=S price=1 interval=month plan=pro
			2026-01-01 subscription.started account/B subscription=S price=1 interval=month
			2026-01-01 subscription.started account/C subscription=S price=1 interval=month
			2026-01-01 subscription.started account/D subscription=S price=1 interval=month
			2026-01-01 subscription.started account/E subscription=S price=1 interval=month
			2026-01-01 subscription.started account/F subscription=S price=1 interval=month
			2026-01-01 subscription.started account/G subscription=S price=1 interval=month
			2026-02-01 subscription.started account/H subscription=S price=1 interval=month @2026-02-20
			2026-01-09 ticket.opened account/A ticket=T0
			2026-02-03 ticket.opened account/A ticket=T1
			2026-02-04 ticket.opened account/A ticket=T2
			2026-02-05 ticket.opened account/Z ticket=T1 @2026-02-20`, []asked{
			{"tickets_per_100_customers window=2026-02 as_of=2026-02-28", "37.5 n=8 3/8 missing {signup:1,subscription:1}"},
			{"tickets_per_100_customers window=2026-02 known=2026-02-19", "28.571428571428573 n=7 2/7"}, // 2 of 7 were known
			{"tickets_per_100_customers window=2026-02 as_of=2026-02-28 by=plan", "plan=pro: 200 n=1 2/1, plan=unknown: 14.285714285714286 n=7 1/7 missing {signup:1,subscription:1}"},
			{
				"tickets_per_100_customers window=2026-Q1 as_of=2026-02-28 step=month",
				"2026-01-01: 14.285714285714286 n=7 1/7; 2026-02-01: 37.5 n=8 3/8 missing {signup:1,subscription:1}",
			},
			{"tickets_per_100_customers window=2025 as_of=2026-02-28", "null n=0 0/0"},
		}},
		{"tickets without any customers have a reason", "2026-02-05 ticket.opened account/Z ticket=T1", []asked{
			{"tickets_per_100_customers window=2026-02 as_of=2026-02-28", "null n=0 1/0 (no customers) missing {signup:1,subscription:1}"},
		}},
	})
}
