package config_test

import (
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/publish"
)

func TestAPlanHoldsTheTenantsThatAreAtHome(t *testing.T) {
	c, err := config.Parse([]byte("tenants: {default: {publish: [{metric: mqls, window: 7d}]}, acme: {}, zoo: {publish: []}}"))
	if err != nil {
		t.Fatal(err)
	}
	layouts, err := c.Layouts()
	if err != nil {
		t.Fatal(err)
	}
	plan, err := c.Plan(layouts, func(tenant string) bool { return tenant != "acme" })
	if err != nil {
		t.Fatal(err)
	}
	for tenant, published := range map[string]bool{"default": true, "acme": false, "zoo": false, "nobody": false} {
		if got := plan.Marks(tenant) != nil; got != published {
			t.Errorf("%s publishes: %v", tenant, got)
		}
	}
}

func TestEveryHeadlineThatTheCatalogueHasIsPublishedByDefault(t *testing.T) {
	layouts, err := config.Default().Layouts()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, s := range publish.Defaults(layouts["default"]) {
		found[s.Metric.ID]++
	}
	for id, n := range found {
		if metric.Find(id) == nil || n != 9 {
			t.Errorf("%s has %d series, want 3 windows by total, team and owner", id, n)
		}
	}
	for _, id := range []string{"win_rate", "bookings", "open_pipeline", "sales_cycle_length", "leads_captured", "activities"} {
		if found[id] == 0 {
			t.Errorf("%s is not published", id)
		}
	}
}
