package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"weir.dev/weir/test/e2e/stand"
)

// twoTenants is a configuration of acme, which is limited, and globex, which is not; their keys are their names.
func twoTenants(t *testing.T, limit string) (file string) {
	t.Helper()
	key := func(name string) string {
		sum := sha256.Sum256([]byte(name))
		return "keys: [{sha256: " + hex.EncodeToString(sum[:]) + ", scopes: [ingest, query]}]"
	}
	return configured(t, fmt.Sprintf("tenants:\n  acme: {%s, ingest_limit: %s}\n  globex: {%s}\n", key("acme"), limit, key("globex")))
}

// thousand is a batch of a thousand deals, made of its number.
func thousand(number int) []cloudEvent {
	deals := make([]cloudEvent, 1000)
	for i := range deals {
		deals[i] = dealCreated(fmt.Sprintf("B%d-%d", number, i), 1000, "2026-02-10T09:30:00Z")
	}
	return deals
}

// refusal is how a batch of a tenant was refused; nil where it was accepted.
type refusal struct {
	status      int
	contentType string
	retryAfter  string
	problem     struct{ Type, Detail string }
}

// try posts a batch as a tenant.
func (s *system) try(t *testing.T, tenant string, events []cloudEvent) (position string, refused *refusal) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url(ingestor, "/v1/events"), bytes.NewReader(encode(t, events)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", stand.BatchType)
	req.Header.Set("Authorization", "Bearer "+tenant)
	resp, err := stand.Web.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusAccepted {
		var answer receipt
		if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Accepted != len(events) {
			t.Fatalf("%+v, %v", answer, err)
		}
		return answer.Position, nil
	}
	refused = &refusal{status: resp.StatusCode, contentType: resp.Header.Get("Content-Type"), retryAfter: resp.Header.Get("Retry-After")}
	if err := json.NewDecoder(resp.Body).Decode(&refused.problem); err != nil {
		t.Fatal(err)
	}
	return "", refused
}

func TestATenantBeyondItsLimitIsToldWhenToComeAgainAndOthersAreTaken(t *testing.T) {
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{config: twoTenants(t, "{events_per_second: 150, burst_seconds: 1}")})
		accepted := 0
		var refused *refusal
		for refused == nil { // the burst is one batch, and the next has room after 6.7 s
			if accepted == 100 {
				t.Fatal("nothing is refused")
			}
			if _, refused = s.try(t, "acme", thousand(accepted)); refused == nil {
				accepted++
			}
		}
		wait, err := strconv.Atoi(refused.retryAfter)
		if refused.status != http.StatusTooManyRequests || refused.contentType != "application/problem+json" ||
			!strings.HasSuffix(refused.problem.Type, "/limit") || err != nil || wait < 1 || wait > 7 {
			t.Errorf("refused with %+v", refused)
		}
		if _, refused := s.try(t, "globex", thousand(0)); refused != nil {
			t.Errorf("another tenant is refused with %+v", refused)
		}
		_, metrics, err := stand.Fetch(t.Context(), s.url(ingestor, "/metrics"), nil)
		if err != nil || !strings.Contains(string(metrics), `weir_limited_total{source="http",tenant="acme"} `) || strings.Contains(string(metrics), `tenant="globex"`) {
			t.Errorf("the metrics do not tell who was limited: %v", err)
		}
		position := ""
		eventually(t, patience, "the refused batch is taken", func() error {
			if position, refused = s.try(t, "acme", thousand(accepted)); refused != nil {
				return errors.New(refused.problem.Detail)
			}
			accepted++
			return nil
		})
		s.await(t, position, "acme")
		body := s.ask(t, "/v1/metrics/deals_created?window=2026-Q1&as_of=2026-03-31", "acme")
		if got, _ := at(body, "/values/0/value"); got != float64(1000*accepted) {
			t.Errorf("%v deals, want the %d thousand that were accepted", got, accepted)
		}
		s.audit(t)
	})
}
