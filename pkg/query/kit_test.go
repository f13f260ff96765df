package query_test

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/query"
)

// handlerOf is the edge over a memory; change may be nil.
func handlerOf(t testing.TB, c config.Config, m *memory, change func(*query.Options)) http.Handler {
	t.Helper()
	o := query.Options{
		Config: c, Reader: m, NoState: errNoState, LogID: "log1", Partition: func(string) int { return 3 },
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		Now:    func() time.Time { return time.UnixMilli(arrival) },
	}
	if change != nil {
		change(&o)
	}
	h, err := query.NewHandler(o)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// reply is an answer, decoded.
type reply struct {
	status int
	header http.Header
	body   any
	text   string
}

func get(t testing.TB, h http.Handler, path string, header ...string) reply {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	out := reply{status: w.Code, header: w.Header(), text: w.Body.String()}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(w.Body.Bytes(), &out.body); err != nil {
			t.Fatalf("GET %s: not JSON: %v\n%s", path, err, out.text)
		}
	}
	return out
}

// at is what a JSON pointer leads to, and whether there is such a place.
func at(body any, pointer string) (any, bool) {
	if pointer == "" {
		return body, true
	}
	for part := range strings.SplitSeq(pointer[1:], "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		switch v := body.(type) {
		case map[string]any:
			next, ok := v[part]
			if !ok {
				return nil, false
			}
			body = next
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			body = v[i]
		default:
			return nil, false
		}
	}
	return body, true
}
