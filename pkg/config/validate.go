package config

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"weir.dev/weir/pkg/event"
)

// Bounds of what a file may ask for.
const (
	maxPartitions = 1024
	maxStages     = 100
	maxAgeDays    = 3660
	maxRollups    = 64
	maxRollupDims = 4
	maxSample     = 1_000_000
)

// dimensions are what numbers can be split by.
var dimensions = []string{
	"owner", "team", "segment", "region", "industry", "source", "campaign", "channel", "product", "plan", "pipeline",
	"type", "stage", "kind", "direction", "level", "rule", "category", "currency", "priority", "competitor",
}

// ownTopics are written by Weir itself: an inbox among them would feed on its own output.
var ownTopics = []string{
	"weir.events.v1", "weir.metrics.v1", "weir.scores.v1", "weir.insights.v1", "weir.deadletter.v1",
}

var (
	tenantName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	topicName  = regexp.MustCompile(`^[A-Za-z0-9._-]{1,249}$`)
	hexSHA256  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	hostName   = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)
)

// problems collects what is wrong, each with the path of its value.
type problems []error

func (p *problems) add(path, format string, args ...any) {
	*p = append(*p, fmt.Errorf("%s: "+format, append([]any{path}, args...)...))
}

// pathOf is where a tenant stands in the file.
func pathOf(tenant string) string {
	if !tenantName.MatchString(tenant) {
		return fmt.Sprintf("tenants[%.40q]", tenant)
	}
	return "tenants." + tenant
}

// Validate reports all that is wrong at once, each by its path in the file; nil where nothing is. The
// error is ErrInvalid.
func (c Config) Validate() error {
	var p problems
	if c.Partitions < 1 || c.Partitions > maxPartitions {
		p.add("partitions", "%d is not between 1 and %d", c.Partitions, maxPartitions)
	}
	names := slices.Sorted(maps.Keys(c.Tenants))
	for _, name := range names {
		if !tenantName.MatchString(name) {
			p.add(pathOf(name), "is not a name of 1 to 64 letters, digits, '.', '_' and '-'")
		}
		p.tenant(pathOf(name), c.Tenants[name])
	}
	p.inboxes(names, c.Tenants)
	p.keys(names, c.Tenants)
	if len(p) == 0 {
		return nil
	}
	return fmt.Errorf("%w:\n%w", ErrInvalid, errors.Join(p...))
}

func (p *problems) tenant(path string, t Tenant) {
	if _, err := loadZone(t.Zone); err != nil {
		p.add(path+".zone", "%w", err)
	}
	if _, ok := event.CurrencyDecimals(t.Currency); !ok {
		p.add(path+".currency", "%q is not a currency of ISO 4217, such as EUR", t.Currency)
	}
	if t.FiscalYearStart < 1 || t.FiscalYearStart > 12 {
		p.add(path+".fiscal_year_start", "%d is not a month from 1 to 12", t.FiscalYearStart)
	}
	if t.MinimumSample < 0 || t.MinimumSample > maxSample {
		p.add(path+".minimum_sample", "%d is not between 0 and %d", t.MinimumSample, maxSample)
	}
	if r := t.MarginRate; r != nil && !fraction(*r) {
		p.add(path+".margin_rate", "%v is not between 0 and 1", *r)
	}
	p.stages(path+".stages", t.Stages)
	p.rollups(path+".rollups", t.Rollups)
	p.publish(path+".publish", t)
	p.ingestLimit(path+".ingest_limit", t.IngestLimit)
	for i, origin := range t.WebhookOrigins {
		if origin != "*" && !hostName.MatchString(origin) {
			p.add(fmt.Sprintf("%s.webhook_origins[%d]", path, i), "%q is neither a host name nor *", origin)
		}
	}
}

func (p *problems) stages(path string, stages []Stage) {
	if len(stages) > maxStages {
		p.add(path, "%d are more than %d", len(stages), maxStages)
	}
	seen := make(map[string]int, len(stages))
	for i, s := range stages {
		at := fmt.Sprintf("%s[%d]", path, i)
		if n := len([]rune(s.ID)); n < 1 || n > 64 || strings.ContainsFunc(s.ID, control) {
			p.add(at+".id", "%q does not have 1 to 64 characters, none of them a control character", s.ID)
		}
		if first, ok := seen[s.ID]; ok {
			p.add(at+".id", "%q is already stages[%d]", s.ID, first)
		} else {
			seen[s.ID] = i
		}
		if !slices.Contains([]string{Open, Won, Lost}, s.Category) {
			p.add(at+".category", "%q is not one of open, won, lost", s.Category)
		}
		if s.Probability != nil && !fraction(*s.Probability) {
			p.add(at+".probability", "%v is not between 0 and 1", *s.Probability)
		}
		if s.MaxAgeDays < 0 || s.MaxAgeDays > maxAgeDays {
			p.add(at+".max_age_days", "%d is not between 0 and %d", s.MaxAgeDays, maxAgeDays)
		}
	}
}

func (p *problems) rollups(path string, rollups [][]string) {
	if len(rollups) > maxRollups {
		p.add(path, "%d are more than %d", len(rollups), maxRollups)
	}
	seen := make(map[string]int, len(rollups))
	for i, dims := range rollups {
		at := fmt.Sprintf("%s[%d]", path, i)
		if len(dims) < 1 || len(dims) > maxRollupDims {
			p.add(at, "%d dimensions are not between 1 and %d", len(dims), maxRollupDims)
		}
		p.dims(at, dims)
		key := strings.Join(slices.Sorted(slices.Values(dims)), "+")
		if first, ok := seen[key]; ok {
			p.add(at, "%s is already rollups[%d]", strings.Join(dims, ", "), first)
		} else {
			seen[key] = i
		}
	}
}

func (p *problems) dims(path string, dims []string) {
	for i, d := range dims {
		if !slices.Contains(dimensions, d) {
			p.add(fmt.Sprintf("%s[%d]", path, i), "%q is not a dimension; they are %s", d, strings.Join(dimensions, ", "))
		}
	}
	p.distinct(path, dims)
}

// inboxes holds that an inbox feeds one tenant, and is not a topic of Weir's own.
func (p *problems) inboxes(names []string, tenants map[string]Tenant) {
	seen := make(map[string]string)
	for _, name := range names {
		inbox, path := tenants[name].Inbox, pathOf(name)+".inbox"
		switch {
		case inbox == "":
			continue
		case !topicName.MatchString(inbox):
			p.add(path, "%q is not a topic of 1 to 249 letters, digits, '.', '_' and '-'", inbox)
		case slices.Contains(ownTopics, inbox):
			p.add(path, "%s is a topic that Weir writes", inbox)
		case seen[inbox] != "":
			p.add(path, "%s is already the inbox of %s", inbox, seen[inbox])
		default:
			seen[inbox] = name
		}
	}
}

// keys holds that a key names one tenant, and that there is a tenant for requests without one.
func (p *problems) keys(names []string, tenants map[string]Tenant) {
	seen := make(map[string]string)
	for _, name := range names {
		for i, k := range tenants[name].Keys {
			at := fmt.Sprintf("%s.keys[%d]", pathOf(name), i)
			if !hexSHA256.MatchString(k.SHA256) {
				p.add(at+".sha256", "is not a SHA-256 in 64 lower-case hex digits; keys themselves do not belong here")
			} else if first := seen[k.SHA256]; first != "" {
				p.add(at+".sha256", "is already a key of %s", first)
			}
			seen[k.SHA256] = name
			if len(k.Scopes) == 0 {
				p.add(at+".scopes", "are missing; they are ingest, query, admin")
			}
			for j, s := range k.Scopes {
				if !slices.Contains([]string{Ingest, Query, Admin}, s) {
					p.add(fmt.Sprintf("%s.scopes[%d]", at, j), "%q is not one of ingest, query, admin", s)
				}
			}
		}
	}
	if _, ok := tenants[DefaultTenant]; !ok && len(seen) == 0 {
		p.add("tenants", "without keys, requests belong to tenant %s, which is not among them", DefaultTenant)
	}
}

// fraction is false for NaN too.
func fraction(x float64) bool { return x >= 0 && x <= 1 }

func control(r rune) bool { return r < 0x20 || r >= 0x7f && r < 0xa0 }
