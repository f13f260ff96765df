package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// receiver stands for the ingestor: it keeps the ids of the batches that it acknowledges.
type receiver struct {
	t       *testing.T
	batches [][]string
	before  func(batch int, w http.ResponseWriter, r *http.Request) (done bool) // may answer in the receiver's place
	calls   int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if got := req.Header.Get("Content-Type"); got != "application/cloudevents-batch+json" || req.URL.Path != "/v1/events" {
		r.t.Errorf("%s to %s", got, req.URL.Path)
	}
	var events []struct {
		ID           string `json:"id"`
		Time         string `json:"time"`
		RecordedTime string `json:"recordedtime"`
	}
	if err := json.NewDecoder(req.Body).Decode(&events); err != nil {
		r.t.Error(err)
	}
	r.calls++
	if r.before != nil && r.before(r.calls, w, req) {
		return
	}
	type result struct {
		ID      string `json:"id"`
		Status  string `json:"status"`
		Reason  string `json:"reason,omitempty"`
		Pointer string `json:"pointer,omitempty"`
		Detail  string `json:"detail,omitempty"`
	}
	var results []result
	var ids []string
	rejected := 0
	for _, e := range events {
		ids = append(ids, e.ID)
		if e.Time != e.RecordedTime {
			r.t.Errorf("%s of %s is recorded at %s", e.ID, e.Time, e.RecordedTime)
		}
		if strings.HasPrefix(e.ID, "bad") {
			rejected++
			results = append(results, result{e.ID, "rejected", "invalid", "/data/amount", "not negative"})
			continue
		}
		results = append(results, result{ID: e.ID, Status: "accepted"})
	}
	r.batches = append(r.batches, ids)
	w.WriteHeader(http.StatusAccepted)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"accepted": len(events) - rejected, "rejected": rejected, "position": fmt.Sprintf("p%d", len(r.batches)), "results": results,
	})
}

// importOf makes an import of a CSV file whose ids are given, in batches of two, to a receiver.
func importOf(t *testing.T, to *receiver, ids ...string) *importCmd {
	t.Helper()
	to.t = t
	server := httptest.NewServer(to)
	t.Cleanup(server.Close)
	dir := t.TempDir()
	rows := "id,at\n"
	for i, id := range ids {
		rows += fmt.Sprintf("%s,2026-01-%02d\n", id, i+1)
	}
	for name, text := range map[string]string{
		"deals.csv": rows,
		"deals.yaml": `{source: /s, inputs: [{file: deals.csv, id: =id, subject: "='deal/'+id", time: =at,
			events: [{type: deal.won}], findings: [{name: of February, when: at > "2026-01-31"}, {name: after the third, when: at > "2026-01-03"}]}]}`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return &importCmd{
		Mapping: filepath.Join(dir, "deals.yaml"), To: server.URL, Batch: 2,
		ResumeFile: filepath.Join(dir, "deals.resume"), CSV: []string{filepath.Join(dir, "deals.csv")},
	}
}

func TestImportSendsEveryEventInOrder(t *testing.T) {
	to := &receiver{}
	cmd := importOf(t, to, "a", "b", "c", "d", "e")
	var stdout, stderr bytes.Buffer
	if err := cmd.run(t.Context(), &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(to.batches); got != "[[a b] [c d] [e]]" {
		t.Errorf("got %s", got)
	}
	if got := stdout.String(); got != "accepted 5\nrejected 0\nposition p3\n" {
		t.Errorf("stdout: %q", got)
	}
	if found := "  found 0 rows: of February\n  found 2 rows: after the third\n"; !strings.Contains(stderr.String(), found) {
		t.Errorf("stderr: %q, want %q in it", stderr.String(), found)
	}
	if !strings.Contains(stderr.String(), "5 of 5 events sent") {
		t.Errorf("stderr: %q", stderr.String())
	}
	if _, err := os.Stat(cmd.ResumeFile); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the resume file must be gone at the end: %v", err)
	}
}

func TestImportSendsABatchAgainAfter503(t *testing.T) {
	to := &receiver{before: func(call int, w http.ResponseWriter, _ *http.Request) bool {
		if call == 2 {
			w.Header().Set("Retry-After", "0")
			http.Error(w, `{"results":[{"index":0,"status":"unknown"}]}`, http.StatusServiceUnavailable)
		}
		return call == 2
	}}
	var stdout, stderr bytes.Buffer
	if err := importOf(t, to, "a", "b", "c").run(t.Context(), &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(to.batches, to.calls); got != "[[a b] [c]] 3" {
		t.Errorf("got %s", got)
	}
}

func TestImportFailsWhereAnEventIsRejectedAndSaysWhy(t *testing.T) {
	to := &receiver{}
	var stdout, stderr bytes.Buffer
	err := importOf(t, to, "a", "bad1", "c").run(t.Context(), &stdout, &stderr)
	if !errors.Is(err, errRejected) || !strings.HasPrefix(stdout.String(), "accepted 2\nrejected 1\n") {
		t.Errorf("got %v, %q", err, stdout.String())
	}
	if !strings.Contains(stderr.String(), "rejected bad1: invalid /data/amount: not negative") {
		t.Errorf("stderr: %q", stderr.String())
	}
}

func TestImportGoesOnWhereItWasCut(t *testing.T) {
	ctx, cut := context.WithCancel(t.Context())
	to := &receiver{before: func(call int, _ http.ResponseWriter, r *http.Request) bool {
		if call == 3 {
			cut()
			<-r.Context().Done() // an answer would not be a cut
		}
		return call == 3
	}}
	cmd := importOf(t, to, "a", "bad", "c", "d", "e", "f", "g")
	var stdout, stderr bytes.Buffer
	if err := cmd.run(ctx, &stdout, &stderr); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want the cut", err)
	}
	cmd.Resume = true
	err := cmd.run(t.Context(), &stdout, &stderr)
	if !errors.Is(err, errRejected) {
		t.Errorf("got %v: what was rejected before the cut must not be forgotten", err)
	}
	if got := fmt.Sprint(to.batches); got != "[[a bad] [c d] [e f] [g]]" {
		t.Errorf("got %s", got)
	}
	if got := stdout.String(); got != "accepted 6\nrejected 1\nposition p4\n" {
		t.Errorf("stdout: %q", got)
	}
}

func TestImportDoesNotGoOnWithOtherEvents(t *testing.T) {
	to := &receiver{}
	cmd := importOf(t, to, "a", "b", "c")
	cmd.Resume = true
	if err := os.WriteFile(cmd.ResumeFile, []byte(`{"events":"others","acked":2}`), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if err := cmd.run(t.Context(), &stdout, &stderr); err == nil || !strings.Contains(err.Error(), "another import") || to.calls > 0 {
		t.Errorf("got %v after %d requests", err, to.calls)
	}
	cmd.Resume = false
	if err := cmd.run(t.Context(), &stdout, &stderr); err != nil || len(slices.Concat(to.batches...)) != 3 {
		t.Errorf("got %v, %v", err, to.batches)
	}
}
