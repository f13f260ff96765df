package query_test

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/query"
)

func TestRunServesUntilItIsToldToEnd(t *testing.T) {
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := config.Default()
	m := newMemory(t, c)
	m.apply("default", 100, batchFile(t, "eight_deals.json")...)
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- query.Run(ctx, query.Options{
			Listener: listener, Config: c, Reader: m, NoState: errNoState, LogID: "log1", Partition: func(string) int { return 3 },
			Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
	}()
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": "ok", "/v1/metrics/deals_won?window=2026-Q1": `"value":3`,
		"/metrics": `weir_query_seconds_count{route="/v1/metrics/{id}"}`,
	} {
		if path == "/metrics" {
			fetch(t, listener, "/v1/metrics/win_rate")
		}
		if body := fetch(t, listener, path); !strings.Contains(body, want) {
			t.Errorf("GET %s: %s", path, body)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Run: %v", err)
	}
	if want := "query ready\" addr=" + listener.Addr().String(); !strings.Contains(log.String(), want) {
		t.Errorf("the log does not say %s: %s", want, log.String())
	}
	if _, err := new(net.Dialer).DialContext(t.Context(), "tcp", listener.Addr().String()); err == nil {
		t.Error("it still listens")
	}
}

func fetch(t *testing.T, listener net.Listener, path string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String()+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestTheDashboardIsServedAndAsksNobodyElse(t *testing.T) {
	h := handlerOf(t, config.Default(), newMemory(t, config.Default()), nil)
	for path, kind := range map[string]string{"/": "text/html", "/dashboard.css": "text/css", "/dashboard.js": "text/javascript"} {
		r := get(t, h, path)
		if r.status != 200 || !strings.HasPrefix(r.header.Get("Content-Type"), kind) {
			t.Errorf("GET %s: %d as %s", path, r.status, r.header.Get("Content-Type"))
		}
		if policy := r.header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("GET %s: policy %q", path, policy)
		}
		text := strings.ReplaceAll(r.text, "http://www.w3.org/2000/svg", "") // a name, not an address
		text = strings.ReplaceAll(text, "http%3A", "")
		if found := regexp.MustCompile(`(https?:)?//[a-z0-9]|\bstyle="|\bon[a-z]+="`).FindString(strings.ReplaceAll(text, "// ", "")); found != "" {
			t.Errorf("GET %s holds %q", path, found)
		}
	}
}

func TestTheDashboardStaysSmallAndAsksWhatThereIs(t *testing.T) {
	h := handlerOf(t, config.Default(), newMemory(t, config.Default()), func(o *query.Options) { o.Ends = &logEnd{} })
	lines := 0
	var script string
	err := fs.WalkDir(os.DirFS("dashboard"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile("dashboard/" + path)
		lines += bytes.Count(text, []byte("\n"))
		if strings.HasSuffix(path, ".js") {
			script = string(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines > 400 {
		t.Errorf("%d lines, want at most 400", lines)
	}
	questions := regexp.MustCompile(`(?:metric\(|id: )"([a-z_]+)",\s+(?:query: )?"([^"]*)"`).FindAllStringSubmatch(script, -1)
	if len(questions) < 9 {
		t.Errorf("found %d questions in the script: %v", len(questions), questions)
	}
	for _, q := range questions {
		if r := get(t, h, "/v1/metrics/"+q[1]+"?"+q[2]); r.status != 200 {
			t.Errorf("the page asks for %s?%s: %d %s", q[1], q[2], r.status, r.text)
		}
	}
}
