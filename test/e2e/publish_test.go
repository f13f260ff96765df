package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// The types of what Weir publishes.
const (
	updated   = "dev.weir.metric.updated"
	corrected = "dev.weir.metric.corrected"
)

// news is an event of the metrics topic.
type news struct {
	partition  int
	key        string
	attributes map[string]string
	data       map[string]any
}

func (n news) String() string { return fmt.Sprintf("%s %v", n.attributes["id"], n.data) }

// news reads the metrics topic, all of it that is there now.
func (s *system) news(t *testing.T) (all []news) {
	t.Helper()
	for _, record := range recordsOf(t, s.address("kafka"), metricsTopic) {
		n := news{partition: record.Partition, key: string(record.Key), attributes: map[string]string{}}
		for _, h := range record.Headers {
			if name, ok := strings.CutPrefix(h.Key, "ce_"); ok || h.Key == "content-type" {
				n.attributes[name] = string(h.Value)
			}
		}
		if err := json.Unmarshal(record.Value, &n.data); err != nil {
			t.Fatalf("%s: %v", record.Value, err)
		}
		all = append(all, n)
	}
	return all
}

// latest is of each subject the event of a type that counts: that with the highest sequence.
func latest(all []news, kind string) map[string]news {
	out := map[string]news{}
	for _, n := range all {
		if subject := n.attributes["subject"]; n.attributes["type"] == kind && n.attributes["sequence"] >= out[subject].attributes["sequence"] {
			out[subject] = n
		}
	}
	return out
}

// ask is how a query asks for what the event tells.
func (n news) ask() string {
	q := url.Values{"window": {n.data["window"].(map[string]any)["name"].(string)}, "as_of": {n.data["as_of"].(string)}}
	var by []string
	for _, dim := range n.data["by"].([]any) {
		by = append(by, dim.(string))
	}
	if len(by) > 0 {
		q.Set("by", strings.Join(by, ","))
	}
	return "/v1/metrics/" + n.data["metric"].(string) + "?" + q.Encode()
}

// awaitNews waits until what was published last of every series, and of every period that was corrected, is what
// Weir answers, and at least so many series and periods are.
func (s *system) awaitNews(t *testing.T, series, periods int) {
	t.Helper()
	eventually(t, patience, "what was published last is what is answered", func() error {
		all := s.news(t)
		updates, corrections := latest(all, updated), latest(all, corrected)
		if len(updates) < series || len(corrections) < periods {
			return fmt.Errorf("%d series and %d periods, want %d and %d", len(updates), len(corrections), series, periods)
		}
		for said, of := range map[string]map[string]news{"values": updates, "new": corrections} {
			for subject, n := range of {
				answer := s.ask(t, n.ask(), "")
				if values, _ := at(answer, "/values"); !reflect.DeepEqual(n.data[said], values) {
					return fmt.Errorf("%s: published %v, answered %v", subject, n.data[said], values)
				}
			}
		}
		return nil
	})
}

// wantOrder holds what is true of all that was ever published.
func wantOrder(t *testing.T, all []news, oneOwner bool) {
	t.Helper()
	last, made := map[int]string{}, map[string]any{}
	for _, n := range all {
		id := n.attributes["source"] + " " + n.attributes["id"]
		if before, again := made[id]; again && !reflect.DeepEqual(before, n.data["values"]) {
			t.Errorf("%s came twice, as %v and %v", id, before, n.data["values"])
		}
		made[id] = n.data["values"]
		if sequence := n.attributes["sequence"]; oneOwner && sequence < last[n.partition] {
			t.Errorf("%s is %s, behind %s", id, sequence, last[n.partition])
		}
		last[n.partition] = n.attributes["sequence"]
	}
}

func configured(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "weir.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestUpdatesFollowTheNumbers(t *testing.T) {
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		now := time.Now().UTC()
		for n := range 3 {
			day := now.Add(time.Duration(n-5) * time.Hour).Format(time.RFC3339)
			id := fmt.Sprintf("D%d", n)
			s.post(t, dealCreated(id, 100, day), dealEvent(id, "won", day, map[string]any{}))
			eventually(t, patience, "an update with what was just sent", func() error {
				last := latest(s.news(t), updated)["deals_won/30d"]
				if got, _ := at(last.data, "/values/0/value"); got != float64(n+1) {
					return fmt.Errorf("the last one is %v", last)
				}
				return nil
			})
		}
		s.awaitNews(t, 100, 0)
		all := s.news(t)
		wantOrder(t, all, true)
		n := latest(all, updated)["bookings/30d/owner"]
		for name, want := range map[string]string{
			"specversion": "1.0", "type": updated, "tenant": "default", "content-type": "application/json",
		} {
			if got := n.attributes[name]; got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
		if got, _ := at(n.data, "/values/0"); n.key != "default" || !meets(got.(map[string]any)["value"], 300.0) ||
			!meets(got.(map[string]any)["dimensions"], map[string]any{"owner": "owner-1"}) {
			t.Errorf("key %q, %v", n.key, n)
		}
	})
}

const publishing = `
tenants:
  default:
    publish:
      - {metric: deals_won, window: 2026-Q1}
      - {metric: bookings, window: 2026-Q1, by: [owner]}
      - {metric: activities, window: 30d}
`

func TestKilledWhilePublishingNothingIsLost(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		s := startEmbedded(t, setup{data: t.TempDir(), config: configured(t, publishing)})
		killThroughout(t, s, 12, func(*rand.Rand) []string { return []string{ingestor} })
		s.awaitNews(t, 3, 3)
		wantOrder(t, s.news(t), true)
	})
	t.Run("real", func(t *testing.T) {
		s := startReal(t, setup{config: configured(t, publishing)})
		killThroughout(t, s, 12, func(*rand.Rand) []string { return []string{aggregator} })
		s.awaitNews(t, 3, 3)
		wantOrder(t, s.news(t), true)
	})
}

func TestWhatChangesAQuarterThatIsOverIsTold(t *testing.T) {
	var deals, reopening []cloudEvent
	readFixture(t, "eight_deals.json", &deals)
	readFixture(t, "reopen.json", &reopening)
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		s := start(setup{})
		s.await(t, s.post(t, deals...), "")
		s.awaitNews(t, 100, 0)
		if told := latest(s.news(t), corrected); len(told) > 0 {
			t.Errorf("history that was known in time is corrected: %v", told)
		}
		s.post(t, reopening...)
		eventually(t, patience, "a correction", func() error {
			n, told := latest(s.news(t), corrected)["bookings/2026-Q1"]
			if !told {
				return fmt.Errorf("none")
			}
			for pointer, want := range map[string]any{
				"/metric": "bookings", "/old/0/value": 130000.0, "/new/0/value": 110000.0, "/old_known": "2026-04-04", "/as_of": "2026-03-31",
				"/cause/id": "D5-reopened", "/cause/source": "/fixture", "/cause/subject": "deal/D5",
			} {
				if got, _ := at(n.data, pointer); !meets(got, want) {
					t.Fatalf("%s is %v, want %v", pointer, got, want)
				}
			}
			return nil
		})
		s.awaitNews(t, 100, 1)
	})
}

// atMidnight is the next full hour, and a zone in which it is midnight.
func atMidnight(now time.Time) (hour time.Time, zone string) {
	hour = now.UTC().Truncate(time.Hour).Add(time.Hour)
	if h := hour.Hour(); h <= 12 {
		return hour, fmt.Sprintf("Etc/GMT+%d", h) // which is so many hours behind
	}
	return hour, fmt.Sprintf("Etc/GMT-%d", 24-hour.Hour())
}

// TestAtMidnightRollingWindowsMoveThoughNothingHappens writes the tick of the coming hour itself.
func TestAtMidnightRollingWindowsMoveThoughNothingHappens(t *testing.T) {
	inBothShapes(t, func(t *testing.T, start func(setup) *system) {
		hour, zone := atMidnight(time.Now())
		s := start(setup{config: configured(t, "tenants: {default: {zone: "+zone+", publish: [{metric: deals_created, window: 30d}]}}")})
		leaves := hour.Add(-30 * 24 * time.Hour).Add(time.Hour) // the first day of what are the last thirty days now
		s.await(t, s.post(t, dealCreated("D1", 100, leaves.Format(time.RFC3339))), "")
		eventually(t, patience, "the deal is in the window", func() error { return s.published(t, 1) })
		record := recordsOf(t, s.address("kafka"), eventsTopic)
		home := 0
		for _, m := range record {
			if string(m.Key) == "default" {
				home = m.Partition
			}
		}
		tick := kafka.Message{Headers: []kafka.Header{
			{Key: "ce_specversion", Value: []byte("1.0")},
			{Key: "ce_type", Value: []byte("dev.weir.clock.ticked")},
			{Key: "ce_source", Value: []byte("/weir/clock")},
			{Key: "ce_subject", Value: fmt.Appendf(nil, "partition/%d", home)},
			{Key: "ce_id", Value: fmt.Appendf(nil, "%d/%s", home, hour.Format(time.RFC3339))},
			{Key: "ce_time", Value: []byte(hour.Format(time.RFC3339))},
		}}
		writer := &kafka.Writer{
			Addr: kafka.TCP(s.address("kafka")), Topic: eventsTopic, RequiredAcks: kafka.RequireAll, BatchTimeout: 10 * time.Millisecond,
			Balancer: kafka.BalancerFunc(func(kafka.Message, ...int) int { return home }),
		}
		defer writer.Close()
		if err := writer.WriteMessages(t.Context(), tick); err != nil {
			t.Fatal(err)
		}
		eventually(t, patience, "the deal has left the window", func() error { return s.published(t, 0) })
		if got := latest(s.news(t), updated)["deals_created/30d"].data["as_of"]; got != hour.In(in(t, zone)).Format(time.DateOnly) {
			t.Errorf("as of %v", got)
		}
		s.audit(t) // no cell depends on a tick
	})
}

func in(t *testing.T, zone string) *time.Location {
	t.Helper()
	at, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// published holds the last update of the deals created.
func (s *system) published(t *testing.T, want float64) error {
	t.Helper()
	n, told := latest(s.news(t), updated)["deals_created/30d"]
	if got, _ := at(n.data, "/values/0/value"); !told || got != want {
		return fmt.Errorf("%v", n)
	}
	return nil
}
