package query_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

// contracts are renewals of two customers: one renewed, one lost, one overdue, one whose subscription is paused, one in
// order, one of a currency without a rate.
func contracts(t *testing.T) []event.Event {
	t.Helper()
	var parts []string
	say := func(day, kind, account, data string) {
		parts = append(parts, fmt.Sprintf(`{"specversion":"1.0","id":"c%02d","source":"/billing","type":"dev.weir.%s","subject":"account/%s",
			"time":"%sT09:00:00Z","recordedtime":"%sT09:00:00Z","data":%s}`, len(parts), kind, account, day, day, data))
	}
	say("2026-01-01", "fx.rate_set", "", `{"base":"EUR","rate":"0.5","date":"2026-01-01"}`)
	parts[0] = strings.Replace(parts[0], "account/", "currency/USD", 1)
	say("2026-01-01", "subscription.started", "A", `{"subscription":"s","price":10,"interval":"month","plan":"pro","product":"crm"}`)
	say("2026-01-01", "account.enriched", "A", `{"provider":"p","fields":{"segment":"big","owner":"ann"}}`)
	say("2026-01-02", "renewal.due", "A", `{"renewal":"1","due":"2026-02-10","amount":100,"subscription":"s"}`)
	say("2026-01-02", "renewal.due", "A", `{"renewal":"2","due":"2026-05-10","amount":200.50,"subscription":"s","owner":"bob"}`)
	say("2026-01-02", "renewal.due", "B", `{"renewal":"1","due":"2026-03-10","amount":40,"currency":"USD"}`)
	say("2026-01-02", "renewal.due", "B", `{"renewal":"2","due":"2026-03-20","amount":60,"segment":"small"}`)
	say("2026-01-02", "renewal.due", "B", `{"renewal":"3","due":"2026-06-20","amount":7,"currency":"GBP"}`)
	say("2026-01-02", "renewal.due", "B", `{"renewal":"4","due":"2027-01-20","amount":9}`)
	say("2026-02-15", "renewal.renewed", "A", `{"renewal":"1","amount":120}`)
	say("2026-03-12", "renewal.lost", "B", `{"renewal":"1","reason":"too dear"}`)
	say("2026-04-01", "subscription.paused", "A", `{"subscription":"s"}`)
	return batch(t, []byte("["+strings.Join(parts, ",\n")+"]"))
}

func TestRenewalsStandAsTheyDidOnADay(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 3, contracts(t)...)
	h := handlerOf(t, config.Default(), m, nil)
	for _, c := range []struct {
		path string
		want map[string]any
	}{
		{"/v1/renewals?as_of=2026-04-30", map[string]any{
			"/window/from": "2026-01-01", "/window/to": "2027-01-01", "/as_of": "2026-04-30", "/currency": "EUR", "/total": 5.0, "/cursor": nil,
			// 100 + 200.50 + 40 · 0.5 + 60, and 7 pounds
			"/values/0/due/count": 5.0, "/values/0/due/amount": 380.5, "/values/0/missing/unconverted/GBP": 7.0,
			"/values/0/open/count": 3.0, "/values/0/open/amount": 260.5, "/values/0/at_risk/count": 2.0, "/values/0/at_risk/amount": 260.5,
			"/values/0/renewed/count": 1.0, "/values/0/renewed/amount": 120.0, "/values/0/lost/count": 1.0, "/values/0/lost/amount": 20.0,
			"/values/0/rules/overdue": 1.0, "/values/0/rules/subscription_paused": 1.0,
			"/renewals/0/account": "A", "/renewals/0/renewal": "1", "/renewals/0/due": "2026-02-10", "/renewals/0/status": "renewed",
			"/renewals/0/amount": 100.0, "/renewals/0/renewed_amount": 120.0, "/renewals/0/closed": "2026-02-15", "/renewals/0/owner": "ann",
			"/renewals/0/segment": "big", "/renewals/0/plan": "pro", "/renewals/0/product": "crm", "/renewals/0/subscription": "s",
			"/renewals/1/status": "lost", "/renewals/1/reason": "too dear", "/renewals/1/currency": "USD", "/renewals/1/closed": "2026-03-12",
			"/renewals/2/status": "at_risk", "/renewals/2/rules/0": "overdue", "/renewals/2/segment": "small", "/renewals/2/closed": nil,
			"/renewals/3/status": "at_risk", "/renewals/3/rules/0": "subscription_paused", "/renewals/3/owner": "bob", "/renewals/3/amount": 200.5,
			"/renewals/4/status": "open", "/renewals/4/currency": "GBP",
		}},
		{"/v1/renewals?as_of=2026-03-11", map[string]any{
			"/values/0/renewed/count": 1.0, "/values/0/lost/count": 0.0, "/values/0/at_risk/count": 1.0, "/values/0/rules/overdue": 1.0,
		}},
		{"/v1/renewals?known=2026-02-14", map[string]any{
			"/as_of": "2026-02-14", "/known": "2026-02-14", "/values/0/renewed/count": 0.0, "/values/0/open/count": 5.0, "/renewals/0/rules/0": "overdue",
		}},
		{"/v1/renewals?as_of=2026-04-30&by=quarter", map[string]any{
			"/values/0/dimensions/quarter": "2026-Q1", "/values/0/due/count": 3.0, "/values/1/dimensions/quarter": "2026-Q2", "/values/1/due/count": 2.0,
		}},
		{"/v1/renewals?as_of=2026-04-30&by=owner,segment&status=at_risk", map[string]any{
			"/values/0/dimensions/owner": "bob", "/values/0/dimensions/segment": "big", "/values/0/due/amount": 200.5, "/total": 2.0,
			"/values/1/dimensions/owner": "unknown", "/values/1/dimensions/segment": "small", "/values/1/rules/overdue": 1.0,
		}},
		{"/v1/renewals?as_of=2026-04-30&status=open", map[string]any{"/total": 3.0}},
		{"/v1/renewals?as_of=2026-04-30&owner=unknown&segment=unknown", map[string]any{"/total": 2.0}},
		{"/v1/renewals?as_of=2026-04-30&rule=overdue", map[string]any{"/total": 1.0, "/renewals/0/renewal": "2"}},
		{"/v1/renewals?as_of=2026-04-30&account=A&window=2026-Q1", map[string]any{"/total": 1.0}},
		{"/v1/renewals?as_of=2026-04-30&window=2027-Q1", map[string]any{"/total": 1.0, "/renewals/0/renewal": "4"}},
		{"/v1/renewals?as_of=2026-04-30&currency=USD", map[string]any{"/currency": "USD", "/values/0/lost/amount": 40.0}},
		{"/v1/renewals?window=2020", map[string]any{"/total": 0.0, "/values/0/due/count": 0.0, "/values/0/due/amount": 0.0}},
	} {
		r := get(t, h, c.path)
		for pointer, want := range c.want {
			if got, ok := at(r.body, pointer); !ok || got != want {
				t.Errorf("GET %s: %s is %v, want %v", c.path, pointer, got, want)
			}
		}
	}
}

func TestAQuarterOfRenewalsIsFiscal(t *testing.T) {
	c := config.Default()
	tenant := c.Tenants["default"]
	tenant.FiscalYearStart = 2
	c.Tenants["default"] = tenant
	m := newMemory(t, c)
	m.apply("default", 100, contracts(t)...)
	r := get(t, handlerOf(t, c, m, nil), "/v1/renewals?as_of=2026-04-30&by=quarter")
	for pointer, want := range map[string]any{
		"/window/from": "2026-02-01", "/window/to": "2027-02-01", "/values/0/dimensions/quarter": "FY2027-Q1", "/values/0/due/count": 3.0,
		"/values/1/dimensions/quarter": "FY2027-Q2", "/values/1/due/count": 2.0, "/values/2/dimensions/quarter": "FY2027-Q4",
	} {
		if got, ok := at(r.body, pointer); !ok || got != want {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
}

func TestPagesOfRenewalsShowEachOnce(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 100, contracts(t)...)
	h := handlerOf(t, config.Default(), m, nil)
	var seen []string
	for path := "/v1/renewals?window=2026-01-01..2028-01-01&limit=2"; path != ""; {
		r := get(t, h, path)
		list, _ := at(r.body, "/renewals")
		for i := range list.([]any) {
			account, _ := at(list, fmt.Sprintf("/%d/account", i))
			renewal, _ := at(list, fmt.Sprintf("/%d/renewal", i))
			seen = append(seen, account.(string)+renewal.(string))
		}
		path = ""
		if cursor, _ := at(r.body, "/cursor"); cursor != nil {
			path = "/v1/renewals?window=2026-01-01..2028-01-01&limit=2&cursor=" + url.QueryEscape(cursor.(string))
		}
	}
	if got := strings.Join(seen, " "); got != "A1 B1 B2 A2 B3 B4" {
		t.Errorf("seen were %s", got)
	}
}

func TestQuestionsAboutRenewalsThatHaveNoAnswer(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 100, contracts(t)...)
	h := handlerOf(t, config.Default(), m, nil)
	for query, status := range map[string]int{
		"by=region": 400, "by=owner,owner": 400, "status=closed": 400, "rule=gut": 400, "limit=0": 400, "cursor=x": 400, "currency=XXQ": 400,
		"window=soon": 400, "where=owner:ann": 400, "as_of=2026-04-30&known=2026-04-29": 422,
	} {
		if r := get(t, h, "/v1/renewals?"+query); r.status != status {
			t.Errorf("%s: %d, want %d: %s", query, r.status, status, r.text)
		}
	}
}
