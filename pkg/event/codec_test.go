package event

import (
	"encoding/base64"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// record is a Kafka record in binary mode with some headers beyond those that every event needs.
func record(value string, more ...Header) Record {
	r := Record{Headers: []Header{
		{"ce_specversion", []byte("1.0")},
		{"ce_id", []byte("e-1")},
		{"ce_source", []byte("/crm/acme")},
		{"ce_type", []byte("dev.weir.deal.stage_changed")},
		{"ce_subject", []byte("deal/D4")},
		{"ce_time", []byte("2026-02-10T12:00:00Z")},
		{"content-type", []byte("application/json")},
	}, Value: []byte(value)}
	r.Headers = append(r.Headers, more...)
	return r
}

func wantRefusal(t *testing.T, what string, err error, want string) {
	t.Helper()
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || string(refusal.Reason)+" "+refusal.Pointer != want {
		t.Errorf("%s: got %v, want %s", what, err, want)
	}
}

func TestARecordGoesThroughKafkaUnchanged(t *testing.T) {
	want := Event{
		ID: "e-1", Source: "/crm/acme", Type: "dev.weir.deal.won", Subject: "deal/Größe", Time: noon, TimeText: "2026-02-10T13:00:00.000000+01:00",
		Sequence: "0007", RecordedTime: noon + 1, DataContentType: "application/json",
		Extensions: []Attribute{{"causationid", "e-0"}, {"correlationid", "c-1"}, {"traceparent", "00-x-01"}}, Data: []byte(`{ "amount" : 1.0 }`),
	}
	r := want.ToRecord("acme")
	var got Event
	if err := FromRecord(&r, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
	if text := header(r, "ce_time"); text != want.TimeText {
		t.Errorf("time is written as %q", text)
	}
	if text := header(r, "ce_recordedtime"); text != "2026-02-10T12:00:00.001Z" {
		t.Errorf("recordedtime is written as %q", text)
	}
	if again := got.ToRecord("acme"); !reflect.DeepEqual(again, r) {
		t.Errorf("the second record is another: %+v", again)
	}
}

func header(r Record, key string) string {
	for _, h := range r.Headers {
		if h.Key == key {
			return string(h.Value)
		}
	}
	return ""
}

func TestARecordSaysThatItsDataIsJSONAlsoWhereStructuredModeImpliedIt(t *testing.T) {
	e, err := ParseStructured([]byte(`{"specversion":"1.0","id":"e","source":"/s","type":"dev.weir.deal.won","subject":"deal/D","time":"2026-02-10T12:00:00Z","data":{"amount":1}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := header(e.ToRecord("t"), "content-type"); got != "application/json" {
		t.Errorf("content-type is %q", got)
	}
	e.Data = nil
	if got := header(e.ToRecord("t"), "content-type"); got != "" {
		t.Errorf("content-type of no data is %q", got)
	}
}

func TestAnEventIsReusedWithoutLeavingsOfTheOneBefore(t *testing.T) {
	full := record(`{"to":"a"}`, Header{"ce_sequence", []byte("1")}, Header{"ce_recordedtime", []byte("2026-02-10T12:00:00.1Z")}, Header{"ce_b", []byte("2")}, Header{"ce_a", []byte("1")})
	var e, fresh Event
	if err := FromRecord(&full, &e); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(e.Extensions, []Attribute{{"a", "1"}, {"b", "2"}}) || e.RecordedText != "2026-02-10T12:00:00.1Z" {
		t.Errorf("got %+v", e)
	}
	bare := record("")
	if err := FromRecord(&bare, &e); err != nil {
		t.Fatal(err)
	}
	if err := FromRecord(&bare, &fresh); err != nil {
		t.Fatal(err)
	}
	e.Extensions = nil
	if fresh.Extensions = nil; !reflect.DeepEqual(e, fresh) || e.Data != nil {
		t.Errorf("reused %+v\nfresh %+v", e, fresh)
	}
	empty := Record{}
	wantRefusal(t, "no headers", FromRecord(&empty, &e), "missing /specversion")
	if e.ID != "" || e.Type != "" || e.Time != 0 {
		t.Errorf("leavings: %+v", e)
	}
}

func TestReadingARecordAgainCostsNoMemory(t *testing.T) {
	r := record(`{"to":"a"}`, Header{"ce_traceparent", []byte("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")})
	var e Event
	if n := testing.AllocsPerRun(100, func() {
		if err := FromRecord(&r, &e); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestRecordsThatAreNoCloudEventAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		r    Record
		want string
	}{
		"no attributes":             {Record{Value: []byte(`{"to":"a"}`)}, "missing /specversion"},
		"another specversion":       {Record{Headers: []Header{{"ce_specversion", []byte("0.3")}}}, "invalid /specversion"},
		"an attribute twice":        {record("", Header{"ce_id", []byte("e-2")}), "malformed /id"},
		"an extension twice":        {record("", Header{"ce_x", nil}, Header{"ce_y", nil}, Header{"ce_x", nil}), "malformed /x"},
		"an extension in capitals":  {record("", Header{"ce_Trace", nil}), "invalid /Trace"},
		"an attribute called data":  {record("", Header{"ce_data", nil}), "invalid /data"},
		"an attribute of no name":   {record("", Header{"ce_", nil}), "invalid /"},
		"a name that needs escapes": {record("", Header{"ce_a/~", nil}), "invalid /a~1~0"},
		"a time without a zone":     {Record{Headers: []Header{{"ce_specversion", []byte("1.0")}, {"ce_time", []byte("2026-02-10T12:00:00")}}}, "invalid /time"},
		"a batch":                   {Record{Headers: []Header{{"content-type", []byte("application/cloudevents-batch+json")}}, Value: []byte("[]")}, "malformed /datacontenttype"},
		"a format that is not JSON": {Record{Headers: []Header{{"content-type", []byte("application/cloudevents+avro")}}}, "malformed /datacontenttype"},
		"structured, but empty":     {Record{Headers: []Header{{"Content-Type", []byte("application/cloudevents+json; charset=UTF-8")}}}, "malformed "},
	} {
		var e Event
		wantRefusal(t, name, FromRecord(&c.r, &e), c.want)
	}
}

func TestARefusedEventStillHasItsID(t *testing.T) {
	e, err := ParseStructured([]byte(`{"specversion":"1.0","time":"yesterday","source":7,"id":"e-1"}`))
	wantRefusal(t, "a bad time", err, "invalid /time")
	if e.ID != "e-1" {
		t.Errorf("its id is %q", e.ID)
	}
}

func TestStructuredModeKeepsTheBytesOfTheData(t *testing.T) {
	data := "{ \"to\" :\t\"a\",\n\"n\": 1.500 }"
	body := []byte(` { "data" : ` + data + ` ,"specversion":"1.0","id":"\u0065-1","extra":null,"flag":true,"count":-7}`)
	e, err := ParseStructured(body)
	if err != nil {
		t.Fatal(err)
	}
	if string(e.Data) != data || e.ID != "e-1" || !reflect.DeepEqual(e.Extensions, []Attribute{{"count", "-7"}, {"flag", "true"}}) {
		t.Errorf("got %+v, data %s", e, e.Data)
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(data))
	if e, err = ParseStructured([]byte(`{"specversion":"1.0","data_base64":"` + encoded + `"}`)); err != nil || string(e.Data) != data {
		t.Errorf("from base64: %s, %v", e.Data, err)
	}
	if e, err = ParseStructured([]byte(`{"specversion":"1.0","data":null}`)); err != nil || e.Data != nil {
		t.Errorf("null data: %s, %v", e.Data, err)
	}
}

func TestBodiesBeyondTheLimitsAreRefused(t *testing.T) {
	_, err := ParseStructured([]byte("{" + strings.Repeat(" ", MaxEventBytes) + "}"))
	wantRefusal(t, "a large event", err, "too_large ")
	_, err = SplitBatch([]byte("[" + strings.Repeat(" ", MaxBatchBytes) + "]"))
	wantRefusal(t, "a large batch", err, "too_large ")
	_, err = SplitBatch([]byte("[" + strings.Repeat("{},", MaxBatchEvents) + "{}]"))
	wantRefusal(t, "a batch of 1001", err, "too_large ")
	if parts, err := SplitBatch([]byte("[" + strings.Repeat("{},", MaxBatchEvents-1) + "{}]")); err != nil || len(parts) != MaxBatchEvents {
		t.Errorf("a batch of 1000: %d, %v", len(parts), err)
	}
}

func TestOneBadEventOfABatchLeavesTheOthers(t *testing.T) {
	parts, err := SplitBatch([]byte("[ {\"id\":\"1\"}, 7 ,{\"id\":\"2\",\"id\":\"3\"},{\"id\":\"\xff\"}\n,{\"id\":\"4\"}]"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, part := range parts {
		got = append(got, string(part))
	}
	if want := []string{`{"id":"1"}`, "7", `{"id":"2","id":"3"}`, "{\"id\":\"\xff\"}", `{"id":"4"}`}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
	if parts, err = SplitBatch([]byte(" [ ] ")); err != nil || len(parts) != 0 {
		t.Errorf("an empty batch: %q, %v", parts, err)
	}
}

func TestHeadersAreDecodedAsTheHTTPBindingSays(t *testing.T) {
	for value, want := range map[string]string{
		"plain": "plain", " padded\t": "padded", "Euro%20%E2%82%AC%20%F0%9F%98%80": "Euro € 😀", "100%25": "100%", "100%": "100%", "50%zz": "50%zz", "%4": "%4",
		`"a \"quoted\" %41"`: `a "quoted" A`, `"`: `"`, `""`: "", "%2541": "%41",
	} {
		if got := string(headerText(value)); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}

func TestHeadersOfOtherKindsAreNoAttributes(t *testing.T) {
	e, err := FromHTTPHeaders(map[string][]string{
		"Ce-Specversion": {"1.0"}, "CE-ID": {"e-1"}, "ce-traceparent": {"inner"}, "Traceparent": {"outer"}, "Authorization": {"secret"}, "Ce-Empty": {},
		"Content-Type": {"application/json"}, "Content-Length": {"2"},
	}, []byte("{}"))
	if err != nil || e.ID != "e-1" || !reflect.DeepEqual(e.Extensions, []Attribute{{"traceparent", "inner"}}) || e.DataContentType != "application/json" || string(e.Data) != "{}" {
		t.Errorf("got %+v, %v", e, err)
	}
	_, err = FromHTTPHeaders(map[string][]string{"Ce-Specversion": {"1.0"}, "Ce-Id": {"1", "2"}}, nil)
	wantRefusal(t, "a header twice", err, "malformed /id")
}

func TestContentTypesTellTheMode(t *testing.T) {
	for contentType, want := range map[string]Mode{
		"": ModeBinary, "application/json": ModeBinary, "application/cloudevents+json": ModeStructured, "Application/CloudEvents+JSON ; charset=utf-8": ModeStructured,
		"application/cloudevents-batch+json;charset=utf-8": ModeBatch, "application/cloudevents+xml": ModeUnknown, "application/cloudevents": ModeUnknown, "text/plain": ModeBinary,
	} {
		if got := ModeOf(contentType); got != want {
			t.Errorf("%q: got %d, want %d", contentType, got, want)
		}
	}
}
