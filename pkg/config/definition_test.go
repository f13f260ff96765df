package config_test

import (
	"regexp"
	"slices"
	"testing"

	"weir.dev/weir/pkg/config"
)

func TestDefinitionMovesWithWhatShapesContributionsAndWithNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		change func(c *config.Config, d *config.Tenant)
		moves  bool
	}{
		"zone":                      {func(_ *config.Config, d *config.Tenant) { d.Zone = "Europe/Paris" }, true},
		"currency":                  {func(_ *config.Config, d *config.Tenant) { d.Currency = "EUR" }, true},
		"fiscal year":               {func(_ *config.Config, d *config.Tenant) { d.FiscalYearStart = 3 }, true},
		"stage id":                  {func(_ *config.Config, d *config.Tenant) { d.Stages[0].ID = "lead" }, true},
		"stage category":            {func(_ *config.Config, d *config.Tenant) { d.Stages[2].Category = config.Lost }, true},
		"stage probability":         {func(_ *config.Config, d *config.Tenant) { d.Stages[0].Probability = p(0.11) }, true},
		"no stage probability":      {func(_ *config.Config, d *config.Tenant) { d.Stages[0].Probability = nil }, true},
		"stage probability of zero": {func(_ *config.Config, d *config.Tenant) { d.Stages[2].Probability = p(0) }, true},
		"stage age limit":           {func(_ *config.Config, d *config.Tenant) { d.Stages[1].MaxAgeDays = 31 }, true},
		"stage order":               {func(_ *config.Config, d *config.Tenant) { slices.Reverse(d.Stages) }, true},
		"one stage less":            {func(_ *config.Config, d *config.Tenant) { d.Stages = d.Stages[1:] }, true},
		"one rollup more":           {func(_ *config.Config, d *config.Tenant) { d.Rollups = append(d.Rollups, []string{"plan"}) }, true},
		"one rollup less":           {func(_ *config.Config, d *config.Tenant) { d.Rollups = d.Rollups[1:] }, true},
		"order within a rollup":     {func(_ *config.Config, d *config.Tenant) { d.Rollups[1] = []string{"region", "stage"} }, true},
		"one tenant more":           {func(c *config.Config, d *config.Tenant) { c.Tenants["zoo"] = *d }, true},
		"one tenant less":           {func(c *config.Config, _ *config.Tenant) { delete(c.Tenants, "acme") }, true},

		"order of the rollups": {func(_ *config.Config, d *config.Tenant) { slices.Reverse(d.Rollups) }, false},
		"partitions":           {func(c *config.Config, _ *config.Tenant) { c.Partitions = 32 }, false},
		"minimum sample":       {func(_ *config.Config, d *config.Tenant) { d.MinimumSample = 50 }, false},
		"margin rate":          {func(_ *config.Config, d *config.Tenant) { d.MarginRate = nil }, false},
		"published series":     {func(_ *config.Config, d *config.Tenant) { d.Publish = nil }, false},
		"inbox":                {func(_ *config.Config, d *config.Tenant) { d.Inbox = "crm.v1" }, false},
		"keys":                 {func(_ *config.Config, d *config.Tenant) { d.Keys = nil }, false},
		"webhook origins":      {func(_ *config.Config, d *config.Tenant) { d.WebhookOrigins = nil }, false},
		"ingest limit":         {func(_ *config.Config, d *config.Tenant) { d.IngestLimit = nil }, false},
	} {
		t.Run(name, func(t *testing.T) {
			before := parsed(t, whole)
			after := parsed(t, whole)
			d := after.Tenants["default"]
			c.change(&after, &d)
			after.Tenants["default"] = d
			if moved := before.Definition("1", "g") != after.Definition("1", "g"); moved != c.moves {
				t.Errorf("moved: %v", moved)
			}
		})
	}
}

func TestDefinitionMovesWithFoldVersionAndGroupsAndKeepsThemApart(t *testing.T) {
	c := config.Default()
	seen := map[string]bool{}
	for _, v := range [][2]string{{"1", "2"}, {"12", ""}, {"", "12"}, {"2", "1"}} {
		d := c.Definition(v[0], v[1])
		if !regexp.MustCompile(`^[0-9a-f]{64}$`).MatchString(d) {
			t.Errorf("%q is not a SHA-256 in hex", d)
		}
		if seen[d] {
			t.Errorf("fold version %q with groups %q has the definition of others", v[0], v[1])
		}
		seen[d] = true
	}
}

func TestDefinitionDoesNotDependOnTheOrderOfTheFile(t *testing.T) {
	a := parsed(t, `
tenants:
  default: {zone: Europe/Berlin, currency: EUR}
  acme: {fiscal_year_start: 2}
  zoo: {}
`)
	b := parsed(t, `
partitions: 8
tenants:
  zoo:
  acme: {fiscal_year_start: 2}
  default: {currency: EUR, zone: Europe/Berlin, rollups: []}
`)
	for range 50 { // the order of a map differs from one walk to the next
		if a.Definition("1", "g") != b.Definition("1", "g") {
			t.Fatal("the same tenants have two definitions")
		}
	}
}

func TestDefinitionLeavesTheConfigurationAsItIs(t *testing.T) {
	c := parsed(t, "tenants: {default: {rollups: [[team], [owner]]}}")
	c.Definition("1", "g")
	if got := c.Tenants["default"].Rollups; got[0][0] != "team" || got[1][0] != "owner" {
		t.Errorf("rollups are now %v", got)
	}
}

func TestDefinitionIsTheSameFromBuildToBuild(t *testing.T) {
	const want = "2674563d34bee699313a646d98e8d9a3f2c76027494f8f9333f0df9d6e3600e6"
	if got := config.Default().Definition("1", "deals"); got != want {
		t.Errorf("the definition of the default is now %s: every state would be built anew", got)
	}
}

func parsed(t *testing.T, text string) config.Config {
	t.Helper()
	c, err := config.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
