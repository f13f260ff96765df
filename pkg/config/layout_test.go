package config_test

import (
	"errors"
	"testing"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

func TestALayoutIsWhatTheConfigurationSays(t *testing.T) {
	c, err := config.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	layouts, err := c.Layouts()
	if err != nil || len(layouts) != 2 || layouts["acme"] == nil {
		t.Fatalf("%d layouts, %v", len(layouts), err)
	}
	def := layouts["default"].Def
	if def.Currency != "USD" || def.Calendar.Zone().String() != "Europe/Berlin" {
		t.Errorf("currency %s, zone %s", def.Currency, def.Calendar.Zone())
	}
	february := event.DayOf(2026, time.February, 1)
	if got := def.Calendar.FiscalYear(february).From; got != february {
		t.Errorf("the fiscal year of %s begins on %s", february, got)
	}
	for place, want := range []ledger.Stage{
		{ID: "prospecting", Probability: ledger.Scale / 10, HasProbability: true},
		{ID: "negotiation", Probability: ledger.Scale / 2, HasProbability: true, MaxAgeDays: 30},
		{ID: "closed_won", Category: ledger.CategoryWon},
		{ID: "closed_lost", Category: ledger.CategoryLost},
	} {
		if got := def.Stage(want.ID); got != want {
			t.Errorf("stage %s is %+v, want %+v", want.ID, got, want)
		}
		if got, ok := def.Order(want.ID); !ok || got != place {
			t.Errorf("stage %s is at %d, want %d", want.ID, got, place)
		}
	}
}

func TestDeclaredRollupsAreKeptBesideTheDefaultOnesByTheGroupsThatHaveThem(t *testing.T) {
	c, err := config.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	layouts, err := c.Layouts()
	if err != nil {
		t.Fatal(err)
	}
	kept := map[string]map[string]bool{}
	for i, g := range metric.Groups {
		kept[g.Name] = map[string]bool{}
		for _, r := range layouts["default"].Rollups[i] {
			if kept[g.Name][r.Name] {
				t.Errorf("%s keeps %s twice", g.Name, r.Name)
			}
			kept[g.Name][r.Name] = true
		}
	}
	for _, want := range []struct {
		group, rollup string
		kept          bool
	}{
		{"outcomes", "total", true},
		{"outcomes", "owner", true},
		{"outcomes", "region", true},
		{"outcomes", "owner+team", true},
		{"outcomes", "stage+region", false},
		{"open", "stage+region", true},
		{"open", "stage", true},
		{"flow_month", "region", true},
	} {
		if kept[want.group][want.rollup] != want.kept {
			t.Errorf("%s keeps %s: %v", want.group, want.rollup, !want.kept)
		}
	}
}

func TestADimensionThatNoMetricHasIsRefusedAsARollup(t *testing.T) {
	c := config.Default()
	tenant := c.Tenants[config.DefaultTenant]
	tenant.Rollups = [][]string{{"weather"}}
	c.Tenants[config.DefaultTenant] = tenant
	if _, err := c.Layouts(); !errors.Is(err, config.ErrInvalid) {
		t.Errorf("refused with %v", err)
	}
}

func TestTheIdentityOfStateIsThatOfItsDefinition(t *testing.T) {
	a, b := config.Default(), config.Default()
	if a.Identity() != b.Identity() || len(a.Identity()) != 64 {
		t.Errorf("%s and %s", a.Identity(), b.Identity())
	}
	tenant := b.Tenants[config.DefaultTenant]
	tenant.MinimumSample++
	b.Tenants[config.DefaultTenant] = tenant
	if a.Identity() != b.Identity() {
		t.Error("the minimum sample, which is applied when asked, changes the identity")
	}
	tenant.Currency = "USD"
	b.Tenants[config.DefaultTenant] = tenant
	if a.Identity() == b.Identity() {
		t.Error("the currency does not change the identity")
	}
}
