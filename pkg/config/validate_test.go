package config_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
)

// sha is a hash as a configuration holds it.
var sha = strings.Repeat("ab", 32)

// refusal is something wrong with a configuration, and how it is told.
type refusal struct {
	change func(c *config.Config, d *config.Tenant)
	want   string
}

// refused is what a configuration must not be.
var refused = map[string]refusal{
	"no partitions":         {func(c *config.Config, _ *config.Tenant) { c.Partitions = 0 }, "partitions: 0 is not between 1 and 1024"},
	"too many partitions":   {func(c *config.Config, _ *config.Tenant) { c.Partitions = 1025 }, "partitions: 1025"},
	"tenant with a colon":   {func(c *config.Config, d *config.Tenant) { c.Tenants["a:b"] = config.Default().Tenants["default"] }, `tenants["a:b"]: is not a name`},
	"tenant without a name": {func(c *config.Config, d *config.Tenant) { c.Tenants[""] = config.Default().Tenants["default"] }, `tenants[""]: is not a name`},
	"no default tenant": {func(c *config.Config, d *config.Tenant) {
		delete(c.Tenants, "default")
		c.Tenants["acme"] = *d
	}, "tenants: without keys, requests belong to tenant default"},
	"zone that does not exist":     {func(_ *config.Config, d *config.Tenant) { d.Zone = "Mars/Olympus" }, `tenants.default.zone: "Mars/Olympus"`},
	"zone of the machine":          {func(_ *config.Config, d *config.Tenant) { d.Zone = "Local" }, "tenants.default.zone: "},
	"no zone":                      {func(_ *config.Config, d *config.Tenant) { d.Zone = "" }, "tenants.default.zone: "},
	"currency that does not exist": {func(_ *config.Config, d *config.Tenant) { d.Currency = "EUX" }, `tenants.default.currency: "EUX"`},
	"currency in small letters":    {func(_ *config.Config, d *config.Tenant) { d.Currency = "eur" }, "tenants.default.currency: "},
	"month 0":                      {func(_ *config.Config, d *config.Tenant) { d.FiscalYearStart = 0 }, "tenants.default.fiscal_year_start: 0"},
	"month 13":                     {func(_ *config.Config, d *config.Tenant) { d.FiscalYearStart = 13 }, "tenants.default.fiscal_year_start: 13"},
	"sample below nothing":         {func(_ *config.Config, d *config.Tenant) { d.MinimumSample = -1 }, "tenants.default.minimum_sample: -1"},
	"margin in percent":            {func(_ *config.Config, d *config.Tenant) { d.MarginRate = p(80) }, "tenants.default.margin_rate: 80 "},
	"margin that is no number":     {func(_ *config.Config, d *config.Tenant) { d.MarginRate = p(math.NaN()) }, "tenants.default.margin_rate: NaN"},
	"stage without id":             {func(_ *config.Config, d *config.Tenant) { d.Stages[1].ID = "" }, "tenants.default.stages[1].id: "},
	"stage with a long id":         {func(_ *config.Config, d *config.Tenant) { d.Stages[1].ID = strings.Repeat("é", 65) }, "tenants.default.stages[1].id: "},
	"stage with a line break":      {func(_ *config.Config, d *config.Tenant) { d.Stages[1].ID = "a\nb" }, "tenants.default.stages[1].id: "},
	"stage listed twice":           {func(_ *config.Config, d *config.Tenant) { d.Stages[3].ID = d.Stages[1].ID }, `tenants.default.stages[3].id: "qualification" is already stages[1]`},
	"unknown category":             {func(_ *config.Config, d *config.Tenant) { d.Stages[0].Category = "closed" }, "tenants.default.stages[0].category: "},
	"probability in percent":       {func(_ *config.Config, d *config.Tenant) { d.Stages[0].Probability = p(10) }, "tenants.default.stages[0].probability: 10 "},
	"probability below 0":          {func(_ *config.Config, d *config.Tenant) { d.Stages[0].Probability = p(-0.1) }, "tenants.default.stages[0].probability: "},
	"age below nothing":            {func(_ *config.Config, d *config.Tenant) { d.Stages[0].MaxAgeDays = -1 }, "tenants.default.stages[0].max_age_days: -1"},
	"too many stages":              {func(_ *config.Config, d *config.Tenant) { d.Stages = make([]config.Stage, 101) }, "tenants.default.stages: 101"},
	"rollup of nothing":            {func(_ *config.Config, d *config.Tenant) { d.Rollups = [][]string{{}} }, "tenants.default.rollups[0]: 0 dimensions"},
	"rollup of five": {func(_ *config.Config, d *config.Tenant) {
		d.Rollups = [][]string{{"owner", "team", "segment", "region", "type"}}
	}, "tenants.default.rollups[0]: 5 dimensions"},
	"unknown dimension":        {func(_ *config.Config, d *config.Tenant) { d.Rollups = [][]string{{"owner"}, {"stage", "colour"}} }, `tenants.default.rollups[1][1]: "colour" is not a dimension; they are owner, team`},
	"dimension twice":          {func(_ *config.Config, d *config.Tenant) { d.Rollups = [][]string{{"owner", "owner"}} }, "tenants.default.rollups[0][1]: "},
	"rollup twice":             {func(_ *config.Config, d *config.Tenant) { d.Rollups = [][]string{{"owner", "team"}, {"team", "owner"}} }, "tenants.default.rollups[1]: team, owner is already rollups[0]"},
	"too many rollups":         {func(_ *config.Config, d *config.Tenant) { d.Rollups = make([][]string, 65) }, "tenants.default.rollups: 65"},
	"series without metric":    {func(_ *config.Config, d *config.Tenant) { d.Publish = []config.Series{{Window: "7d"}} }, "tenants.default.publish[0].metric: "},
	"series without window":    {func(_ *config.Config, d *config.Tenant) { d.Publish = []config.Series{{Metric: "mqls"}} }, "tenants.default.publish[0].window: "},
	"series with a bad window": {func(_ *config.Config, d *config.Tenant) { d.Publish = []config.Series{{Metric: "mqls", Window: "31d"}} }, "want 1d, 7d"},
	"series split twice the same": {func(_ *config.Config, d *config.Tenant) {
		d.Publish = []config.Series{{"mqls", "7d", []string{"owner", "owner"}}}
	}, "tenants.default.publish[0].by[1]: "},
	"series of no metric":        publishes("tenants.default.publish[0].metric: ", config.Series{Metric: "vibes", Window: "7d"}),
	"series of no dimension":     publishes("tenants.default.publish[0].by: ", config.Series{Metric: "mqls", Window: "7d", By: []string{"colour"}}),
	"series that is not kept":    publishes("tenants.default.publish[0].by: ", config.Series{Metric: "win_rate", Window: "7d", By: []string{"team", "owner"}}),
	"series that is there twice": publishes("tenants.default.publish[1]: mqls/7d is already ", config.Series{Metric: "mqls", Window: "7d"}, config.Series{Metric: "mqls", Window: "7d"}),
	"inbox that is no topic":     {func(_ *config.Config, d *config.Tenant) { d.Inbox = "my topic" }, "tenants.default.inbox: "},
	"inbox that is the log":      {func(_ *config.Config, d *config.Tenant) { d.Inbox = "weir.events.v1" }, "tenants.default.inbox: weir.events.v1 is a topic that Weir writes"},
	"inbox of two tenants":       {func(c *config.Config, d *config.Tenant) { c.Tenants["zoo"] = *d }, "tenants.zoo.inbox: weir.inbox.v1 is already the inbox of default"},
	"key that is no hash":        {func(_ *config.Config, d *config.Tenant) { d.Keys = []config.Key{{"secret", []string{"query"}}} }, "tenants.default.keys[0].sha256: "},
	"hash in capitals": {func(_ *config.Config, d *config.Tenant) {
		d.Keys = []config.Key{{strings.ToUpper(sha), []string{"query"}}}
	}, "tenants.default.keys[0].sha256: "},
	"key without scopes":        {func(_ *config.Config, d *config.Tenant) { d.Keys = []config.Key{{sha, nil}} }, "tenants.default.keys[0].scopes: "},
	"key with an unknown scope": {func(_ *config.Config, d *config.Tenant) { d.Keys = []config.Key{{sha, []string{"query", "root"}}} }, `tenants.default.keys[0].scopes[1]: "root"`},
	"key of two tenants": {func(c *config.Config, d *config.Tenant) {
		d.Keys = []config.Key{{sha, []string{"query"}}}
		zoo := *d
		zoo.Inbox = ""
		c.Tenants["zoo"] = zoo
	}, "tenants.zoo.keys[0].sha256: is already a key of default"},
	"origin with a scheme": {func(_ *config.Config, d *config.Tenant) { d.WebhookOrigins = []string{"*", "https://crm.example.com"} }, "tenants.default.webhook_origins[1]: "},
	"origin of nobody":     {func(_ *config.Config, d *config.Tenant) { d.WebhookOrigins = []string{""} }, "tenants.default.webhook_origins[0]: "},
	"limit of nothing":     limits("tenants.default.ingest_limit: names neither", config.IngestLimit{BurstSeconds: 10}),
	"limit of no events":   limits("tenants.default.ingest_limit.events_per_second: 0 is not between 1 and 1000000", config.IngestLimit{EventsPerSecond: new(0), BurstSeconds: 10}),
	"limit of no bytes":    limits("tenants.default.ingest_limit.bytes_per_second: -1 ", config.IngestLimit{BytesPerSecond: new(-1), BurstSeconds: 10}),
	"limit without burst":  limits("tenants.default.ingest_limit.burst_seconds: 0 ", config.IngestLimit{EventsPerSecond: new(1)}),
	"burst of a day":       limits("tenants.default.ingest_limit.burst_seconds: 86400 ", config.IngestLimit{EventsPerSecond: new(1), BurstSeconds: 86400}),
}

// limits is a tenant whose ingest limit is wrong.
func limits(want string, limit config.IngestLimit) refusal {
	return refusal{func(_ *config.Config, d *config.Tenant) { d.IngestLimit = &limit }, want}
}

// publishes is a tenant that declares series, of which something is wrong.
func publishes(want string, series ...config.Series) refusal {
	return refusal{func(_ *config.Config, d *config.Tenant) { d.Publish = series }, want}
}

func TestValidateNamesThePathOfEachProblem(t *testing.T) {
	for name, c := range refused {
		t.Run(name, func(t *testing.T) {
			cfg := config.Default()
			d := cfg.Tenants["default"]
			c.change(&cfg, &d)
			if _, ok := cfg.Tenants["default"]; ok {
				cfg.Tenants["default"] = d
			}
			err := cfg.Validate()
			if !errors.Is(err, config.ErrInvalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
		})
	}
}

func TestValidateReportsAllProblemsAtOnceInTheSameOrder(t *testing.T) {
	_, err := config.Parse([]byte(`
partitions: 0
tenants:
  zoo: {zone: Nowhere}
  acme: {currency: XXX, fiscal_year_start: 13}
  default: {rollups: [[colour]]}
`))
	if !errors.Is(err, config.ErrInvalid) {
		t.Fatal(err)
	}
	var paths []string
	for line := range strings.Lines(err.Error()) {
		if path, _, ok := strings.Cut(line, ": "); ok {
			paths = append(paths, path)
		}
	}
	want := "partitions tenants.acme.currency tenants.acme.fiscal_year_start tenants.default.rollups[0][0] tenants.zoo.zone"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestARefusedKeyIsNotRepeatedInTheRefusal(t *testing.T) {
	for _, key := range []string{
		"{sha256: my-secret-key, scopes: [query]}", "{key: my-secret-key}", "{sha256: {a: my-secret-key}}",
	} {
		_, err := config.Parse([]byte("tenants: {default: {keys: [" + key + "]}}"))
		if err == nil || strings.Contains(err.Error(), "my-secret-key") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

func TestTenantsWithKeysNeedNoDefaultTenant(t *testing.T) {
	_, err := config.Parse([]byte("tenants: {acme: {keys: [{sha256: " + strings.Repeat("0f", 32) + ", scopes: [ingest]}]}}"))
	if err != nil {
		t.Error(err)
	}
}
