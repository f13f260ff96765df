package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ravenstack is what the seller's tickets and usage come to, each number counted from the files by other means.
// Its dates are impossible on purpose: what cannot be is told beside the numbers.
func ravenstack() expectations {
	near := func(value, within float64) map[string]any { return map[string]any{"value": value, "within": within} }
	const period = "window=2023-01-01..2025-01-01&as_of=2024-12-31"
	return expectations{
		"/v1/metrics/tickets_opened?" + period: {
			"/values/0/value": 2000.0, "/values/0/missing/signup": 1077.0, "/values/0/missing/subscription": 1171.0,
		},
		"/v1/metrics/tickets_per_100_customers?window=2024&as_of=2024-12-31": {
			"/values/0/value": near(201.8, 1e-9), "/values/0/numerator": 1009.0, "/values/0/denominator": 500.0,
		},
		"/v1/metrics/ticket_resolution_time?" + period: {
			"/values/0/n": 2000.0, "/values/0/quantiles/mean": near(129099.6, 1e-6), "/values/0/value": near(126000, 1260),
			"/values/0/quantiles/p90": near(234000, 2340),
		},
		"/v1/metrics/ticket_backlog?as_of=2024-06-30":   {"/values/0/value": 3.0},
		"/v1/metrics/active_customers?as_of=2024-06-30": {"/values/0/value": 337.0},
		"/v1/metrics/active_users?as_of=2024-06-30":     {"/values/0/value": 862.0, "/values/0/missing/subscription": 267.0},
		"/v1/metrics/adoption_depth?as_of=2024-06-30": {
			"/values/0/numerator": 862.0 - 267.0, "/values/0/denominator": 51098.0, "/values/0/missing/subscription": 267.0,
		},
		// no subscription lists its features
		"/v1/metrics/adoption_breadth?as_of=2024-06-30": {
			"/values/0/value": nil, "/values/0/n": 0.0, "/values/0/missing/entitlement": 930.0 - 293.0, "/values/0/missing/subscription": 293.0,
		},
	}
}

func TestImpossibleDatesAreToldBesideTheNumbers(t *testing.T) {
	folder := realData(t, "ravenstack")
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{config: filepath.Join("..", "..", "mappings", "ravenstack.weir.yaml")})
		told := s.imports(t, "ravenstack.yaml", folder, "ravenstack_accounts.csv", "ravenstack_subscriptions.csv", "ravenstack_feature_usage.csv",
			"ravenstack_support_tickets.csv", "ravenstack_churn_events.csv")
		for _, finding := range []string{
			"778 rows: a subscription without a price", "19,432 rows: usage before its subscription begins or after it ends",
			"21 rows: an id of usage that stood before", "1,077 rows: a ticket before its account signed up",
		} {
			if !strings.Contains(told, finding) {
				t.Errorf("the import does not find %s:\n%s", finding, told)
			}
		}
		s.check(t, "", ravenstack())
		s.audit(t)
	})
}

// imports imports files through a mapping, waits until they are in the numbers, and returns what the import says.
func (s *system) imports(t *testing.T, mapping, folder string, files ...string) (told string) {
	t.Helper()
	args := []string{"import", "--mapping", filepath.Join("..", "..", "mappings", mapping), "--to", s.url(ingestor, "")}
	for _, file := range files {
		args = append(args, filepath.Join(folder, file))
	}
	code, stdout, stderr := run(t, 3*time.Minute, "weir", args...)
	var accepted, rejected int
	var position string
	if _, err := fmt.Sscanf(stdout, "accepted %d\nrejected %d\nposition %s\n", &accepted, &rejected, &position); code != 0 || err != nil || rejected != 0 {
		t.Fatalf("import: exit code %d, %v:\n%s%s", code, err, stdout, stderr)
	}
	eventually(t, 8*patience, "what was imported is in the numbers", func() error {
		if status, body := s.get(t, "/v1/metrics/deals_created?after="+position, ""); status != http.StatusOK {
			return fmt.Errorf("%d: %v", status, body)
		}
		return nil
	})
	return stderr
}
