package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

func TestEachModeReachesTheLogAsItCame(t *testing.T) {
	data := `{ "to" : "negotiation" }`
	whole := strings.Replace(moved("e-17"), `{"to":"negotiation"}`, data, 1)
	for _, test := range []struct {
		name, contentType, body string
		headers                 []string
	}{
		{"structured", structured, whole, nil},
		{"structured, with parameters", "Application/CloudEvents+JSON; charset=utf-8", whole, nil},
		{"batched", batched, "[" + whole + "]", nil},
		{"batched, with parameters", batched + ";charset=UTF-8", "[" + whole + "]", nil},
		{"binary", "application/json", data, []string{
			"ce-specversion", "1.0", "ce-id", "e-17", "ce-source", "/crm/acme", "ce-type", "dev.weir.deal.stage_changed",
			"ce-subject", "deal/D4", "ce-time", "2026-02-10T09:30:00Z",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEdge(t, config.Default())
			got := e.post(test.contentType, test.body, test.headers...)
			wantStatus(t, got, http.StatusAccepted)
			wantBody(t, got, `{"accepted":1,"rejected":0,"position":"test-log.7.0","results":[{"index":0,"id":"e-17","status":"accepted"}]}`)
			recs := e.log.all(eventsTopic)
			if len(recs) != 1 || string(recs[0].Key) != "default" || string(recs[0].Value) != data {
				t.Fatalf("records %+v", recs)
			}
			want := map[string]string{
				"ce_specversion": "1.0", "ce_id": "e-17", "ce_source": "/crm/acme", "ce_type": "dev.weir.deal.stage_changed",
				"ce_subject": "deal/D4", "ce_time": "2026-02-10T09:30:00Z", "content-type": "application/json",
			}
			headers := map[string]string{}
			for _, h := range recs[0].Headers {
				headers[h.Key] = string(h.Value)
			}
			if !maps.Equal(headers, want) {
				t.Errorf("headers %v, want %v", headers, want)
			}
		})
	}
}

func TestEachEventOfABatchIsJudgedByItself(t *testing.T) {
	e := newEdge(t, config.Default())
	got := e.post(batched, "["+moved("e-1")+","+timeless("e-2")+",7,"+moved("e-4")+"]")
	wantStatus(t, got, http.StatusAccepted)
	wantBody(t, got, `{"accepted":2,"rejected":2,"position":"test-log.7.1","results":[
		{"index":0,"id":"e-1","status":"accepted"},
		{"index":1,"id":"e-2","status":"rejected","reason":"missing","pointer":"/time"},
		{"index":2,"id":"","status":"rejected","reason":"malformed"},
		{"index":3,"id":"e-4","status":"accepted"}]}`)
	letters := e.letters(t)
	if len(e.log.all(eventsTopic)) != 2 || len(letters) != 2 {
		t.Fatalf("%d events, %d dead letters", len(e.log.all(eventsTopic)), len(letters))
	}
	first := letters[0]
	if first.ID != "e-2" || first.Reason != event.Missing || first.Pointer != "/time" || string(first.Event) != timeless("e-2") ||
		first.Source != HTTP || first.ContentType != structured || first.Tenant != "default" || first.ReceivedAt != noon.UnixMilli() {
		t.Errorf("letter %+v", first)
	}
	if want := map[string]int{"accepted": 2, "missing": 1, "malformed": 1}; !maps.Equal(e.counted(t), want) {
		t.Errorf("counted %v, want %v", e.counted(t), want)
	}
}

func TestWhenAllIsRefusedTheAnswerIs400(t *testing.T) {
	e := newEdge(t, config.Default())
	got := e.post(structured, timeless("e-1"))
	wantStatus(t, got, http.StatusBadRequest)
	wantBody(t, got, `{"accepted":0,"rejected":1,"results":[
		{"index":0,"id":"e-1","status":"rejected","reason":"missing","pointer":"/time"}]}`)
}

func TestABatchWithoutEventsIsAccepted(t *testing.T) {
	e := newEdge(t, config.Default())
	got := e.post(batched, " [ ] ")
	wantStatus(t, got, http.StatusAccepted)
	wantBody(t, got, `{"accepted":0,"rejected":0,"results":[]}`)
}

func TestABatchThatCannotBeReadIsOneDeadLetter(t *testing.T) {
	e := newEdge(t, config.Default())
	wantProblem(t, e.post(batched, `[{"id":"e-1"`), http.StatusBadRequest, "malformed")
	letters := e.letters(t)
	if len(letters) != 1 || letters[0].Reason != event.Malformed || string(letters[0].Event) != `[{"id":"e-1"` || letters[0].ContentType != batched {
		t.Errorf("letters %+v", letters)
	}
	e.log.fails[deadLetterTopic] = errDown
	got := e.post(batched, `[`)
	wantProblem(t, got, http.StatusServiceUnavailable, "unavailable")
	if got.Header().Get("Retry-After") != "1" {
		t.Errorf("headers %v", got.Header())
	}
}

func TestWhatIsNotAcknowledgedIsToldOf(t *testing.T) {
	mixed := "[" + moved("e-1") + "," + timeless("e-2") + "]"
	rejected := `{"index":1,"id":"e-2","status":"rejected","reason":"missing","pointer":"/time"}`
	for _, test := range []struct {
		name, body, want string
		fails            []string
		counted          map[string]int
	}{
		{
			"events", mixed, `{"accepted":0,"rejected":1,"results":[{"index":0,"id":"e-1","status":"unknown"},` + rejected + `]}`,
			[]string{eventsTopic},
			map[string]int{"accepted": 0, "missing": 1},
		},
		{
			"dead letters", mixed, `{"accepted":1,"rejected":1,"position":"test-log.7.0","results":[{"index":0,"id":"e-1","status":"accepted"},` + rejected + `]}`,
			[]string{deadLetterTopic},
			map[string]int{"accepted": 1},
		},
		{
			"neither", mixed, `{"accepted":0,"rejected":1,"results":[{"index":0,"id":"e-1","status":"unknown"},` + rejected + `]}`,
			[]string{eventsTopic, deadLetterTopic},
			map[string]int{"accepted": 0},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := newEdge(t, config.Default())
			for _, topic := range test.fails {
				e.log.fails[topic] = fmt.Errorf("append: %w", errDown)
			}
			got := e.post(batched, test.body)
			wantStatus(t, got, http.StatusServiceUnavailable)
			wantBody(t, got, test.want)
			if got.Header().Get("Retry-After") != "1" {
				t.Errorf("headers %v", got.Header())
			}
			if !maps.Equal(e.counted(t), test.counted) {
				t.Errorf("counted %v, want %v", e.counted(t), test.counted)
			}
		})
	}
}

func TestAnEventThatTheTopicDoesNotTakeIsRefusedAlone(t *testing.T) {
	e := newEdge(t, config.Default())
	e.log.limit = 2000
	large := strings.Replace(moved("large"), `{"to":"negotiation"}`, `{"to":"negotiation","note":"`+strings.Repeat("x", 3000)+`"}`, 1)
	got := e.post(batched, "["+moved("e-0")+","+moved("e-1")+","+large+","+moved("e-3")+","+timeless("e-4")+"]")
	wantStatus(t, got, http.StatusAccepted)
	wantBody(t, got, `{"accepted":3,"rejected":2,"position":"test-log.7.2","results":[
		{"index":0,"id":"e-0","status":"accepted"},
		{"index":1,"id":"e-1","status":"accepted"},
		{"index":2,"id":"large","status":"rejected","reason":"too_large"},
		{"index":3,"id":"e-3","status":"accepted"},
		{"index":4,"id":"e-4","status":"rejected","reason":"missing","pointer":"/time"}]}`)
	letters := e.letters(t)
	if len(letters) != 2 {
		t.Fatalf("letters %+v", letters)
	}
	cut := letters[1]
	if cut.ID != "large" || !cut.Truncated || len(cut.Event) == 0 || !strings.HasPrefix(large, string(cut.Event)) {
		t.Errorf("letter %+v", cut)
	}
}

func TestAnEventThatBreaksTheReaderIsRefused(t *testing.T) {
	e := newEdge(t, config.Default())
	in := e.handler.open("default", 2)
	keep := func() DeadLetter { return DeadLetter{Source: HTTP, Event: []byte("poison")} }
	in.add(func(*event.Event) error { panic("poison") }, keep)
	in.addStructured(structured, []byte(moved("e-2")))
	if _, err := in.write(t.Context()); err != nil {
		t.Fatal(err)
	}
	if in.results[0].Status != Rejected || in.results[0].Reason != event.Malformed || in.results[1].Status != Accepted {
		t.Errorf("results %+v", in.results)
	}
	if letters := e.letters(t); len(letters) != 1 || string(letters[0].Event) != "poison" {
		t.Errorf("letters %+v", letters)
	}
}

// sized is an event in structured mode of so many bytes.
func sized(id string, bytes int) string {
	whole := strings.Replace(moved(id), `{"to":"negotiation"}`, `{"to":"negotiation","note":""}`, 1)
	return strings.Replace(whole, `"note":""`, `"note":"`+strings.Repeat("x", bytes-len(whole))+`"`, 1)
}

func TestWhatIsTooLargeIsRefusedWhole(t *testing.T) {
	many := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(moved("e-1")+",", n), ",") + "]"
	}
	wide := func(bytes int) string {
		piece := sized("e-1", 1<<20)
		whole := "[" + piece + "," + piece + "," + piece + ","
		return whole + sized("e-4", bytes-len(whole)-1) + "]"
	}
	for _, test := range []struct {
		name, contentType, body string
		status                  int
	}{
		{"an event of a mebibyte", structured, sized("e-1", 1<<20), http.StatusAccepted},
		{"an event of a mebibyte and a byte", structured, sized("e-1", 1<<20+1), http.StatusRequestEntityTooLarge},
		{"a batch of four mebibytes", batched, wide(4 << 20), http.StatusAccepted},
		{"a batch of four mebibytes and a byte", batched, wide(4<<20 + 1), http.StatusRequestEntityTooLarge},
		{"a batch of a thousand events", batched, many(1000), http.StatusAccepted},
		{"a batch of a thousand events and one", batched, many(1001), http.StatusRequestEntityTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, way := range []struct {
				name    string
				request func() *http.Request
			}{
				{"of known length", func() *http.Request {
					return httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(test.body))
				}},
				{"in chunks", func() *http.Request {
					return httptest.NewRequest(http.MethodPost, "/v1/events", iotest.HalfReader(strings.NewReader(test.body)))
				}},
				{"packed", func() *http.Request {
					request := httptest.NewRequest(http.MethodPost, "/v1/events", bytes.NewReader(packed(t, test.body)))
					request.Header.Set("Content-Encoding", "gzip")
					return request
				}},
			} {
				e := newEdge(t, config.Default())
				request := way.request()
				request.Header.Set("Content-Type", test.contentType)
				got := e.do(request)
				if test.status != http.StatusAccepted {
					wantProblem(t, got, test.status, "too-large")
					if n := len(e.log.all(eventsTopic)) + len(e.log.all(deadLetterTopic)); n > 0 {
						t.Errorf("%s: %d records written", way.name, n)
					}
				} else if got.Code != test.status {
					t.Errorf("%s: status %d, want %d: %.300s", way.name, got.Code, test.status, got.Body)
				}
			}
		})
	}
}

func packed(t testing.TB, body string) []byte {
	t.Helper()
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	if _, err := writer.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAnEventOfABatchThatIsTooLargeIsRefusedByItself(t *testing.T) {
	e := newEdge(t, config.Default())
	large := sized("large", 1<<20+1)
	got := e.post(batched, "["+moved("e-1")+","+large+"]")
	wantStatus(t, got, http.StatusAccepted)
	letters := e.letters(t)
	if len(letters) != 1 || letters[0].Reason != event.TooLarge || !letters[0].Truncated || string(letters[0].Event) != large[:1<<20] {
		t.Fatalf("%d letters", len(letters))
	}
	if len(e.log.all(eventsTopic)) != 1 {
		t.Error("the other event is not in the log")
	}
}

func TestABodyThatCannotBeUnpackedOrReadIsAProblem(t *testing.T) {
	e := newEdge(t, config.Default())
	wantProblem(t, e.post(structured, moved("e-1"), "Content-Encoding", "gzip"), http.StatusBadRequest, "body")
	cut := packed(t, moved("e-1"))
	wantProblem(t, e.post(structured, string(cut[:len(cut)-6]), "Content-Encoding", "gzip"), http.StatusBadRequest, "body")
	got := e.post(structured, moved("e-1"), "Content-Encoding", "br")
	wantProblem(t, got, http.StatusUnsupportedMediaType, "media-type")
	if got.Header().Get("Accept-Encoding") != "gzip" {
		t.Errorf("headers %v", got.Header())
	}
	request := httptest.NewRequest(http.MethodPost, "/v1/events", iotest.ErrReader(errors.New("cut")))
	request.Header.Set("Content-Type", structured)
	wantProblem(t, e.do(request), http.StatusBadRequest, "body")
	if n := len(e.log.all(eventsTopic)) + len(e.log.all(deadLetterTopic)); n > 0 {
		t.Errorf("%d records written", n)
	}
}

func TestWhatIsNoEventIsNotTaken(t *testing.T) {
	e := newEdge(t, config.Default())
	for _, contentType := range []string{"", "text/csv", "application/x-ndjson", "application/cloudevents+avro", "application/cloudevents-batch+xml"} {
		wantProblem(t, e.post(contentType, moved("e-1")), http.StatusUnsupportedMediaType, "media-type")
	}
	for _, method := range []string{http.MethodGet, http.MethodPut, http.MethodDelete} {
		got := e.do(httptest.NewRequest(method, "/v1/events", nil))
		wantProblem(t, got, http.StatusMethodNotAllowed, "method")
		if got.Header().Get("Allow") != "OPTIONS, POST" {
			t.Errorf("headers %v", got.Header())
		}
	}
	wantProblem(t, e.do(httptest.NewRequest(http.MethodPost, "/v1/event", nil)), http.StatusNotFound, "not-found")
	request := httptest.NewRequest(http.MethodPost, "/v1/events", strings.NewReader(moved("e-1")))
	request.Header.Set("Content-Type", structured)
	for i := range maxHeaders {
		request.Header.Add("X-Line", fmt.Sprint(i))
	}
	wantProblem(t, e.do(request), http.StatusRequestHeaderFieldsTooLarge, "headers")
}

func TestARequestThatEndsTakesNothingWithIt(t *testing.T) {
	e := newEdge(t, config.Default())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/v1/events", strings.NewReader(moved("e-1")))
	request.Header.Set("Content-Type", structured)
	if got := e.do(request); got.Code != http.StatusServiceUnavailable {
		t.Errorf("status %d", got.Code)
	}
	wantStatus(t, e.post(structured, moved("e-2")), http.StatusAccepted)
}
