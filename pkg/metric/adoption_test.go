package metric_test

import "testing"

func TestProductAdoption(t *testing.T) {
	tellAll(t, []story{
		{"no product, no usage", "", []asked{
			{"adoption_breadth as_of=2026-03-31", "null n=0 0/0 low"},
			{"adoption_depth as_of=2026-03-31", "null n=0 0/0 low"},
			{"active_users as_of=2026-03-31", "0 n=0"},
		}},
		{"two customers: 3 of 6 entitled features used, 2 of 12 seats", `
			2026-02-01 account.enriched account/A provider=crm fields.segment=smb
			2026-02-01 subscription.started account/A subscription=S price=10 interval=month plan=pro seats=10 features=export,alerts,api
			2026-02-01 subscription.started account/A subscription=T price=1 interval=month plan=add-on features=maps,api
			2026-02-01 subscription.started account/B subscription=S price=10 interval=month plan=basic seats=2 features=export,alerts
			2026-03-01 usage.recorded account/A user=ann feature=export
			2026-03-01T13:00 usage.recorded account/A user=ann feature=export
			2026-03-02 usage.recorded account/A user=ann feature=api
			2026-03-02 usage.recorded account/B user=ann feature=export
			2026-03-20 usage.recorded account/A user=ann feature=api @2026-04-02
			2026-03-20 usage.recorded account/A user=ann feature=reports`, []asked{
			// A: export and api of export, alerts, api and maps; B: export of export and alerts. A uses reports, which it has not
			{"adoption_breadth as_of=2026-03-20", "0.5 n=6 3/6 missing {entitlement:1}"},
			{"adoption_breadth as_of=2026-03-20 by=account", "account=A: 0.5 n=4 2/4 missing {entitlement:1}, account=B: 0.5 n=2 1/2"},
			{"adoption_breadth as_of=2026-03-20 by=plan", "plan=pro: 0.5 n=4 2/4 missing {entitlement:1}, plan=basic: 0.5 n=2 1/2"},
			{"adoption_breadth as_of=2026-03-20 by=segment", "segment=smb: 0.5 n=4 2/4 missing {entitlement:1}, segment=unknown: 0.5 n=2 1/2"},
			{
				"adoption_breadth as_of=2026-03-20 by=feature",
				"feature=export: 1 n=2 2/2, feature=api: 1 n=1 1/1, feature=alerts: 0 n=2 0/2, feature=maps: 0 n=1 0/1, feature=reports: null n=0 0/0 low missing {entitlement:1}",
			},
			{"adoption_breadth as_of=2026-02-28", "0 n=6 0/6"},
			{"adoption_depth as_of=2026-03-20", "0.16666666666666666 n=12 2/12"},
			{"adoption_depth as_of=2026-03-20 by=account", "account=A: 0.1 n=10 1/10, account=B: 0.5 n=2 1/2"},
			{"active_users as_of=2026-03-20", "2 n=2"}, // the same id of two accounts is two users
			// 28 days from 1 March end with the 28th: export of A is not used any more
			{"adoption_breadth as_of=2026-03-28", "0.5 n=6 3/6 missing {entitlement:1}"},
			{"adoption_breadth as_of=2026-03-29", "0.3333333333333333 n=6 2/6 missing {entitlement:1}"},
			// on the 30th the uses of 2 March are gone; that A used api again on the 20th became known on 2 April
			{"adoption_breadth as_of=2026-03-30", "0.16666666666666666 n=6 1/6 missing {entitlement:1}"},
			{"adoption_breadth as_of=2026-03-30 known=2026-04-01", "0 n=6 0/6 missing {entitlement:1}"},
			{"adoption_breadth as_of=2026-03-30 known=2026-04-02", "0.16666666666666666 n=6 1/6 missing {entitlement:1}"},
			{"active_users as_of=2026-03-30", "1 n=1"},
			{"active_users as_of=2026-04-16", "1 n=1"},
			{"active_users as_of=2026-04-17", "0 n=0"},
		}},
		{"usage outside of subscriptions is told, and what ends takes its seats and features along", `
			2026-03-01 usage.recorded account/A user=ann feature=export
			2026-03-05 subscription.started account/A subscription=S price=10 interval=month seats=1 features=export
			2026-03-10 subscription.ended account/A subscription=S @2026-03-15
			2026-03-12 subscription.started account/A subscription=T price=10 interval=month`, []asked{
			{"active_users as_of=2026-03-04", "1 n=1 missing {subscription:1}"},
			{"adoption_depth as_of=2026-03-04", "null n=0 0/0 low missing {subscription:1}"},
			{"adoption_breadth as_of=2026-03-04", "null n=0 0/0 low missing {subscription:1}"},
			{"active_users as_of=2026-03-05", "1 n=1"},
			{"adoption_depth as_of=2026-03-09", "1 n=1 1/1"},
			{"adoption_breadth as_of=2026-03-09", "1 n=1 1/1"},
			{"adoption_breadth as_of=2026-03-10", "null n=0 0/0 low missing {subscription:1}"},
			{"adoption_depth as_of=2026-03-12", "null n=0 0/0 low missing {seats:1}"}, // a subscription without seats
			{"adoption_breadth as_of=2026-03-12", "null n=0 0/0 low missing {entitlement:1}"},
			{"adoption_depth known=2026-03-14", "1 n=1 1/1"}, // the end was not known
			{"adoption_depth known=2026-03-15", "null n=0 0/0 low missing {seats:1}"},
		}},
		{"more users than seats pass 1, without an interval", `
			2026-03-01 subscription.started account/A subscription=S price=10 interval=month seats=1
			2026-03-05 usage.recorded account/A user=ann feature=export
			2026-03-05 usage.recorded account/A user=bob feature=export`, []asked{
			{"adoption_depth as_of=2026-03-05", "2 n=1 2/1"},
		}},
	})
}
