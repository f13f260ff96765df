package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	ceevent "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"

	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ingest"
	"weir.dev/weir/pkg/parts"
	"weir.dev/weir/pkg/state"
)

func TestIngest(t *testing.T) {
	t.Run("embedded", func(t *testing.T) {
		log, err := embedded.StartLog(t.Context(), "", embedded.LogOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := log.Close(); err != nil {
				t.Error(err)
			}
		})
		testIngest(t, log.Brokers())
	})
	t.Run("real", func(t *testing.T) { testIngest(t, parts.Kafka(t)) })
}

// testIngest is what an ingestor must do, whichever log it writes to.
func testIngest(t *testing.T, brokers []string) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, *stand)
	}{
		{"what is answered for is in the log, at its position", testAcknowledged},
		{"what is refused is in the dead letters", testDeadLetters},
		{"what the CloudEvents SDK sends is taken", testSDK},
		{"an event of a mebibyte is in the log or in the dead letters", testLargest},
		{"an inbox goes to the log and to the dead letters, once", testInbox},
		{"requests under way at the end are answered", testShutdown},
		{"an ingestor tells how it is", testOps},
		{"headers that are too large are refused", testHeaders},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, newStand(t, brokers)) })
	}
}

func testAcknowledged(t *testing.T, s *stand) {
	first := s.post(t, http.StatusAccepted, structured, moved("e-0", onward, false))
	body := bytes.Join([][]byte{[]byte("["), moved("e-1", onward, false), []byte(","), moved("e-2", onward, false), []byte("]")}, nil)
	second := s.post(t, http.StatusAccepted, batched, body)
	recs := s.events(t)
	if got := idsOf(t, recs); got != "e-0 e-1 e-2" {
		t.Fatalf("events %q", got)
	}
	for i, answer := range []ingest.Answer{first, second} {
		want := state.Position{Log: s.id, Partition: s.partition, Offset: recs[2*i].Offset}
		if got, err := state.ParsePosition(answer.Position); err != nil || got != want {
			t.Errorf("position %v, %v, want %v", got, err, want)
		}
	}
	if string(recs[0].Value) != onward || time.Since(time.UnixMilli(recs[0].Time)).Abs() > time.Minute {
		t.Errorf("record %+v", recs[0])
	}
}

func testDeadLetters(t *testing.T, s *stand) {
	s.post(t, http.StatusBadRequest, structured, moved("e-0", onward, true))
	s.post(t, http.StatusBadRequest, batched, []byte("no batch"))
	letters := s.letters(t)
	if len(letters) != 2 || letters[0].ID != "e-0" || letters[0].Reason != event.Missing || letters[1].Reason != event.Malformed ||
		string(letters[1].Event) != "no batch" {
		t.Errorf("letters %+v", letters)
	}
	if recs := s.events(t); len(recs) > 0 {
		t.Errorf("%d events", len(recs))
	}
}

// testSDK sends with what most senders use.
func testSDK(t *testing.T, s *stand) {
	made := func(id string) ceevent.Event {
		e := ceevent.New()
		e.SetID(id)
		e.SetSource("/sdk")
		e.SetType("dev.weir.deal.stage_changed")
		e.SetSubject("deal/D4 100%")
		e.SetTime(time.Date(2026, time.February, 10, 9, 30, 0, 0, time.UTC))
		e.SetExtension("correlationid", `one "two"`)
		if err := e.SetData("application/json", json.RawMessage(onward)); err != nil {
			t.Fatal(err)
		}
		return e
	}
	for i, encode := range []func(context.Context) context.Context{binding.WithForceBinary, binding.WithForceStructured} {
		request := s.request(t)
		e := made(fmt.Sprint("sdk-", i))
		if err := cehttp.WriteRequest(encode(t.Context()), binding.ToMessage(&e), request); err != nil {
			t.Fatal(err)
		}
		s.wantAccepted(t, request)
	}
	request, err := cehttp.NewHTTPRequestFromEvents(t.Context(), s.url+"/v1/events", []ceevent.Event{made("sdk-2"), made("sdk-3")})
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	s.wantAccepted(t, request)
	recs := s.events(t)
	if got := idsOf(t, recs); got != "sdk-0 sdk-1 sdk-2 sdk-3" {
		t.Fatalf("events %q", got)
	}
	for i := range recs {
		var e event.Event
		if err := event.FromRecord(&recs[i], &e); err != nil {
			t.Fatal(err)
		}
		if e.Source != "/sdk" || e.Subject != "deal/D4 100%" || string(e.Data) != onward ||
			len(e.Extensions) != 1 || e.Extensions[0] != (event.Attribute{Name: "correlationid", Value: `one "two"`}) {
			t.Errorf("event %+v, data %s", e, e.Data)
		}
	}
}

// testLargest: whether the largest event fits depends on the topic; that it is not lost must not.
func testLargest(t *testing.T, s *stand) {
	filled := func(id string) []byte {
		empty := len(moved(id, `{"to":"negotiation","note":""}`, false))
		return moved(id, `{"to":"negotiation","note":"`+strings.Repeat("x", event.MaxEventBytes-empty)+`"}`, false)
	}
	response := s.send(t, structured, filled("large"))
	response.Body.Close()
	refused := s.send(t, structured, bytes.Replace(filled("larger"), []byte(`"time"`), []byte(`"tIme"`), 1))
	refused.Body.Close()
	if refused.StatusCode != http.StatusBadRequest {
		t.Errorf("status %s for a large event that is refused", refused.Status)
	}
	letters := s.letters(t)
	if len(letters) == 0 || letters[len(letters)-1].ID != "larger" || len(letters[len(letters)-1].Event) < event.MaxEventBytes/4 {
		t.Fatalf("%d letters", len(letters))
	}
	switch response.StatusCode {
	case http.StatusAccepted:
		if recs := s.events(t); len(recs) != 1 || len(letters) != 1 {
			t.Errorf("accepted: %d events, %d letters", len(recs), len(letters))
		}
	case http.StatusBadRequest:
		if recs := s.events(t); len(recs) != 0 || len(letters) != 2 || letters[0].ID != "large" || letters[0].Reason != event.TooLarge {
			t.Errorf("rejected: %d events, %d letters", len(recs), len(letters))
		}
	default:
		t.Errorf("status %s", response.Status)
	}
}

func testInbox(t *testing.T, s *stand) {
	good := event.Event{ID: "i-0", Source: "/crm", Type: "dev.weir.deal.won", Subject: "deal/D1", Time: 1_770_715_800_000}
	records := []event.Record{
		good.ToRecord("any key"),
		{Value: []byte("poison")},
		{Headers: []event.Header{{Key: "Content-Type", Value: []byte(structured)}}, Value: moved("i-2", onward, false)},
	}
	for partition := range 2 {
		if _, _, err := s.client.Append(t.Context(), s.inbox, partition, records); err != nil {
			t.Fatal(err)
		}
	}
	s.awaitCommitted(t, 3)
	if got := idsOf(t, s.events(t)); len(strings.Fields(got)) != 4 {
		t.Errorf("events %q", got)
	}
	letters := s.letters(t)
	if len(letters) != 2 || letters[0].Source != s.inbox || letters[0].Position.Offset != 1 || string(letters[0].Event) != "poison" {
		t.Errorf("letters %+v", letters)
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	more := good
	more.ID = "i-3"
	for partition := range 2 {
		if _, _, err := s.client.Append(t.Context(), s.inbox, partition, []event.Record{more.ToRecord("")}); err != nil {
			t.Fatal(err)
		}
	}
	s.start(t)
	s.awaitCommitted(t, 4)
	if recs := s.events(t); len(recs) != 6 || len(s.letters(t)) != 2 {
		t.Errorf("after a restart: events %q, %d letters", idsOf(t, recs), len(s.letters(t)))
	}
}

func testShutdown(t *testing.T, s *stand) {
	half, rest := io.Pipe()
	request := s.request(t)
	request.Header.Set("Content-Type", structured)
	request.Body = half
	answered := make(chan error, 1)
	go func() {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
			if response.StatusCode != http.StatusAccepted {
				err = fmt.Errorf("status %s", response.Status)
			}
		}
		answered <- err
	}()
	whole := moved("e-0", onward, false)
	if _, err := rest.Write(whole[:10]); err != nil { // returns once the client sends it
		t.Fatal(err)
	}
	s.post(t, http.StatusAccepted, structured, moved("e-1", onward, false)) // the first request has arrived by now
	stopped := make(chan error, 1)
	go func() { stopped <- s.stop() }()
	for refused := false; !refused; {
		conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.url, "http://"))
		if refused = err != nil; !refused {
			conn.Close()
		}
	}
	if _, err := rest.Write(whole[10:]); err != nil {
		t.Fatal(err)
	}
	if err := rest.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Error(err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	if got := idsOf(t, s.events(t)); got != "e-1 e-0" {
		t.Errorf("events %q", got)
	}
}

func testOps(t *testing.T, s *stand) {
	s.post(t, http.StatusAccepted, structured, moved("e-0", onward, false))
	s.post(t, http.StatusBadRequest, structured, moved("e-1", onward, true))
	for path, want := range map[string]string{
		"/healthz": "ok", "/readyz": "ok", "/metrics": `weir_events_rejected_total{reason="missing"} 1`,
	} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK || !strings.Contains(string(text), want) {
			t.Errorf("%s: %s, %v", path, response.Status, err)
		}
	}
}

func testHeaders(t *testing.T, s *stand) {
	request := s.request(t)
	request.Header.Set("Ce-Large", strings.Repeat("x", 128<<10))
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %s", response.Status)
	}
}
