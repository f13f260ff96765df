package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"weir.dev/weir/test/e2e/stand"
)

// expectations are, by path, the values that an answer must have, by JSON pointer.
type expectations map[string]map[string]any

func readFixture(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "fixture", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// arrival is one way in which the same events may come, each to a tenant of its own.
type arrival struct {
	tenant string
	post   func(t *testing.T, s *system, key string, events []cloudEvent) (position string)
}

var arrivals = []arrival{
	{"in order", func(t *testing.T, s *system, key string, events []cloudEvent) string {
		return s.postAs(t, key, events)
	}},
	{"reversed", func(t *testing.T, s *system, key string, events []cloudEvent) (position string) {
		for _, e := range slices.Backward(events) {
			position = s.postRaw(t, stand.StructuredType, encode(t, e), 1, stand.Bearer(key))
		}
		return position
	}},
	{"doubled", func(t *testing.T, s *system, key string, events []cloudEvent) (position string) {
		s.postAs(t, key, slices.Concat(events, events))
		for _, e := range events { // and once more, in binary mode
			headers := stand.Bearer(key)
			for name, value := range attributes(&e) {
				headers["ce-"+name] = value
			}
			position = s.postRaw(t, e.ContentType, encode(t, e.Data), 1, headers)
		}
		return position
	}},
	{"reopened first", func(t *testing.T, s *system, key string, events []cloudEvent) (position string) {
		for chunk := range slices.Chunk(events, 4) {
			position = s.postAs(t, key, chunk)
		}
		return position
	}},
}

func (s *system) postAs(t *testing.T, key string, events []cloudEvent) string {
	t.Helper()
	return s.postRaw(t, stand.BatchType, encode(t, events), len(events), stand.Bearer(key))
}

// attributes are those of binary mode, where the content type is the request's own.
func attributes(e *cloudEvent) map[string]string {
	a := map[string]string{
		"specversion": e.SpecVersion, "id": e.ID, "source": e.Source, "type": e.Type, "subject": e.Subject, "time": e.Time,
	}
	if e.RecordedTime != "" {
		a["recordedtime"] = e.RecordedTime
	}
	return a
}

// tenantsConfig writes a configuration with a tenant for each arrival, and returns it with their keys.
func tenantsConfig(t *testing.T) (file string, keys map[string]string) {
	t.Helper()
	keys = map[string]string{}
	text := "tenants:\n"
	for i, a := range arrivals {
		key := fmt.Sprintf("key-of-tenant-%d", i)
		sum := sha256.Sum256([]byte(key))
		text += fmt.Sprintf("  tenant-%d:\n    keys: [{sha256: %s, scopes: [ingest, query]}]\n", i, hex.EncodeToString(sum[:]))
		keys[a.tenant] = key
	}
	file = filepath.Join(t.TempDir(), "weir.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, keys
}

func (s *system) check(t *testing.T, key string, expected expectations) {
	t.Helper()
	for path, values := range expected {
		body := s.ask(t, path, key)
		for pointer, want := range values {
			if got, ok := at(body, pointer); !ok || !meets(got, want) {
				t.Errorf("GET %s: %s is %v, want %v", path, pointer, got, want)
			}
		}
	}
}

func TestEightDealsAnswerAsComputedInWhateverOrderTheyCome(t *testing.T) {
	var deals, service, customers, engagement, plan, reopening []cloudEvent
	var expected map[string]expectations
	readFixture(t, "eight_deals.json", &deals)
	readFixture(t, "service.json", &service)
	readFixture(t, "customers.json", &customers)
	readFixture(t, "engagement.json", &engagement)
	readFixture(t, "plan.json", &plan)
	readFixture(t, "reopen.json", &reopening)
	readFixture(t, "expected.json", &expected)
	if len(expected["as_it_stands"]) == 0 || len(expected["reopened"]) == 0 {
		t.Fatal("the fixture expects nothing")
	}
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		config, keys := tenantsConfig(t)
		s := start(setup{config: config})
		for _, a := range arrivals {
			t.Run(a.tenant, func(t *testing.T) {
				key := keys[a.tenant]
				if a.tenant == "reopened first" {
					s.postAs(t, key, reopening)
				}
				s.await(t, a.post(t, s, key, slices.Concat(deals, service, customers, engagement, plan)), key)
				if a.tenant != "reopened first" {
					s.check(t, key, expected["as_it_stands"])
					s.await(t, a.post(t, s, key, reopening), key)
				}
				s.check(t, key, expected["reopened"])
			})
		}
		s.audit(t)
	})
}
