package query_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
)

// busyWeeks is a deal with a lead of a campaign, and what was done for it, its account and another lead.
const busyWeeks = `[
{"specversion":"1.0","id":"1","source":"/crm","type":"dev.weir.lead.captured","subject":"lead/L1","time":"2026-03-02T09:00:00Z","recordedtime":"2026-03-02T09:00:00Z","data":{"campaign":"spring","owner":"cid"}},
{"specversion":"1.0","id":"2","source":"/crm","type":"dev.weir.lead.captured","subject":"lead/L2","time":"2026-03-02T09:00:00Z","recordedtime":"2026-03-02T09:00:00Z","data":{"source":"web"}},
{"specversion":"1.0","id":"3","source":"/crm","type":"dev.weir.lead.converted","subject":"lead/L1","time":"2026-03-03T09:00:00Z","recordedtime":"2026-03-03T09:00:00Z","data":{"deal":"B1"}},
{"specversion":"1.0","id":"4","source":"/crm","type":"dev.weir.deal.created","subject":"deal/B1","time":"2026-03-03T09:00:00Z","recordedtime":"2026-03-03T09:00:00Z","data":{"stage":"prospecting","owner":"ann"}},
{"specversion":"1.0","id":"5","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/B1","time":"2026-03-04T23:30:00Z","recordedtime":"2026-03-04T23:30:00Z","data":{"kind":"call","direction":"outbound"}},
{"specversion":"1.0","id":"6","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/B1","time":"2026-03-05T09:00:00Z","recordedtime":"2026-03-20T09:00:00Z","data":{"kind":"call","direction":"outbound","owner":"bob"}},
{"specversion":"1.0","id":"7","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/B1","time":"2026-03-05T10:00:00Z","recordedtime":"2026-03-05T10:00:00Z","data":{"kind":"meeting","direction":"inbound"}},
{"specversion":"1.0","id":"8","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/B1","time":"2026-03-05T11:00:00Z","recordedtime":"2026-03-05T11:00:00Z","data":{"kind":"note","direction":"internal"}},
{"specversion":"1.0","id":"9","source":"/crm","type":"dev.weir.deal.stage_changed","subject":"deal/B1","time":"2026-03-06T09:00:00Z","recordedtime":"2026-03-06T09:00:00Z","data":{"to":"negotiation"}},
{"specversion":"1.0","id":"10","source":"/crm","type":"dev.weir.activity.logged","subject":"account/A1","time":"2026-03-06T09:00:00Z","recordedtime":"2026-03-06T09:00:00Z","data":{"kind":"call"}},
{"specversion":"1.0","id":"11","source":"/crm","type":"dev.weir.activity.logged","subject":"lead/L2","time":"2026-03-07T09:00:00Z","recordedtime":"2026-03-07T09:00:00Z","data":{"kind":"email","direction":"outbound","owner":"bob"}},
{"specversion":"1.0","id":"12","source":"/crm","type":"dev.weir.deal.won","subject":"deal/B1","time":"2026-04-20T09:00:00Z","recordedtime":"2026-04-20T09:00:00Z","data":{}}
]`

// tallies are values in one line: of each how many, and of what.
func tallies(values any) string {
	var out []string
	for _, v := range values.([]any) {
		dims := v.(map[string]any)["dimensions"].(map[string]any)
		var of []string
		for _, name := range []string{"kind", "direction", "owner"} {
			if value, ok := dims[name]; ok {
				of = append(of, value.(string))
			}
		}
		out = append(out, fmt.Sprintf("%v %s", v.(map[string]any)["n"], strings.Join(of, "/")))
	}
	return strings.Join(out, ", ")
}

func TestActivityIsCountedByKindAndDirectionWithStageChangesAndCampaignsBeside(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 3, batch(t, []byte(busyWeeks))...)
	h := handlerOf(t, config.Default(), m, nil)
	for query, want := range map[string]string{
		"as_of=2026-04-10":                       "2 call/outbound, 1 call/unknown, 1 campaign, 1 email/outbound, 1 meeting/inbound, 1 stage_change",
		"as_of=2026-04-20":                       "1 stage_change", // from 10 March on
		"as_of=2026-04-16":                       "1 call/unknown, 1 email/outbound, 1 stage_change",
		"known=2026-03-19":                       "1 call/outbound, 1 call/unknown, 1 campaign, 1 email/outbound, 1 meeting/inbound, 1 stage_change",
		"as_of=2026-04-10&by=direction":          "3 outbound, 1 inbound, 1 unknown, 1 campaign, 1 stage_change",
		"as_of=2026-04-10&by=kind":               "3 call, 1 campaign, 1 email, 1 meeting, 1 stage_change",
		"as_of=2026-04-10&by=owner":              "2 ann, 2 bob, 1 unknown, 1 campaign/cid, 1 stage_change/ann",
		"as_of=2026-04-10&by=owner&owner=ann":    "2 ann, 1 stage_change/ann",
		"as_of=2026-04-10&owner=bob":             "1 call/outbound, 1 email/outbound",
		"as_of=2026-04-10&owner=nobody":          "",
		"window=2026-03-05&as_of=2026-04-10":     "1 call/outbound, 1 meeting/inbound",
		"as_of=2026-04-10&deal=B1":               "2 call/outbound, 1 campaign, 1 meeting/inbound, 1 stage_change",
		"known=2026-03-19&deal=B1":               "1 call/outbound, 1 campaign, 1 meeting/inbound, 1 stage_change",
		"as_of=2026-04-10&deal=B1&owner=ann":     "1 call/outbound, 1 meeting/inbound, 1 stage_change",
		"as_of=2026-04-10&deal=B1&by=owner,kind": "1 call/ann, 1 call/bob, 1 campaign/cid, 1 meeting/ann, 1 stage_change/ann",
		"as_of=2026-04-10&account=A1":            "1 call/unknown",
		"as_of=2025-01-31":                       "",
	} {
		r := get(t, h, "/v1/activity?"+query)
		values, ok := at(r.body, "/values")
		if !ok {
			t.Errorf("%s: %d %s", query, r.status, r.text)
			continue
		}
		if got := tallies(values); got != want {
			t.Errorf("%s:\n got %s\nwant %s", query, got, want)
		}
	}
}

func TestActivityHasEveryDayOfSixWeeksUpToAnyDay(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 3, batch(t, []byte(busyWeeks))...)
	h := handlerOf(t, config.Default(), m, nil)
	for _, query := range []string{"as_of=2026-03-31", "as_of=2026-03-31&deal=B1", "as_of=2026-03-31&owner=ann"} {
		r := get(t, h, "/v1/activity?"+query)
		for pointer, want := range map[string]any{
			"/unit": "count", "/window/from": "2026-02-18", "/window/to": "2026-04-01", "/as_of": "2026-03-31",
			"/series/0/from": "2026-02-18", "/series/41/from": "2026-03-31", "/series/14/from": "2026-03-04", "/series/14/to": "2026-03-05",
		} {
			if got, ok := at(r.body, pointer); !ok || got != want {
				t.Errorf("%s: %s is %v, want %v", query, pointer, got, want)
			}
		}
		series, _ := at(r.body, "/series")
		if len(series.([]any)) != 42 {
			t.Errorf("%s: %d days", query, len(series.([]any)))
		}
		for day, want := range map[int]string{0: "", 14: "1 call/outbound", 16: "1 stage_change", 20: ""} {
			if values, _ := at(r.body, fmt.Sprintf("/series/%d/values", day)); !strings.HasSuffix(tallies(values), want) {
				t.Errorf("%s: day %d has %s, want %s", query, day, tallies(values), want)
			}
		}
	}
	weeks, _ := at(get(t, h, "/v1/activity?as_of=2026-03-31&step=week&by=kind").body, "/series")
	var got []string
	for _, week := range weeks.([]any) {
		values, _ := at(week, "/values")
		got = append(got, tallies(values))
	}
	// 2 March was a Monday
	if want := []string{"", "", "3 call, 1 campaign, 1 email, 1 meeting, 1 stage_change", "", "", "", ""}; !slices.Equal(got, want) {
		t.Errorf("weeks: %q, want %q", got, want)
	}
	half := get(t, h, "/v1/activity?window=2026-Q1&as_of=2026-01-03")
	if series, _ := at(half.body, "/series"); len(series.([]any)) != 3 {
		t.Errorf("of a quarter, three days after it began: %s", half.text)
	}
}

func TestActivityOfWhatIsNotThereIsRefused(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 3, batch(t, []byte(busyWeeks))...)
	h := handlerOf(t, config.Default(), m, nil)
	for query, want := range map[string]int{
		"deal=none": http.StatusNotFound, "account=none": http.StatusNotFound, "deal=" + strings.Repeat("x", 600): http.StatusNotFound,
		"deal=B1&account=A1": http.StatusBadRequest, "by=stage": http.StatusBadRequest, "by=nothing": http.StatusBadRequest,
		"step=hour": http.StatusBadRequest, "as_of=tomorrow": http.StatusBadRequest, "stage=proposal": http.StatusBadRequest,
		"as_of=2026-03-31&known=2026-03-30": http.StatusUnprocessableEntity, "deal=B1&as_of=2026-03-31&known=2026-03-30": http.StatusUnprocessableEntity,
	} {
		if r := get(t, h, "/v1/activity?"+query); r.status != want {
			t.Errorf("%s: %d, want %d: %s", query, r.status, want, r.text)
		}
	}
	for query, want := range map[string]int{
		"win_rate_by_meetings?mode=exactly": http.StatusOK, "win_rate_by_meetings?mode=most": http.StatusBadRequest,
		"win_rate?mode=exactly": http.StatusUnprocessableEntity,
	} {
		if r := get(t, h, "/v1/metrics/"+query); r.status != want {
			t.Errorf("%s: %d, want %d: %s", query, r.status, want, r.text)
		}
	}
}
