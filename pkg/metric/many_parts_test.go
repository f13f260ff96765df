package metric_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestAnAccountMayHaveMorePartsThanARecordMayHavePasses changes the plan of a customer with many users, each of whom is told
// of it, and lets one more come.
func TestAnAccountMayHaveMorePartsThanARecordMayHavePasses(t *testing.T) {
	const users = 1200
	var script strings.Builder
	script.WriteString("2026-01-01 subscription.started account/A subscription=s price=10 interval=month plan=basic seats=2000\n")
	for i := range users {
		fmt.Fprintf(&script, "2026-01-05 usage.recorded account/A user=u%d feature=export\n", i)
	}
	script.WriteString(`2026-01-07 subscription.changed account/A subscription=s price=20 plan=pro
		2026-01-08 usage.recorded account/A user=late feature=export`)
	check(t, tell(t, layoutOf(), script.String()), []asked{
		{"mrr as_of=2026-01-10", "20.00 n=1"},
		{"active_users as_of=2026-01-06 by=plan", "plan=basic: 1200 n=1200"},
		{"active_users as_of=2026-01-10 by=plan", "plan=pro: 1201 n=1201"},
		{"adoption_depth as_of=2026-01-10", "0.6005 n=2000 1201/2000"},
	})
}
