package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"weir.dev/weir/test/e2e/stand"
)

const mebibyte = 1 << 20

var residentLine = regexp.MustCompile(`(?m)^process_resident_memory_bytes (\S+)$`)

// resident is the memory of a role's process, as it tells it itself, in MiB.
func (s *system) resident(t *testing.T, role string) int {
	t.Helper()
	_, text, err := stand.Fetch(t.Context(), s.url(role, "/metrics"), nil)
	if err != nil {
		t.Fatal(err)
	}
	m := residentLine.FindSubmatch(text)
	if m == nil {
		t.Fatal("no process_resident_memory_bytes")
	}
	bytes, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(bytes) / mebibyte
}

// heavy is a batch of nearly 4 MiB, which is the same each time, so that it counts once.
func heavy(t *testing.T) (body []byte, events int) {
	t.Helper()
	var batch []cloudEvent
	for i := range 8 {
		e := dealEvent(fmt.Sprint("H", i), "stage_changed", "2026-02-10T09:30:00Z", map[string]any{
			"to": "negotiation", "note": strings.Repeat("x", mebibyte*15/32),
		})
		batch = append(batch, e)
	}
	return encode(t, batch), len(batch)
}

// refused posts a body that must be refused for now, with the time to come again.
func refused(url string, body []byte) error {
	resp, err := stand.Web.Post(url, stand.BatchType, bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "") {
		err = fmt.Errorf("%s, to come again after %q: %.300s", resp.Status, resp.Header.Get("Retry-After"), text)
	}
	return err
}

// TestWhileKafkaStandsStillTheIngestorRefusesAndStaysSmall offers it far more than it may hold. An answer that takes
// longer than the client's patience fails the test.
func TestWhileKafkaStandsStillTheIngestorRefusesAndStaysSmall(t *testing.T) {
	const (
		senders, requests = 24, 480
		mostMiB           = 640 // the bodies that it holds, as often as a garbage collector lets them be there
	)
	t.Run("real", func(t *testing.T) {
		var kafka *stand.Proxy
		s := startReal(t, setup{kafkaOf: map[string]func(string) string{ingestor: func(addr string) string {
			kafka = standing(t, stand.ListenKafka, addr)
			return kafka.Addr()
		}}})
		s.await(t, s.post(t, dealCreated("D1", 100, "2026-02-10T09:30:00Z")), "")
		body, events := heavy(t)
		kafka.Set(stand.Hang)
		errs := make(chan error, requests)
		var begun atomic.Int32
		for range senders {
			go func() { // until its last answer was waited for
				for begun.Add(1) <= requests {
					errs <- refused(s.url(ingestor, "/v1/events"), body)
				}
			}()
		}
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		peak := 0
		for range requests {
			for waits := true; waits; {
				select {
				case err := <-errs:
					if waits = false; err != nil {
						t.Error(err)
					}
				case <-tick.C:
					peak = max(peak, s.resident(t, ingestor))
				}
			}
		}
		offered := requests * len(body) / mebibyte
		t.Logf("%d MiB were offered, and it had %d MiB at most", offered, peak)
		if peak == 0 || peak > mostMiB {
			t.Errorf("the ingestor had %d MiB, want at most %d", peak, mostMiB)
		}
		kafka.Set(stand.None)
		var position string
		eventually(t, patience, "events are taken again", func() error {
			status, answer, err := send(t.Context(), s.url(ingestor, "/v1/events"), stand.BatchType, body, nil)
			if err == nil && (status != http.StatusAccepted || answer.Accepted != events) {
				err = fmt.Errorf("%d: %+v", status, answer)
			}
			position = answer.Position
			return err
		})
		s.await(t, position, "")
		s.audit(t)
	})
}

// TestWhileRedisStandsStillNothingGrowsAndQuestionsAreRefused lets far more events come than the aggregator reads ahead.
func TestWhileRedisStandsStillNothingGrowsAndQuestionsAreRefused(t *testing.T) {
	const (
		batches = 40
		mostMiB = 64 // that the aggregator may grow by: two fetches, and what they come to
	)
	t.Run("real", func(t *testing.T) {
		var redis *stand.Proxy
		through := func(url string) string {
			return throughProxy(url, func(server string) *stand.Proxy {
				if redis == nil {
					redis = standing(t, stand.Listen, server)
				}
				return redis
			})
		}
		s := startReal(t, setup{redisOf: map[string]func(string) string{aggregator: through, query: through}})
		body, events := heavy(t)
		s.await(t, s.postRaw(t, stand.BatchType, body, events, nil), "")
		before := s.resident(t, aggregator)
		redis.Set(stand.Hang)
		position := ""
		for range batches {
			position = s.postRaw(t, stand.BatchType, body, events, nil)
		}
		resp, err := stand.Web.Get(s.url(query, "/v1/metrics/deals_won"))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusServiceUnavailable || resp.Header.Get("Retry-After") == "" {
			t.Errorf("a question is answered %s, to come again after %q", resp.Status, resp.Header.Get("Retry-After"))
		}
		s.awaitAlarm(t, "store_unavailable")
		after := s.resident(t, aggregator)
		t.Logf("%d MiB came, and the aggregator went from %d to %d MiB", batches*len(body)/mebibyte, before, after)
		if after > before+mostMiB {
			t.Errorf("the aggregator grew by %d MiB, want at most %d", after-before, mostMiB)
		}
		redis.Set(stand.None)
		s.awaitReady(t, aggregator)
		s.await(t, position, "")
		s.audit(t)
	})
}
