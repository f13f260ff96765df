package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
)

const whole = `
partitions: 16
tenants:
  default:
    zone: Europe/Berlin            # default UTC
    currency: USD
    fiscal_year_start: 2
    stages:
      - {id: prospecting, category: open, probability: 0.10}
      - {id: negotiation, probability: 0.50, max_age_days: 30}
      - {id: closed_won, category: won}
      - {id: closed_lost, category: lost}
    minimum_sample: 0
    margin_rate: 0.8
    rollups: [[region], [stage, region], [owner, team]]
    publish: [{metric: win_rate, window: qtd, by: [team]}]
    keys:
      - {sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, scopes: [ingest, query]}
    webhook_origins: ["*", crm.example.com]
    ingest_limit: {events_per_second: 500, bytes_per_second: 1000000}
  acme:
    inbox: acme.crm.v1
`

func p(x float64) *float64 { return &x }

func TestParseReadsEveryKeyAndFillsInTheRest(t *testing.T) {
	got, err := config.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	acme := config.Default().Tenants[config.DefaultTenant]
	acme.Inbox = "acme.crm.v1"
	want := config.Config{Partitions: 16, Tenants: map[string]config.Tenant{
		"default": {
			Zone: "Europe/Berlin", Currency: "USD", FiscalYearStart: 2,
			Stages: []config.Stage{
				{ID: "prospecting", Category: config.Open, Probability: p(0.10)},
				{ID: "negotiation", Category: config.Open, Probability: p(0.50), MaxAgeDays: 30},
				{ID: "closed_won", Category: config.Won},
				{ID: "closed_lost", Category: config.Lost},
			},
			MinimumSample: 0, MarginRate: p(0.8),
			Rollups: [][]string{{"region"}, {"stage", "region"}, {"owner", "team"}},
			Publish: []config.Series{{Metric: "win_rate", Window: "qtd", By: []string{"team"}}},
			Inbox:   config.DefaultInbox,
			Keys: []config.Key{{
				SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
				Scopes: []string{config.Ingest, config.Query},
			}},
			WebhookOrigins: []string{"*", "crm.example.com"},
			IngestLimit:    &config.IngestLimit{EventsPerSecond: new(500), BytesPerSecond: new(1_000_000), BurstSeconds: 10},
		},
		"acme": acme,
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestDefaultIsOneTenantAndValid(t *testing.T) {
	c := config.Default()
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	d := c.Tenants[config.DefaultTenant]
	if c.Partitions != 8 || len(c.Tenants) != 1 || d.Zone != "UTC" || d.Currency != "EUR" || d.FiscalYearStart != 1 ||
		d.MinimumSample != 5 || d.MarginRate != nil || d.Inbox != "weir.inbox.v1" || d.Rollups != nil || d.Publish != nil {
		t.Errorf("%+v", c)
	}
	var stages []string
	for _, s := range d.Stages {
		stages = append(stages, s.ID+" "+s.Category)
	}
	want := "prospecting open, qualification open, proposal open, negotiation open, closed_won won, closed_lost lost"
	if got := strings.Join(stages, ", "); got != want {
		t.Errorf("stages %s", got)
	}
}

func TestTextsThatSayNothingMeanTheDefault(t *testing.T) {
	for _, text := range []string{
		"", "\n", "# nothing\n", "---\n", "partitions: 8\n", "tenants:\n", "tenants: {}\n",
		"tenants:\n  default:\n", "tenants: {default: {}}\n", "tenants: {default: {stages: }}\n",
	} {
		got, err := config.Parse([]byte(text))
		if err != nil {
			t.Errorf("%q: %v", text, err)
		} else if !reflect.DeepEqual(got, config.Default()) {
			t.Errorf("%q is %+v", text, got)
		}
	}
}

func TestAnEmptyListOfStagesIsNotTheDefaultList(t *testing.T) {
	c, err := config.Parse([]byte("tenants: {default: {stages: []}}"))
	if err != nil {
		t.Fatal(err)
	}
	if stages := c.Tenants["default"].Stages; len(stages) != 0 {
		t.Errorf("%+v", stages)
	}
}

func TestOnlyTheDefaultTenantHasAnInboxUnasked(t *testing.T) {
	c, err := config.Parse([]byte("tenants: {default: {}, acme: {}}"))
	if err != nil {
		t.Fatal(err)
	}
	if c.Tenants["default"].Inbox != "weir.inbox.v1" || c.Tenants["acme"].Inbox != "" {
		t.Errorf("%+v", c.Tenants)
	}
}

func TestParseRefusesWhatItDoesNotUnderstandWithTheLine(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"unknown key at the top":      {"partitions: 4\npartition: 4\n", "[2:1] unknown field \"partition\""},
		"unknown key of a tenant":     {"tenants:\n  default:\n    timezone: UTC\n", "[3:5] unknown field \"timezone\""},
		"unknown key of a stage":      {"tenants:\n  default:\n    stages:\n      - {id: a, prob: 1}\n", "[4:17] unknown field \"prob\""},
		"unknown key of a series":     {"tenants:\n  default:\n    publish:\n      - {metrics: a}\n", "[4:10] unknown field \"metrics\""},
		"unknown key of a key":        {"tenants:\n  default:\n    keys:\n      - {key: secret}\n", "[4:10] unknown field \"key\""},
		"key written twice":           {"partitions: 4\npartitions: 5\n", "[2:1]"},
		"tenant written twice":        {"tenants:\n  a: {}\n  a: {}\n", "[3:3]"},
		"text where a number belongs": {"partitions: many\n", "[1:13]"},
		"fraction of a month":         {"tenants:\n  default:\n    fiscal_year_start: 1.5\n", "[3:24]"},
		"fraction of an event":        {"tenants:\n  default:\n    ingest_limit: {events_per_second: 0.5}\n", "[3:39]"},
		"unknown key of a limit":      {"tenants:\n  default:\n    ingest_limit: {events: 5}\n", "[3:20] unknown field \"events\""},
		"list where a map belongs":    {"tenants: [default]\n", "[1:10]"},
		"broken YAML":                 {"tenants: {default\n", "[1:"},
		"two documents":               {"partitions: 4\n---\npartitions: 5\n", "one YAML document"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := config.Parse([]byte(c.text))
			if !errors.Is(err, config.ErrInvalid) {
				t.Fatalf("got %+v, %v; want ErrInvalid", got, err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("%q does not say %q", err, c.want)
			}
		})
	}
}

func TestLoadNamesTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "weir.yaml")
	if _, err := config.Load(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := os.WriteFile(path, []byte("partitions: 0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(path); !errors.Is(err, config.ErrInvalid) || !strings.Contains(err.Error(), path) {
		t.Errorf("a file that must not be used: %v", err)
	}
	if err := os.WriteFile(path, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := config.Load(path); err != nil || c.Partitions != 16 {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestCalendarHasTheZoneAndTheFiscalYearOfTheTenant(t *testing.T) {
	c, err := config.Parse([]byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	cal, err := c.Tenants["default"].Calendar()
	if err != nil {
		t.Fatal(err)
	}
	if cal.Zone().String() != "Europe/Berlin" {
		t.Errorf("zone %s", cal.Zone())
	}
	w, err := cal.Window("FY2026", 0)
	if err != nil || w.Span.String() != "2025-02-01..2026-02-01" {
		t.Errorf("FY2026 is %s, %v", w.Span, err)
	}
	if _, err := (config.Tenant{Zone: "Mars/Olympus", FiscalYearStart: 1}).Calendar(); err == nil {
		t.Error("a zone that does not exist has a calendar")
	}
}
