package ingest

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/web"
)

func hashed(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

func TestTheKeyTellsTheTenant(t *testing.T) {
	e := newEdge(t, config.Config{Partitions: 8, Tenants: map[string]config.Tenant{
		"acme": {Currency: "EUR", Keys: []config.Key{
			{SHA256: hashed("acme-old"), Scopes: []string{config.Ingest}},
			{SHA256: hashed("acme-new"), Scopes: []string{config.Query, config.Ingest}},
		}},
		"globex": {Currency: "JPY", Keys: []config.Key{
			{SHA256: hashed("globex-in"), Scopes: []string{config.Ingest}},
			{SHA256: hashed("globex-out"), Scopes: []string{config.Query, config.Admin}},
		}},
		"default": {Currency: "EUR"},
	}})
	for _, test := range []struct {
		authorization string
		status        int
		problem       string
		tenant        string
	}{
		{"Bearer acme-old", http.StatusAccepted, "", "acme"},
		{"bearer  acme-new ", http.StatusAccepted, "", "acme"},
		{"BEARER globex-in", http.StatusAccepted, "", "globex"},
		{"Bearer globex-out", http.StatusForbidden, "scope", ""},
		{"Bearer nobody", http.StatusUnauthorized, "credential", ""},
		{"Bearer " + hashed("acme-old"), http.StatusUnauthorized, "credential", ""},
		{"Bearer ", http.StatusUnauthorized, "credential", ""},
		{"Bearer", http.StatusUnauthorized, "credential", ""},
		{"Basic YWNtZTphY21lLW9sZA==", http.StatusUnauthorized, "credential", ""},
		{"acme-old", http.StatusUnauthorized, "credential", ""},
		{"", http.StatusUnauthorized, "credential", ""},
	} {
		before := len(e.log.all(eventsTopic))
		got := e.post(structured, moved("e-1"), "Authorization", test.authorization)
		recs := e.log.all(eventsTopic)
		if test.status == http.StatusAccepted {
			wantStatus(t, got, test.status)
			if len(recs) != before+1 || !strings.Contains(keysOf(e), test.tenant) {
				t.Errorf("%q: keys %s", test.authorization, keysOf(e))
			}
			continue
		}
		wantProblem(t, got, test.status, test.problem)
		if len(recs) != before || len(e.log.all(deadLetterTopic)) != 0 {
			t.Errorf("%q: something was written", test.authorization)
		}
		if challenge := got.Header().Get("WWW-Authenticate"); (test.status == http.StatusUnauthorized) != strings.HasPrefix(challenge, "Bearer ") {
			t.Errorf("%q: challenge %q", test.authorization, challenge)
		}
	}
	if keys := keysOf(e); keys != "acme acme globex" {
		t.Errorf("keys %q", keys)
	}
}

func TestTheCurrencyIsTheTenants(t *testing.T) {
	e := newEdge(t, config.Config{Partitions: 8, Tenants: map[string]config.Tenant{
		"acme":   {Currency: "EUR", Keys: []config.Key{{SHA256: hashed("acme"), Scopes: []string{config.Ingest}}}},
		"globex": {Currency: "JPY", Keys: []config.Key{{SHA256: hashed("globex"), Scopes: []string{config.Ingest}}}},
	}})
	amount := strings.Replace(strings.Replace(moved("e-1"), "stage_changed", "amount_changed", 1), `{"to":"negotiation"}`, `{"amount":"10.50"}`, 1)
	wantStatus(t, e.post(structured, amount, "Authorization", "Bearer acme"), http.StatusAccepted)
	wantStatus(t, e.post(structured, amount, "Authorization", "Bearer globex"), http.StatusBadRequest)
}

// keysOf are the keys of the events in the log, partition after partition.
func keysOf(e *edge) string {
	var keys []string
	for _, rec := range e.log.all(eventsTopic) {
		keys = append(keys, string(rec.Key))
	}
	return strings.Join(keys, " ")
}

func TestWithoutKeysAllSpeakForTheDefaultTenant(t *testing.T) {
	e := newEdge(t, config.Default())
	wantStatus(t, e.post(structured, moved("e-1")), http.StatusAccepted)
	wantStatus(t, e.post(structured, moved("e-2"), "Authorization", "Bearer anything"), http.StatusAccepted)
	if keys := keysOf(e); keys != "default default" {
		t.Errorf("keys %q", keys)
	}
}

func TestAKeyThatIsNoHashIsRefused(t *testing.T) {
	for _, sum := range []string{"", "acme", hashed("acme")[2:], hashed("acme") + "00"} {
		_, err := web.NewKeyring(map[string]config.Tenant{"acme": {Keys: []config.Key{{SHA256: sum}}}})
		if !errors.Is(err, config.ErrInvalid) {
			t.Errorf("%q: %v", sum, err)
		}
	}
}
