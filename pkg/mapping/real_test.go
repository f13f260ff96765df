package mapping_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"weir.dev/weir/pkg/cloudevent"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/mapping"
)

// data is the folder of real data, which is no part of the project.
func data(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("WEIR_DATA")
	if dir == "" {
		t.Skip("real part absent: data: WEIR_DATA is unset")
	}
	return dir
}

// readReal reads files of the data folder by a mapping of the project.
func readReal(t *testing.T, name string, files ...string) mapping.Outcome {
	t.Helper()
	dir := data(t)
	text, err := os.ReadFile(filepath.Join("..", "..", "mappings", name))
	if err != nil {
		t.Fatal(err)
	}
	m, err := mapping.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range files {
		files[i] = filepath.Join(dir, files[i])
	}
	out, err := m.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range out.Events {
		content, err := json.Marshal(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		read := event.Event{
			ID: e.ID, Source: e.Source, Type: cloudevent.Prefix + e.Type, Subject: e.Subject, Sequence: e.Sequence,
			Time: e.Time.UnixMilli(), RecordedTime: e.Recorded.UnixMilli(),
			DataContentType: "application/json", Data: content,
		}
		if _, err := read.Validate(e.Time.UnixMilli(), "EUR"); err != nil {
			t.Fatalf("%v: %+v", err, e)
		}
	}
	return out
}

// tally counts events by type, and by the members of data named.
func tally(out mapping.Outcome, members ...string) map[string]int {
	counts := map[string]int{}
	for _, e := range out.Events {
		key := e.Type
		for _, member := range members {
			if text, ok := e.Data[member].(string); ok {
				key += " " + text
			}
		}
		counts[key]++
	}
	return counts
}

func expect(t *testing.T, got, want map[string]int) {
	t.Helper()
	for key, n := range want {
		if got[key] != n {
			t.Errorf("%s: %d, want %d", key, got[key], n)
		}
	}
	for key, n := range got {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: %d, want none", key, n)
		}
	}
}

func TestBPI2012GivesTheEventsOfItsTable(t *testing.T) {
	out := readReal(t, "bpi2012.yaml", "bpi2012_dev/bpi2012_dev_events.csv.gz")
	counts := tally(out, "kind", "to", "direction")
	expect(t, counts, map[string]int{
		"lead.captured":                          7455,
		"deal.created":                           7455,
		"deal.stage_changed preaccepted":         4143,
		"deal.stage_changed accepted":            2886,
		"deal.stage_changed offer_sent":          3904,
		"deal.stage_changed offer_returned":      1958,
		"deal.stage_changed validation":          1854,
		"activity.logged call outbound":          33946,
		"activity.logged lead_handling outbound": 3295,
		"activity.logged review internal":        4436,
		"activity.logged fraud_check internal":   160,
		"deal.won":                               1336,
		"deal.lost disqualified":                 4401,
		"deal.lost no_decision":                  1718,
	})
	timed := 0
	ids := map[string]bool{}
	for _, e := range out.Events {
		if e.Data["duration_seconds"] != nil {
			timed++
		}
		ids[e.Subject+" "+e.ID] = true
	}
	if timed != 41155 || len(ids) != len(out.Events) || out.Rows != 150256 {
		t.Errorf("%d activities with a duration, %d ids for %d events, %d rows", timed, len(ids), len(out.Events), out.Rows)
	}
}

func TestMavenGivesItsDeals(t *testing.T) {
	out := readReal(t, "maven.yaml", "maven_crm/sales_pipeline.csv", "maven_crm/sales_teams.csv",
		"maven_crm/products.csv", "maven_crm/accounts.csv")
	expect(t, tally(out), map[string]int{"deal.created": 8300, "deal.won": 4238, "deal.lost": 2473})
	products := map[string]int{}
	bare := 0
	for _, e := range out.Events {
		if e.Type != "deal.created" {
			continue
		}
		products[e.Data["product"].(string)]++
		if e.Data["amount"] == nil || e.Data["team"] == nil || e.Data["industry"] == "technolgy" {
			t.Fatalf("incomplete: %+v", e)
		}
		if e.Data["account"] == nil {
			bare++
		}
	}
	if products["GTXPro"] != 0 || products["GTX Pro"] == 0 || out.Silent != 500 {
		t.Errorf("products %v, %d silent rows", products, out.Silent)
	}
	if bare == 0 {
		t.Error("rows without an account must stay")
	}
}

// readRaven reads the five files of the subscriptions.
func readRaven(t *testing.T) mapping.Outcome {
	t.Helper()
	var files []string
	for _, name := range []string{"accounts", "subscriptions", "feature_usage", "support_tickets", "churn_events"} {
		files = append(files, "ravenstack/ravenstack_"+name+".csv")
	}
	return readReal(t, "ravenstack.yaml", files...)
}

func TestRavenStackGivesAllOfItsRowsAlsoThoseThatCannotBe(t *testing.T) {
	out := readRaven(t)
	expect(t, tally(out, "interval", "priority", "kind"), map[string]int{
		"account.enriched":             500 + 600,
		"subscription.started month":   2539,
		"subscription.started year":    2461,
		"subscription.ended":           486,
		"usage.recorded":               25000,
		"ticket.opened urgent":         514,
		"ticket.opened high":           510,
		"ticket.opened medium":         491,
		"ticket.opened low":            485,
		"ticket.resolved":              2000,
		"activity.logged churn_notice": 600,
	})
	if out.Rows != 33100 || out.Silent != 0 {
		t.Errorf("%d rows, %d of them silent", out.Rows, out.Silent)
	}
	want := []mapping.Found{
		{Name: "a subscription without a price", Rows: 778},
		{Name: "usage before its subscription begins or after it ends", Rows: 19432},
		{Name: "an id of usage that stood before", Rows: 21},
		{Name: "a ticket before its account signed up", Rows: 1077},
		{Name: "a ticket that is closed before it is opened", Rows: 0},
		{Name: "a churn before its account signed up", Rows: 0},
	}
	if !slices.Equal(out.Findings, want) {
		t.Errorf("found %v, want %v", out.Findings, want)
	}
}

func TestRavenStackNamesEachEventOnceAndStartsWhatItEnds(t *testing.T) {
	names := map[string]bool{}
	started := map[string]bool{}
	free := 0
	for _, e := range readRaven(t).Events {
		if name := e.Subject + " " + e.ID; names[name] {
			t.Errorf("%s is there twice", name)
		} else {
			names[name] = true
		}
		subscription, _ := e.Data["subscription"].(string)
		switch e.Type {
		case "subscription.started":
			started[e.Subject+" "+subscription] = true
			if e.Data["price"] == "0" {
				free++
			}
		case "subscription.ended":
			if !started[e.Subject+" "+subscription] {
				t.Errorf("%s of %s ends before it starts", subscription, e.Subject)
			}
		}
	}
	if free != 778 {
		t.Errorf("%d subscriptions cost nothing, want 778", free)
	}
}
