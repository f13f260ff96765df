package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"weir.dev/weir/pkg/company"
)

var until = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestGeneratePrintsAnEventALineOrABatchALine(t *testing.T) {
	var lines, batches bytes.Buffer
	if err := (&generateCmd{Seed: 7, Days: 20, Until: until, Format: "ndjson", Batch: 100}).run(t.Context(), &lines, &lines); err != nil {
		t.Fatal(err)
	}
	if err := (&generateCmd{Seed: 7, Days: 20, Until: until, Format: "batch", Batch: 100}).run(t.Context(), &batches, &batches); err != nil {
		t.Fatal(err)
	}
	var joined []string
	for line := range strings.Lines(batches.String()) {
		var events []json.RawMessage
		if err := json.Unmarshal([]byte(line), &events); err != nil || len(events) > 100 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		for _, e := range events {
			joined = append(joined, string(e)+"\n")
		}
	}
	if len(joined) < 500 || strings.Join(joined, "") != lines.String() {
		t.Errorf("the %d events of the batches differ from those of the lines", len(joined))
	}
}

func TestGeneratePostsTheHistory(t *testing.T) {
	events := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		var batch []json.RawMessage
		if err := json.NewDecoder(req.Body).Decode(&batch); err != nil {
			t.Error(err)
		}
		events += len(batch)
		w.WriteHeader(http.StatusAccepted)
		_ = json.NewEncoder(w).Encode(map[string]any{"accepted": len(batch), "position": "p"})
	}))
	defer server.Close()
	var stdout, stderr bytes.Buffer
	cmd := &generateCmd{Seed: 7, Days: 20, Until: until, Batch: 100, To: server.URL}
	if err := cmd.run(t.Context(), &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if events < 500 || !strings.Contains(stdout.String(), "rejected 0\nposition p\n") {
		t.Errorf("%d events, %q", events, stdout.String())
	}
}

func TestLiveEventsComeAtTheirRate(t *testing.T) {
	for _, rate := range []float64{0.5, 5, 300} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute+time.Millisecond)
			defer cancel()
			events := 0
			err := live(ctx, company.New(1, until), rate, func(batch []json.RawMessage) error {
				events += len(batch)
				return nil
			})
			if want := int(rate * 60); err != nil || events < want-1 || events > want+1 {
				t.Errorf("rate %v: %d events in a minute, %v; want %d", rate, events, err, want)
			}
		})
	}
}
