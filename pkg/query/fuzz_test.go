package query_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
)

// FuzzQuestion asks anything of the tenant of the fixture. Whatever it is, it is answered or refused, never by a
// fault of the server; and asked again it is answered the same.
func FuzzQuestion(f *testing.F) {
	c := config.Default()
	m := newMemory(f, c)
	m.apply("default", 100, batchFile(f, "eight_deals.json")...)
	h := handlerOf(f, c, m, nil)
	for _, seed := range []string{
		"/v1/metrics/win_rate?window=2026-Q1&by=owner&where=team:emea&as_of=2026-03-31&known=2026-03-31",
		"/v1/metrics/bookings?window=2026-01-01..2026-04-01&step=week&currency=USD",
		"/v1/metrics/open_pipeline?as_of=9999-12-31&after=log1.3.0",
		"/v1/metrics/win_rate_cohort?within=90d&window=1970-01-01..9999-01-01",
		"/v1/metrics/stage_conversion_rate?skip=strict&by=stage&where=stage:a%5C%2Cb",
		"/v1/pipeline/flow?window=FY2026-Q1&by=team", "/v1/activity?step=week&owner=unknown&by=kind", "/v1/activity?deal=D1",
		"/v1/deals?sort=amount&order=desc&limit=2", "/v1/deals?sort=amount&cursor=eyJiIjoiYW1vdW50IiwidiI6NSwiaSI6IkQxIn0",
		"/v1/deals/D1?", "/v1/deals/%2e%2e%2f?", "/v1/renewals?by=quarter,owner&status=at_risk", "/v1/renewals?cursor=e30&window=2026",
	} {
		path, query, _ := strings.Cut(seed, "?")
		f.Add(path, query)
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		if named, _ := url.ParseQuery(query); named.Has("after") || strings.HasPrefix(path, "/metrics") {
			return // it waits, or tells of the process
		}
		status, text := question(t, h, path, query)
		switch status {
		case http.StatusOK, http.StatusBadRequest, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusMovedPermanently, http.StatusTemporaryRedirect:
		default:
			t.Errorf("%q?%q: %d %s", path, query, status, text)
		}
		if strings.HasPrefix(path, "/v1/") && !json.Valid([]byte(text)) && status != http.StatusMovedPermanently && status != http.StatusTemporaryRedirect {
			t.Errorf("%q?%q: no JSON: %s", path, query, text)
		}
		if again, same := question(t, h, path, query); again != status || same != text {
			t.Errorf("%q?%q: %d %s\nand then %d %s", path, query, status, text, again, same)
		}
	})
}

func question(t *testing.T, h http.Handler, path, query string) (status int, text string) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	r.URL = &url.URL{Path: path, RawQuery: query}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}
