package ingest

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/schemas"
)

// ask asks for consent; headers come in pairs, and one may come twice.
func (e *edge) ask(headers ...string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodOptions, "/v1/events", nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return e.do(request)
}

func TestConsentIsGivenToTheOriginsOfTheTenantAlone(t *testing.T) {
	const asked = "WebHook-Request-Origin"
	listed := []string{"crm.example.com", "kiosk.example.net"}
	for _, test := range []struct {
		name    string
		origins []string
		headers []string
		status  int
		allowed string // the origin; the rate is unlimited
	}{
		{"listed", listed, []string{asked, "crm.example.com"}, http.StatusOK, "crm.example.com"},
		{"listed, in other letters", listed, []string{asked, "CRM.Example.com"}, http.StatusOK, "CRM.Example.com"},
		{"listed second, with a rate", listed, []string{asked, "kiosk.example.net", "WebHook-Request-Rate", "120"}, http.StatusOK, "kiosk.example.net"},
		{"all", []string{"*"}, []string{asked, "anybody.example.org:99"}, http.StatusOK, "*"},
		{"all, beside a list", []string{"crm.example.com", "*"}, []string{asked, "crm.example.com"}, http.StatusOK, "*"},
		{"a callback is not followed", listed, []string{asked, "crm.example.com", "WebHook-Request-Callback", "http://127.0.0.1:1/"}, http.StatusOK, "crm.example.com"},
		{"not listed", listed, []string{asked, "example.com"}, http.StatusForbidden, ""},
		{"nothing is listed", nil, []string{asked, "crm.example.com"}, http.StatusForbidden, ""},
		{"a longer name", listed, []string{asked, "crm.example.com.attacker.net"}, http.StatusForbidden, ""},
		{"a name below", listed, []string{asked, "a.crm.example.com"}, http.StatusForbidden, ""},
		{"the beginning of a name", listed, []string{asked, "crm.example"}, http.StatusForbidden, ""},
		{"a port", listed, []string{asked, "crm.example.com:443"}, http.StatusForbidden, ""},
		{"a scheme", listed, []string{asked, "https://crm.example.com"}, http.StatusForbidden, ""},
		{"a dot at the end", listed, []string{asked, "crm.example.com."}, http.StatusForbidden, ""},
		{"a letter that only looks alike", listed, []string{asked, "\u212aiosk.example.net"}, http.StatusForbidden, ""},
		{"an asterisk is no name", listed, []string{asked, "*"}, http.StatusForbidden, ""},
		{"no origin", []string{"*"}, nil, http.StatusBadRequest, ""},
		{"an empty origin", []string{"*"}, []string{asked, ""}, http.StatusBadRequest, ""},
		{"two origins", []string{"*"}, []string{asked, "crm.example.com", asked, "crm.example.com"}, http.StatusBadRequest, ""},
		{"the header of browsers", []string{"*"}, []string{"Origin", "crm.example.com"}, http.StatusBadRequest, ""},
		{"a rate of zero", listed, []string{asked, "crm.example.com", "WebHook-Request-Rate", "0"}, http.StatusBadRequest, ""},
		{"a rate that is none", listed, []string{asked, "crm.example.com", "WebHook-Request-Rate", "fast"}, http.StatusBadRequest, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEdge(t, config.Config{Partitions: 8, Tenants: map[string]config.Tenant{
				config.DefaultTenant: {Currency: "EUR", WebhookOrigins: test.origins},
			}})
			got := e.ask(test.headers...)
			rate := ""
			switch test.status {
			case http.StatusOK:
				wantStatus(t, got, test.status)
				rate = "*"
			case http.StatusForbidden:
				wantProblem(t, got, test.status, "origin")
			case http.StatusBadRequest:
				wantProblem(t, got, test.status, "handshake")
			}
			header := got.Header()
			if header.Get("WebHook-Allowed-Origin") != test.allowed || header.Get("WebHook-Allowed-Rate") != rate || header.Get("Allow") != "OPTIONS, POST" {
				t.Errorf("headers %v", header)
			}
			if n := len(e.log.all(eventsTopic)) + len(e.log.all(deadLetterTopic)); n > 0 {
				t.Errorf("%d records written", n)
			}
		})
	}
}

func TestConsentIsThatOfTheKeysTenantAndWithoutAKeyOfAny(t *testing.T) {
	e := newEdge(t, config.Config{Partitions: 8, Tenants: map[string]config.Tenant{
		"acme": {WebhookOrigins: []string{"crm.acme.example"}, Keys: []config.Key{
			{SHA256: hashed("acme-in"), Scopes: []string{config.Ingest}}, {SHA256: hashed("acme-out"), Scopes: []string{config.Query}},
		}},
		"globex": {WebhookOrigins: []string{"crm.globex.example"}, Keys: []config.Key{{SHA256: hashed("globex-in"), Scopes: []string{config.Ingest}}}},
	}})
	for _, test := range []struct {
		authorization, origin string
		status                int
	}{
		{"Bearer acme-in", "crm.acme.example", http.StatusOK},
		{"Bearer acme-in", "crm.globex.example", http.StatusForbidden},
		{"Bearer acme-out", "crm.acme.example", http.StatusForbidden},
		{"Bearer nobody", "crm.acme.example", http.StatusUnauthorized},
		{"", "crm.acme.example", http.StatusOK},
		{"", "crm.globex.example", http.StatusOK},
		{"", "crm.other.example", http.StatusForbidden},
	} {
		got := e.ask("WebHook-Request-Origin", test.origin, "Authorization", test.authorization)
		wantStatus(t, got, test.status)
		if consented := got.Header().Get("WebHook-Allowed-Origin") != ""; consented != (test.status == http.StatusOK) {
			t.Errorf("%q of %s: headers %v", test.authorization, test.origin, got.Header())
		}
	}
	wantProblem(t, e.post(structured, moved("e-1"), "WebHook-Request-Origin", "crm.acme.example"), http.StatusUnauthorized, "credential")
}

func TestTheRateThatIsAllowedIsTheStrictestLimitOfThoseThatAllowTheOrigin(t *testing.T) {
	settings := twoTenants(&config.IngestLimit{EventsPerSecond: new(20), BurstSeconds: 10})
	globex := settings.Tenants["globex"]
	globex.WebhookOrigins, globex.IngestLimit = []string{"*"}, &config.IngestLimit{EventsPerSecond: new(5), BurstSeconds: 10}
	settings.Tenants["globex"] = globex
	settings.Tenants["bytes"] = config.Tenant{WebhookOrigins: []string{"bytes.example"}, IngestLimit: &config.IngestLimit{BytesPerSecond: new(5)}, Keys: []config.Key{
		{SHA256: hashed("bytes"), Scopes: []string{config.Ingest}},
	}}
	e := newEdge(t, settings)
	for _, test := range []struct{ authorization, origin, allowed, rate string }{
		{"Bearer acme", "crm.example.com", "crm.example.com", "1200"},
		{"Bearer globex", "crm.example.com", "*", "300"},
		{"Bearer bytes", "bytes.example", "bytes.example", "*"},
		{"", "crm.example.com", "*", "300"},
	} {
		got := e.ask("WebHook-Request-Origin", test.origin, "WebHook-Request-Rate", "60000", "Authorization", test.authorization)
		wantStatus(t, got, http.StatusOK)
		if allowed, rate := got.Header().Get("WebHook-Allowed-Origin"), got.Header().Get("WebHook-Allowed-Rate"); allowed != test.allowed || rate != test.rate {
			t.Errorf("%q of %s: %s at %s, want %s at %s", test.authorization, test.origin, allowed, rate, test.allowed, test.rate)
		}
	}
}

func TestTheHandshakeIsWhatTheDescriptionSays(t *testing.T) {
	text, err := schemas.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths map[string]struct {
			Options struct {
				Responses map[string]struct{ Headers map[string]any }
			}
		}
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	responses := described.Paths["/v1/events"].Options.Responses
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("openapi.json", document); err != nil {
		t.Fatal(err)
	}
	if len(responses["200"].Headers) != 3 {
		t.Errorf("described are %v", responses["200"].Headers)
	}
	var e *edge
	for _, limit := range []*config.IngestLimit{nil, {EventsPerSecond: new(5), BurstSeconds: 10}} {
		e = newEdge(t, config.Config{Partitions: 8, Tenants: map[string]config.Tenant{
			config.DefaultTenant: {WebhookOrigins: []string{"a.example"}, IngestLimit: limit},
		}})
		got := e.ask("WebHook-Request-Origin", "a.example")
		wantStatus(t, got, http.StatusOK)
		for name := range responses["200"].Headers {
			schema, err := compiler.Compile("openapi.json#/paths/~1v1~1events/options/responses/200/headers/" + name + "/schema")
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(got.Header().Get(name)); err != nil || got.Header().Get(name) == "" {
				t.Errorf("%s: %q, %v", name, got.Header().Get(name), err)
			}
		}
	}
	for _, refused := range []*httptest.ResponseRecorder{e.ask(), e.ask("WebHook-Request-Origin", "b.example")} {
		if _, ok := responses[strconv.Itoa(refused.Code)]; !ok {
			t.Errorf("%d is not described", refused.Code)
		}
	}
}
