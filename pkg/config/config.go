// Package config reads the one YAML file that says how Weir runs: partitions, and of each tenant the
// zone, the money, the stages, the rollups and the keys. It refuses what it does not know, with the
// line. It never reads flags or the environment, never watches the file, and starts nothing.
package config

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // zones are the same on a machine that has none

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"weir.dev/weir/pkg/calendar"
)

// DefaultTenant is the tenant of a file that names none, and of requests without a credential while
// no tenant has keys.
const DefaultTenant = "default"

// DefaultInbox is the inbox topic of DefaultTenant.
const DefaultInbox = "weir.inbox.v1"

// ErrInvalid is returned for a file that cannot be read as a configuration, or must not be used.
var ErrInvalid = errors.New("configuration refused")

// Config is the whole file.
type Config struct {
	Partitions int               `yaml:"partitions"` // of the log; fixed when the log is made
	Tenants    map[string]Tenant `yaml:"tenants"`
}

// Tenant is what one tenant declares. What is absent from the file has its default.
type Tenant struct {
	Zone            string       `yaml:"zone"`              // IANA name; default UTC
	Currency        string       `yaml:"currency"`          // reporting currency, ISO 4217; default EUR
	FiscalYearStart int          `yaml:"fiscal_year_start"` // month, 1 to 12; default 1
	Stages          []Stage      `yaml:"stages"`            // in order
	MinimumSample   int          `yaml:"minimum_sample"`    // below it an answer is marked low_sample; default 5
	MarginRate      *float64     `yaml:"margin_rate"`       // 0 to 1; nil: metrics that need it are null
	Rollups         [][]string   `yaml:"rollups"`           // dimensions kept together, beside the default ones
	Publish         []Series     `yaml:"publish"`           // nil: the default set
	Inbox           string       `yaml:"inbox"`             // Kafka topic; empty for none
	Keys            []Key        `yaml:"keys"`
	WebhookOrigins  []string     `yaml:"webhook_origins"` // hosts that may register, or "*"
	IngestLimit     *IngestLimit `yaml:"ingest_limit"`    // nil for none
}

// Stage is one stage that deals pass.
type Stage struct {
	ID          string   `yaml:"id"`
	Category    string   `yaml:"category"`     // Open, Won or Lost; default Open
	Probability *float64 `yaml:"probability"`  // of winning, 0 to 1; nil for none
	MaxAgeDays  int      `yaml:"max_age_days"` // a deal that stays longer is stalled; 0 for no limit
}

// What being in a stage means.
const (
	Open = "open"
	Won  = "won"
	Lost = "lost"
)

// Series is a metric whose updates are published.
type Series struct {
	Metric string   `yaml:"metric"`
	Window string   `yaml:"window"`
	By     []string `yaml:"by"`
}

// Key is an API key, known only by its hash.
type Key struct {
	SHA256 string   `yaml:"sha256"` // of the key, 64 lower-case hex digits
	Scopes []string `yaml:"scopes"` // Ingest, Query, Admin
}

// What a key opens.
const (
	Ingest = "ingest"
	Query  = "query"
	Admin  = "admin"
)

// Default is the configuration without a file: one tenant, DefaultTenant.
func Default() Config { return file{}.config() }

// Load reads and validates a file. It fails with ErrInvalid, or as os.ReadFile does.
func Load(path string) (Config, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("read configuration: %w", err)
	}
	c, err := Parse(text)
	if err != nil {
		return Config{}, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// Parse reads and validates the text of a file. It fails with ErrInvalid, and names the line of what
// it does not understand and the path of each value that must not be.
func Parse(text []byte) (Config, error) {
	f, err := decode(text)
	if err != nil {
		// Without the source: a key written where its hash belongs must not end in a log.
		return Config{}, fmt.Errorf("%w: %s", ErrInvalid, yaml.FormatError(err, false, false))
	}
	c := f.config()
	if err := c.Validate(); err != nil {
		return Config{}, err
	}
	return c, nil
}

// file is the shape of the text, in which anything may be absent.
type file struct {
	Partitions *int               `yaml:"partitions"`
	Tenants    map[string]*Tenant `yaml:"tenants"`
}

func (f file) config() Config {
	c := Config{Partitions: 8, Tenants: make(map[string]Tenant, len(f.Tenants))}
	if f.Partitions != nil {
		c.Partitions = *f.Partitions
	}
	if len(f.Tenants) == 0 {
		f.Tenants = map[string]*Tenant{DefaultTenant: nil}
	}
	for name, declared := range f.Tenants {
		t := newTenant()
		if declared != nil {
			t = *declared
		}
		if t.Stages == nil {
			t.Stages = defaultStages()
		}
		if name == DefaultTenant && t.Inbox == "" {
			t.Inbox = DefaultInbox
		}
		c.Tenants[name] = t
	}
	return c
}

func decode(text []byte) (f file, err error) {
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return f, err
	}
	if len(tree.Docs) > 1 {
		return f, errors.New("want one YAML document")
	}
	if len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return f, nil
	}
	root := tree.Docs[0].Body
	// The YAML library would take the 1 of 1.5 for a whole number.
	for _, n := range ast.Filter(ast.FloatType, root) {
		path := n.GetPath()
		if slices.Contains(wholeNumbers, path[strings.LastIndexByte(path, '.')+1:]) {
			return f, &yaml.SyntaxError{Message: "want a whole number", Token: n.GetToken()}
		}
	}
	err = yaml.NodeToValue(root, &f, yaml.Strict())
	return f, err
}

// wholeNumbers are the keys of the fields that are int.
var wholeNumbers = []string{
	"partitions", "fiscal_year_start", "minimum_sample", "max_age_days",
	"events_per_second", "bytes_per_second", "burst_seconds",
}

func newTenant() Tenant {
	return Tenant{Zone: "UTC", Currency: "EUR", FiscalYearStart: 1, MinimumSample: 5}
}

func defaultStages() []Stage {
	open := func(id string, probability float64) Stage {
		return Stage{ID: id, Category: Open, Probability: &probability}
	}
	return []Stage{
		open("prospecting", 0.10), open("qualification", 0.20), open("proposal", 0.50), open("negotiation", 0.75),
		{ID: "closed_won", Category: Won},
		{ID: "closed_lost", Category: Lost},
	}
}

// UnmarshalYAML lets absent keys have their defaults, and a zero that is written stand.
func (t *Tenant) UnmarshalYAML(decode func(any) error) error {
	type plain Tenant
	p := plain(newTenant())
	if err := decode(&p); err != nil {
		return err
	}
	*t = Tenant(p)
	return nil
}

// UnmarshalYAML lets an absent category be open.
func (s *Stage) UnmarshalYAML(decode func(any) error) error {
	type plain Stage
	p := plain{Category: Open}
	if err := decode(&p); err != nil {
		return err
	}
	*s = Stage(p)
	return nil
}

// Calendar is the tenant's calendar. It fails for a zone that does not exist.
func (t Tenant) Calendar() (calendar.Calendar, error) {
	zone, err := loadZone(t.Zone)
	if err != nil {
		return calendar.Calendar{}, err
	}
	return calendar.New(zone, time.Month(t.FiscalYearStart)), nil
}

// loadZone knows no zone that depends on the machine.
func loadZone(name string) (*time.Location, error) {
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("%q is not the name of an IANA zone, such as Europe/Berlin", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("%q is not the name of an IANA zone, such as Europe/Berlin: %w", name, err)
	}
	return zone, nil
}
