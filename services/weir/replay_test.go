package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// ingestor takes in what has a right amount, and notes it.
func ingestor(t *testing.T, taken *[]string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var events []map[string]any
		if err := json.NewDecoder(r.Body).Decode(&events); err != nil {
			t.Error(err)
		}
		if got := r.Header.Get("Authorization"); got != "Bearer secret" {
			t.Errorf("authorized by %q", got)
		}
		status, accepted := "rejected", 0
		if data, ok := events[0]["data"].(map[string]any); ok && data["n"] == "8" {
			status, accepted = "accepted", 1
		}
		text, err := json.Marshal(events[0])
		if err != nil {
			t.Error(err)
		}
		*taken = append(*taken, string(text))
		w.WriteHeader(http.StatusAccepted)
		_ = json.NewEncoder(w).Encode(map[string]any{"accepted": accepted, "rejected": 1 - accepted, "results": []map[string]any{
			{"index": 0, "status": status, "reason": "invalid", "pointer": "/data/n", "detail": "must be 8"},
		}, "position": "log.1.2"})
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestDeadLettersAreSentAgainAsTheyCame(t *testing.T) {
	var taken []string
	to := again{Kafka: refused(t), To: ingestor(t, &taken), Key: "secret"}
	for _, c := range []struct {
		name string
		cmd  replayLettersCmd
		want []string
	}{
		{"by place", replayLettersCmd{Places: []string{"2/0"}}, []string{"2/0"}},
		{"of a tenant", replayLettersCmd{Tenant: "acme"}, []string{"0/0", "0/1"}},
		{"of a reason", replayLettersCmd{Reason: "future"}, []string{"0/1"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			taken = nil
			c.cmd.again = to
			var out bytes.Buffer
			if err := c.cmd.run(t.Context(), &out, io.Discard); !errors.Is(err, errStillRefused) {
				t.Errorf("got %v", err)
			}
			var places []string
			for line := range strings.Lines(out.String()) {
				place, rest, _ := strings.Cut(line, " ")
				places = append(places, place)
				if rest != "rejected: invalid /data/n: must be 8\n" {
					t.Errorf("it says %q", rest)
				}
			}
			slices.Sort(places)
			if !slices.Equal(places, c.want) || len(taken) != len(c.want) {
				t.Errorf("sent %v, %v", places, taken)
			}
		})
	}
	if err := (&replayLettersCmd{again: to}).run(t.Context(), io.Discard, io.Discard); !errors.Is(err, errNoLetter) {
		t.Errorf("all are sent again for want of a choice: %v", err)
	}
}

func TestADeadLetterIsChangedAndSentAgain(t *testing.T) {
	var taken []string
	to := again{Kafka: refused(t), To: ingestor(t, &taken), Key: "secret"}
	var out bytes.Buffer
	cmd := editLetterCmd{again: to, Place: "0/0", Set: map[string]string{"/data/n": `"8"`, "/source": `"/crm"`}}
	if err := cmd.run(t.Context(), &out, io.Discard); err != nil || out.String() != "0/0 accepted at log.1.2\n" {
		t.Errorf("%v: %s", err, out.String())
	}
	if want := `{"data":{"n":"8"},"id":"e` + `\u001b` + `0","source":"/crm"}`; len(taken) != 1 || taken[0] != want {
		t.Errorf("sent %v, want %s", taken, want)
	}
	for pointer, text := range map[string]string{"data/n": "1", "/data/n": "eight", "/nowhere/n": "1"} {
		cmd.Set = map[string]string{pointer: text}
		if err := cmd.run(t.Context(), io.Discard, io.Discard); err == nil {
			t.Errorf("%s=%s is taken", pointer, text)
		}
	}
	t.Setenv("EDITOR", `sed -i s/7/"8"/`)
	cmd.Set = nil
	out.Reset()
	if err := cmd.run(t.Context(), &out, io.Discard); err != nil || out.String() != "0/0 accepted at log.1.2\n" {
		t.Errorf("edited by hand: %v: %s", err, out.String())
	}
}

func TestOldDeadLettersAreRemovedForGood(t *testing.T) {
	brokers := refused(t)
	var out bytes.Buffer
	if err := (&purgeLettersCmd{Kafka: brokers, Before: time.UnixMilli(1500)}).run(t.Context(), &out, io.Discard); err != nil || out.String() != "removed 2\n" {
		t.Errorf("%v: %s", err, out.String())
	}
	out.Reset()
	if err := (&listLettersCmd{Kafka: brokers}).run(t.Context(), &out, io.Discard); err != nil {
		t.Fatal(err)
	}
	if left := out.String(); strings.Count(left, "\n") != 2 || !strings.Contains(left, "\n0/1 ") {
		t.Errorf("left:\n%s", left)
	}
}
