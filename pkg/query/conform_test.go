package query_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/schemas"
)

// strict closes every schema that lists properties, so that an answer with one more is caught.
func strict(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, ok := s["properties"].(map[string]any); ok && s["additionalProperties"] == nil {
			s["additionalProperties"] = false
		}
		for _, part := range s {
			strict(part)
		}
	case []any:
		for _, part := range s {
			strict(part)
		}
	}
}

// answerSchemas compiles the schemas of the description, by name.
func answerSchemas(t *testing.T) func(name string) *jsonschema.Schema {
	t.Helper()
	text, err := schemas.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	strict(document.(map[string]any)["components"].(map[string]any)["schemas"])
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("openapi.json", document); err != nil {
		t.Fatal(err)
	}
	return func(name string) *jsonschema.Schema {
		schema, err := compiler.Compile("openapi.json#/components/schemas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return schema
	}
}

func TestAnswersAreWhatTheDescriptionSays(t *testing.T) {
	schema := answerSchemas(t)
	m := newMemory(t, config.Default())
	h := handlerOf(t, config.Default(), m, nil)
	m.apply("default", 5, batchFile(t, "eight_deals.json")...)
	m.apply("default", 5, batch(t, []byte(lifeOfL1))...)
	m.apply("default", 5, batch(t, []byte(erasureOfX1))...)
	m.apply("default", 5, contracts(t)...)
	paths := map[string]string{
		"/v1/metrics":                               "Catalogue",
		"/v1/deals?sort=amount&limit=3":             "DealsAnswer",
		"/v1/deals?status=lost":                     "DealsAnswer",
		"/v1/pipeline/flow?window=2026-Q1&by=owner": "FlowAnswer",
		"/v1/activity?as_of=2026-02-01":             "ActivityAnswer",
		"/v1/activity?deal=E1&by=owner":             "ActivityAnswer",
		"/v1/activity?account=none":                 "Problem",
		"/v1/deals/D1":                              "Deal",
		"/v1/deals/D2":                              "Deal",
		"/v1/deals/D7":                              "Deal",
		"/v1/deals/E1":                              "Deal",
		"/v1/deals/X1":                              "Deal",
		"/v1/deals/none":                            "Problem",
		"/v1/renewals?by=quarter&as_of=2026-04-30":  "RenewalsAnswer",
		"/v1/renewals?window=2020":                  "RenewalsAnswer",
		"/v1/metrics/none":                          "Problem",
		"/v1/metrics/bookings?by=region,industry":   "Problem",
		"/v1/metrics/bookings?window=tomorrow":      "Problem",
		"/nothing":                                  "Problem",
	}
	catalogue, _ := at(get(t, h, "/v1/metrics").body, "/metrics")
	for _, entry := range catalogue.([]any) {
		id := entry.(map[string]any)["id"].(string)
		series := "ytd"
		if takes := entry.(map[string]any)["windows"].([]any); !slices.Contains(takes, any("ytd")) {
			series = "2026"
		}
		paths["/v1/metrics/"+id+"?step=quarter&window="+series] = "MetricAnswer"
		if dims := entry.(map[string]any)["dimensions"].([]any); len(dims) > 0 {
			paths["/v1/metrics/"+id+"?window=2026-Q1&by="+dims[0].(string)] = "MetricAnswer"
		}
	}
	for path, name := range paths {
		r := get(t, h, path)
		if (name == "Problem") != (r.header.Get("Content-Type") == "application/problem+json") || r.status == http.StatusInternalServerError {
			t.Errorf("GET %s: %d as %s: %s", path, r.status, r.header.Get("Content-Type"), r.text)
		}
		body, err := jsonschema.UnmarshalJSON(strings.NewReader(r.text))
		if err == nil {
			err = schema(name).Validate(body)
		}
		if err != nil {
			t.Errorf("GET %s: %v\n%s", path, err, r.text)
		}
	}
}

func TestTheDescriptionIsServedAsJSON(t *testing.T) {
	h := handlerOf(t, config.Default(), newMemory(t, config.Default()), nil)
	r := get(t, h, "/openapi.json")
	if version, _ := at(r.body, "/openapi"); r.status != http.StatusOK || version != "3.1.0" || !json.Valid([]byte(r.text)) {
		t.Errorf("%d, openapi %v", r.status, version)
	}
}

// lifeOfL1 is a lead that became the deal E1, with the activities and changes that a deal may see.
const lifeOfL1 = `[
{"specversion":"1.0","id":"l1","source":"/mkt","type":"dev.weir.lead.captured","subject":"lead/L1","time":"2026-01-05T09:00:00Z","recordedtime":"2026-01-05T09:00:00Z","data":{"source":"web","campaign":"spring"}},
{"specversion":"1.0","id":"l2","source":"/mkt","type":"dev.weir.lead.qualified","subject":"lead/L1","time":"2026-01-08T09:00:00Z","recordedtime":"2026-01-08T09:00:00Z","data":{"level":"mql","rule":"r1"}},
{"specversion":"1.0","id":"l3","source":"/mkt","type":"dev.weir.lead.converted","subject":"lead/L1","time":"2026-01-10T09:00:00Z","recordedtime":"2026-01-10T09:00:00Z","data":{"deal":"E1"}},
{"specversion":"1.0","id":"e1","source":"/crm","sequence":"0001","type":"dev.weir.deal.created","subject":"deal/E1","time":"2026-01-10T09:00:00Z","recordedtime":"2026-01-10T09:00:00Z","data":{"stage":"prospecting","amount":"1200.50","currency":"USD","close_date":"2026-04-01","owner":"Ann","team":"emea","term_months":24,"probability":0.35}},
{"specversion":"1.0","id":"e2","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/E1","time":"2026-01-12T09:00:00Z","recordedtime":"2026-01-12T09:00:00Z","data":{"kind":"meeting","direction":"outbound","duration_seconds":1800,"participants":[{"contact":"c1","role":"champion"},{"contact":"c2","role":"user"}]}},
{"specversion":"1.0","id":"e3","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/E1","time":"2026-01-13T09:00:00Z","recordedtime":"2026-01-13T09:00:00Z","data":{"kind":"note","direction":"internal"}},
{"specversion":"1.0","id":"e4","source":"/crm","type":"dev.weir.deal.stage_changed","subject":"deal/E1","time":"2026-01-20T10:30:00Z","recordedtime":"2026-01-25T08:00:00Z","data":{"to":"proposal"}},
{"specversion":"1.0","id":"e5","source":"/crm","type":"dev.weir.deal.updated","subject":"deal/E1","time":"2026-01-21T09:00:00Z","recordedtime":"2026-01-21T09:00:00Z","data":{"close_date":null,"region":"north"}},
{"specversion":"1.0","id":"e6","source":"/crm","type":"dev.weir.deal.stage_changed","subject":"deal/E1","time":"2026-02-01T09:00:00Z","recordedtime":"2026-02-01T09:00:00Z","data":{"to":"closed_lost"}}
]`
