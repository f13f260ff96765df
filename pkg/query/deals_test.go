package query_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/query"
	"weir.dev/weir/pkg/state"
)

// dealIDs are the ids of a page, in order.
func dealIDs(body any) []string {
	list, _ := at(body, "/deals")
	var ids []string
	for _, deal := range list.([]any) {
		ids = append(ids, deal.(map[string]any)["id"].(string))
	}
	return ids
}

func TestDealsAreFilteredAndSorted(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 3, batchFile(t, "eight_deals.json")...)
	m.apply("default", 3, batch(t, []byte(lifeOfL1))...)
	// N1 is known by a change alone: it has no amount, no plan and no creation.
	m.apply("default", 1, batch(t, []byte(`[{"specversion":"1.0","id":"n1","source":"/crm","type":"dev.weir.deal.stage_changed",
		"subject":"deal/N1","time":"2026-03-01T08:00:00Z","data":{"to":"proposal"}}]`))...)
	h := handlerOf(t, config.Default(), m, nil)
	for query, want := range map[string]string{
		"":                                       "D1 D2 D3 D4 D5 D6 D7 D8 E1 N1",
		"?status=open":                           "D3 D6 D7 N1",
		"?status=won&order=desc":                 "D5 D4 D1",
		"?status=lost":                           "D2 D8 E1",
		"?owner=A":                               "D1 D5 D6",
		"?owner=unknown":                         "N1",
		"?team=emea":                             "E1",
		"?stage=proposal":                        "E1 N1",
		"?owner=A&status=open":                   "D6",
		"?owner=nobody":                          "",
		"?status=open&sort=amount":               "D6 D7 D3 N1",
		"?status=open&sort=amount&order=desc":    "D3 D7 D6 N1",
		"?status=open&sort=close_date":           "D6 D3 D7 N1",
		"?sort=created&limit=3":                  "D8 D1 D2",
		"?status=won&sort=since&order=desc":      "D4 D5 D1",
		"?segment=unknown&status=won&sort=since": "D1 D5 D4",
	} {
		r := get(t, h, "/v1/deals"+query)
		if got := strings.Join(dealIDs(r.body), " "); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	r := get(t, h, "/v1/deals?stage=proposal&status=open")
	for pointer, want := range map[string]any{
		"/deals/0/amount": nil, "/deals/0/close_date": nil, "/deals/0/created": nil, "/deals/0/owner": "unknown", "/total": 1.0, "/cursor": nil,
	} {
		if got, ok := at(r.body, pointer); !ok || got != want {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
}

func TestPagesShowEveryDealOnceWhileOthersComeAndGo(t *testing.T) {
	for _, sort := range []string{"id", "created", "amount", "close_date", "since"} {
		for _, order := range []string{"asc", "desc"} {
			m := newMemory(t, config.Default())
			events := batchFile(t, "eight_deals.json")
			m.apply("default", 100, events...)
			h := handlerOf(t, config.Default(), m, nil)
			var seen []string
			for path, page := fmt.Sprintf("/v1/deals?sort=%s&order=%s&limit=3", sort, order), 0; path != ""; page++ {
				r := get(t, h, path)
				seen = append(seen, dealIDs(r.body)...)
				cursor, _ := at(r.body, "/cursor")
				if path = ""; cursor != nil {
					path = fmt.Sprintf("/v1/deals?sort=%s&order=%s&limit=3&cursor=%s", sort, order, url.QueryEscape(cursor.(string)))
				}
				// A deal that was shown goes, and a new one comes, with the values of another.
				gone, come := events[0], events[page]
				gone.Subject, gone.ID, gone.Type, gone.Data = "deal/"+seen[0], fmt.Sprint("gone", page), "dev.weir.deal.deleted", nil
				come.Subject, come.ID = fmt.Sprint("deal/Z", page), fmt.Sprint("come", page)
				gone.Time, gone.TimeText = arrival, ""
				m.apply("default", 1, gone, come)
			}
			seen = slices.DeleteFunc(seen, func(id string) bool { return strings.HasPrefix(id, "Z") })
			if got := strings.Join(slices.Sorted(slices.Values(seen)), " "); got != "D1 D2 D3 D4 D5 D6 D7 D8" {
				t.Errorf("sort=%s, order=%s: seen were %s", sort, order, strings.Join(seen, " "))
			}
		}
	}
}

func TestACursorIsForItsOwnOrder(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	h := handlerOf(t, config.Default(), m, nil)
	cursor, _ := at(get(t, h, "/v1/deals?sort=amount&limit=2").body, "/cursor")
	for _, query := range []string{"", "&sort=created", "&sort=amount&order=desc"} {
		if r := get(t, h, "/v1/deals?cursor="+cursor.(string)+query); r.status != 400 {
			t.Errorf("%q: %d, want 400", query, r.status)
		}
	}
}

func TestADealTellsWhatItIsAndHowItBecameSo(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 2, batch(t, []byte(lifeOfL1))...)
	h := handlerOf(t, config.Default(), m, nil)
	r := get(t, h, "/v1/deals/E1")
	for pointer, want := range map[string]any{
		"/status": "lost", "/stage": "proposal", "/amount": 1200.5, "/currency": "USD", "/close_date": nil, "/probability": 0.35,
		"/term_months": 24.0, "/owner": "Ann", "/team": "emea", "/region": "north", "/segment": "unknown", "/lead": "L1",
		"/created": "2026-01-10T09:00:00Z", "/activities": 1.0,
		"/outcome/won": false, "/outcome/kind": "unknown", "/outcome/day": "2026-02-01", "/outcome/at": "2026-02-01T09:00:00Z",
		"/stays/0/stage": "prospecting", "/stays/0/seconds": 869400.0, "/stays/1/stage": "proposal", "/stays/1/left": "2026-02-01T09:00:00Z",
		"/history/0/type": "dev.weir.deal.created", "/history/0/sequence": "0001", "/history/0/fields/amount": 1200.5, "/history/0/fields/probability": 0.35,
		"/history/1/type": "dev.weir.lead.converted", "/history/1/of": "lead/L1", "/history/1/fields/lead": "lead/L1",
		"/history/2/fields/contact/1": "c2", "/history/2/fields/duration_seconds": 1800.0, "/history/2/source": "/crm", "/history/2/id": "e2",
		"/history/4/time": "2026-01-20T10:30:00Z", "/history/4/known": "2026-01-25", "/history/4/fields/stage": "proposal",
		"/history/5/fields/close_date": nil, "/history/5/fields/region": "north",
	} {
		if got, ok := at(r.body, pointer); !ok || got != want {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
	if list, _ := at(r.body, "/history"); len(list.([]any)) != 7 {
		t.Errorf("history has %d facts, want 7", len(list.([]any)))
	}
}

func TestAMergedDealIsGoneAndItsSurvivorTellsOfIt(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 2, batch(t, []byte(lifeOfL1))...)
	m.apply("default", 2, batchFile(t, "eight_deals.json")...)
	merged := batchFile(t, "reopen.json")[0]
	merged.Subject, merged.Type, merged.Data = "deal/E1", "dev.weir.deal.merged", []byte(`{"into":"D6"}`)
	m.apply("default", 2, merged)
	h := handlerOf(t, config.Default(), m, nil)
	for path, values := range map[string]map[string]any{
		"/v1/deals/E1": {"/status": "gone", "/merged_into": "D6", "/outcome": nil},
		"/v1/deals/D6": {"/status": "open", "/lead": "L1", "/activities": 1.0},
	} {
		r := get(t, h, path)
		for pointer, want := range values {
			if got, ok := at(r.body, pointer); !ok || got != want {
				t.Errorf("GET %s: %s is %v, want %v", path, pointer, got, want)
			}
		}
	}
	if ids := dealIDs(get(t, h, "/v1/deals").body); slices.Contains(ids, "E1") {
		t.Errorf("a merged deal is listed: %v", ids)
	}
}

// longLife is a deal with more facts than one row holds.
func longLife(facts int) []event.Event {
	events := make([]event.Event, facts)
	for i := range events {
		events[i] = event.Event{
			ID: fmt.Sprintf("a%04d", i), Source: "/crm", Type: "dev.weir.deal.amount_changed", Subject: "deal/long",
			Time: arrival - int64(facts-i)*60_000, DataContentType: "application/json", Data: fmt.Appendf(nil, `{"amount":%d}`, i),
		}
	}
	return events
}

func TestALongHistoryIsToldWhole(t *testing.T) {
	const facts = 400
	m := newMemory(t, config.Default())
	m.apply("default", 50, longLife(facts)...)
	r := get(t, handlerOf(t, config.Default(), m, nil), "/v1/deals/long")
	list, _ := at(r.body, "/history")
	for i, fact := range list.([]any) {
		if amount, _ := at(fact, "/fields/amount"); amount != float64(i) {
			t.Fatalf("fact %d set the amount to %v", i, amount)
		}
	}
	if amount, _ := at(r.body, "/amount"); len(list.([]any)) != facts || amount != float64(facts-1) {
		t.Errorf("%d facts, amount %v", len(list.([]any)), amount)
	}
}

// hurried is a memory in which a deal changes after every cut, some times over.
type hurried struct {
	*memory
	left []event.Event
}

func (h *hurried) Cut(ctx context.Context, partition int, reads []state.Read) (state.Meta, [][]state.Row, error) {
	meta, rows, err := h.memory.Cut(ctx, partition, reads)
	if len(h.left) > 0 {
		h.apply("default", 1, h.left[0])
		h.left = h.left[1:]
	}
	return meta, rows, err
}

func TestADealThatChangesWhileItIsReadIsToldAsOfOneMoment(t *testing.T) {
	for _, changes := range []int{1, 5, 100} {
		m := newMemory(t, config.Default())
		life := longLife(300 + changes)
		m.apply("default", 100, life[:300]...)
		h := handlerOf(t, config.Default(), m, func(o *query.Options) { o.Reader = &hurried{m, life[300:]} })
		r := get(t, h, "/v1/deals/long")
		if changes == 100 {
			if kind, _ := at(r.body, "/type"); r.status != 503 || kind != "https://weir.dev/problems/changing" {
				t.Errorf("%d changes: %d %s", changes, r.status, r.text)
			}
			continue
		}
		list, _ := at(r.body, "/history")
		position, _ := at(r.body, "/position")
		if n := len(list.([]any)); position != fmt.Sprintf("log1.3.%d", n-1) {
			t.Errorf("%d changes: %d facts at %v", changes, n, position)
		}
	}
}
