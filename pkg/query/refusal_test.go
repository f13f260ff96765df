package query_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/query"
)

func TestWhatIsPutWronglyIsRefusedByTheNameOfItsParameter(t *testing.T) {
	h := handlerOf(t, config.Default(), newMemory(t, config.Default()), nil)
	for path, parameter := range map[string]string{
		"/v1/metrics?limit=3":                                         "limit",
		"/v1/metrics/win_rate?windw=30d":                              "windw",
		"/v1/metrics/win_rate?window=31d":                             "window",
		"/v1/metrics/win_rate?window=":                                "window",
		"/v1/metrics/win_rate?window=30d&window=30d":                  "window",
		"/v1/metrics/win_rate?window=2026-W54":                        "window",
		"/v1/metrics/win_rate?window=2026-04-01..2026-01-01":          "window",
		"/v1/metrics/win_rate?as_of=yesterday":                        "as_of",
		"/v1/metrics/win_rate?as_of=1969-12-31":                       "as_of",
		"/v1/metrics/win_rate?known=2026-02-30":                       "known",
		"/v1/metrics/win_rate?by=colour":                              "by",
		"/v1/metrics/win_rate?by=owner,":                              "by",
		"/v1/metrics/win_rate?by=owner,owner":                         "by",
		"/v1/metrics/win_rate?where=owner":                            "where",
		"/v1/metrics/win_rate?where=owner:":                           "where",
		"/v1/metrics/win_rate?where=colour:red":                       "where",
		"/v1/metrics/win_rate?where=owner:A,owner:B":                  "where",
		"/v1/metrics/win_rate?where=owner:A&where=owner:B":            "where",
		"/v1/metrics/win_rate?step=hour":                              "step",
		"/v1/metrics/win_rate?window=1970-01-01..2026-01-01&step=day": "step",
		"/v1/metrics/win_rate_cohort?within=45d":                      "within",
		"/v1/metrics/bookings?currency=EURO":                          "currency",
		"/v1/metrics/stage_conversion_rate?skip=none":                 "skip",
		"/v1/metrics/win_rate?after=somewhere":                        "after",
		"/v1/metrics/win_rate?after=log1.3.-1":                        "after",
		"/v1/pipeline/flow":                                           "window",
		"/v1/pipeline/flow?window=2026-Q1&step=day":                   "step",
		"/v1/deals?sort=score":                                        "sort",
		"/v1/deals?stalled=true":                                      "stalled",
		"/v1/deals?status=gone":                                       "status",
		"/v1/deals?order=down":                                        "order",
		"/v1/deals?limit=0":                                           "limit",
		"/v1/deals?limit=501":                                         "limit",
		"/v1/deals?limit=many":                                        "limit",
		"/v1/deals?cursor=abc":                                        "cursor",
		"/v1/deals?cursor=bnVsbA":                                     "cursor", // null
		"/v1/deals/D1?window=30d":                                     "window",
		"/v1/metrics/win_rate?as_of=%zz":                              "",
	} {
		r := get(t, h, path)
		if name, _ := at(r.body, "/parameter"); r.status != http.StatusBadRequest || (parameter != "" && name != parameter) {
			t.Errorf("GET %s: %d about %v, want 400 about %s: %s", path, r.status, name, parameter, r.text)
		}
		if kind := r.header.Get("Content-Type"); kind != "application/problem+json" {
			t.Errorf("GET %s: %s", path, kind)
		}
	}
}

func TestWhatHasNoAnswerIsRefusedWithTheReason(t *testing.T) {
	c := config.Default()
	m := newMemory(t, c)
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	h := handlerOf(t, c, m, nil)
	for path, want := range map[string]string{
		"/v1/metrics/bookings?known=2026-03-30&as_of=2026-03-31":                     "known",
		"/v1/metrics/bookings?by=region":                                             "rollup",
		"/v1/metrics/bookings?by=owner&where=team:emea":                              "rollup",
		"/v1/metrics/bookings?by=stage":                                              "rollup",
		"/v1/metrics/bookings?within=30d":                                            "option",
		"/v1/metrics/bookings?skip=strict":                                           "option",
		"/v1/metrics/bookings?skip=passed":                                           "option",
		"/v1/metrics/bookings?after=log2.3.0":                                        "position",
		"/v1/metrics/bookings?after=log1.2.0":                                        "position",
		"/v1/metrics/win_rate_cohort?window=1970-01-01..9999-01-01&as_of=9998-12-31": "window",
		"/v1/pipeline/flow?window=30d":                                               "window",
		"/v1/pipeline/flow?window=qtd":                                               "window",
		"/v1/pipeline/flow?window=2026-W10":                                          "window",
		"/v1/pipeline/flow?window=2026-Q1&by=region":                                 "rollup",
		"/v1/pipeline/flow?window=2026-Q1&known=2026-03-30&as_of=2026-03-31":         "known",
	} {
		r := get(t, h, path)
		kind, _ := at(r.body, "/type")
		if r.status != http.StatusUnprocessableEntity || kind != "https://weir.dev/problems/"+want {
			t.Errorf("GET %s: %d %v, want 422 %s: %s", path, r.status, kind, want, r.text)
		}
	}
	kept, _ := at(get(t, h, "/v1/metrics/bookings?by=region").body, "/kept")
	if got := fmt.Sprint(kept); got != "[total owner team segment]" {
		t.Errorf("kept are said to be %s", got)
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	m := newMemory(t, config.Default())
	m.apply("default", 1, batchFile(t, "eight_deals.json")...)
	h := handlerOf(t, config.Default(), m, nil)
	for _, path := range []string{"/v1/metrics/win_rat", "/v1/deals/D9", "/v1/deals/" + strings.Repeat("x", 600), "/v1", "/v1/forecast", "/index.html"} {
		if r := get(t, h, path); r.status != http.StatusNotFound || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s: %d %s", path, r.status, r.text)
		}
	}
}

func TestOnlyGETIsAnswered(t *testing.T) {
	h := handlerOf(t, config.Default(), newMemory(t, config.Default()), nil)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/v1/metrics", nil))
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
	}
}

func TestWhatWillPassIs503WithTheTimeToTryAgain(t *testing.T) {
	c := config.Default()
	for name, broken := range map[string]struct {
		change func(*memory)
		want   string
	}{
		"nothing is live":                       {func(m *memory) { m.fail = fmt.Errorf("cut: %w", errNoState) }, "rebuilding"},
		"the store does not answer":             {func(m *memory) { m.fail = errors.New("connection refused") }, "unavailable"},
		"another definition is live":            {func(m *memory) { m.meta.Definition = "other" }, "rebuilding"},
		"nothing applied, the log is not known": {func(*memory) {}, "rebuilding"},
	} {
		m := newMemory(t, c)
		broken.change(m)
		h := handlerOf(t, c, m, nil)
		for _, path := range []string{"/v1/metrics/win_rate", "/v1/deals", "/v1/deals/D1", "/v1/pipeline/flow?window=2026-Q1", "/v1/metrics/win_rate?after=log1.3.5"} {
			if name == "nothing applied, the log is not known" && strings.Contains(path, "after") {
				continue // it waits first
			}
			r := get(t, h, path)
			kind, _ := at(r.body, "/type")
			if r.status != http.StatusServiceUnavailable || kind != "https://weir.dev/problems/"+broken.want || r.header.Get("Retry-After") == "" {
				t.Errorf("%s: GET %s: %d %s", name, path, r.status, r.text)
			}
			if strings.Contains(r.text, "refused") {
				t.Errorf("%s: the store's own words are shown: %s", name, r.text)
			}
		}
		if r := get(t, h, "/v1/metrics"); r.status != http.StatusOK {
			t.Errorf("%s: the catalogue needs no state, and answers %d", name, r.status)
		}
	}
}

func TestAKeyOpensItsOwnTenantToWhoMayAsk(t *testing.T) {
	c, err := config.Parse([]byte(`
tenants:
  acme:
    keys:
      - {sha256: 2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b, scopes: [query]}    # secret
      - {sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08, scopes: [ingest]}   # test
  other:
    currency: USD
`))
	if err != nil {
		t.Fatal(err)
	}
	m := newMemory(t, c)
	m.apply("acme", 100, batchFile(t, "eight_deals.json")...)
	h := handlerOf(t, c, m, nil)
	for _, tc := range []struct {
		authorization string
		status        int
	}{
		{"", http.StatusUnauthorized},
		{"Bearer", http.StatusUnauthorized},
		{"Bearer wrong", http.StatusUnauthorized},
		{"Basic secret", http.StatusUnauthorized},
		{"Bearer test", http.StatusForbidden},
		{"Bearer secret", http.StatusOK},
		{"bearer secret", http.StatusOK},
	} {
		r := get(t, h, "/v1/metrics/deals_won?window=2026-Q1", "Authorization", tc.authorization)
		if r.status != tc.status {
			t.Errorf("%q: %d, want %d", tc.authorization, r.status, tc.status)
		}
		if challenged := r.header.Get("WWW-Authenticate") != ""; challenged != (tc.status == http.StatusUnauthorized) {
			t.Errorf("%q: challenged %v", tc.authorization, challenged)
		}
		if won, _ := at(r.body, "/values/0/value"); tc.status == http.StatusOK && won != 3.0 {
			t.Errorf("%q: won %v", tc.authorization, won)
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/openapi.json", "/"} {
		if r := get(t, h, path); r.status != http.StatusOK {
			t.Errorf("GET %s without a key: %d", path, r.status)
		}
	}
}

func TestReadinessFollowsTheStore(t *testing.T) {
	m := newMemory(t, config.Default())
	h := handlerOf(t, config.Default(), m, func(*query.Options) {})
	for _, tc := range []struct {
		fail   error
		status int
	}{{nil, 200}, {errNoState, 200}, {errors.New("connection refused"), 503}} {
		m.fail = tc.fail
		if r := get(t, h, "/readyz"); r.status != tc.status {
			t.Errorf("store %v: %d, want %d", tc.fail, r.status, tc.status)
		}
	}
}
