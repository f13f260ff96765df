package event

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// mustRefuse fails where an error is no refusal, or a refusal without its parts.
func mustRefuse(t *testing.T, err error) {
	t.Helper()
	if refusal, ok := errors.AsType[*Refusal](err); err != nil && (!ok || refusal.Reason == "" || refusal.Detail == "") {
		t.Errorf("%v is no refusal", err)
	}
}

func FuzzParseStructured(f *testing.F) {
	for _, m := range malformedCases(f) {
		if ModeOf(m.ContentType) == ModeStructured {
			f.Add([]byte(m.Body))
		}
	}
	f.Add([]byte(`{"specversion":"1.0","id":"e","source":"/s","type":"dev.weir.deal.won","subject":"deal/D","time":"2026-02-10T12:00:00.12+01:00","x":1,"data":{"amount":1}}`))
	f.Add([]byte(`{"":"","data_base64":0}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := ParseStructured(body)
		mustRefuse(t, err)
		if err != nil {
			return
		}
		if e.Data != nil && !bytes.Contains(body, []byte("data_base64")) && !bytes.Contains(body, e.Data) {
			t.Errorf("data %q is not of the body", e.Data)
		}
		if _, err = e.Validate(noon, "EUR"); err != nil {
			mustRefuse(t, err)
			return
		}
		r := e.ToRecord("t")
		var again Event
		if err := FromRecord(&r, &again); err != nil {
			t.Fatalf("a valid event is no record: %v", err)
		}
		if e.DataContentType == "" {
			e.DataContentType = again.DataContentType // structured mode implies what binary mode says
		}
		if len(e.Extensions) == 0 {
			e.Extensions, again.Extensions = nil, nil
		}
		if !reflect.DeepEqual(e, again) {
			t.Errorf("through Kafka\n %+v became\n %+v", e, again)
		}
	})
}

func FuzzSplitBatch(f *testing.F) {
	f.Add([]byte(`[{"id":"1"},7,{"id":"2"}]`))
	f.Add([]byte(" [ ] "))
	f.Add([]byte(`[{"a":[1,{"b":"]"}]},`))
	f.Fuzz(func(t *testing.T, body []byte) {
		parts, err := SplitBatch(body)
		mustRefuse(t, err)
		at := 0
		for _, part := range parts {
			next := bytes.Index(body[at:], part)
			if next < 0 || len(part) == 0 {
				t.Fatalf("part %q does not follow in %q", part, body)
			}
			at += next + len(part)
		}
		if err == nil && !jsontext.Value(body).IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
			t.Errorf("%q was split", body)
		}
	})
}

func FuzzFromRecord(f *testing.F) {
	f.Add("id", "e-1", "time", "2026-02-10T12:00:00Z", "application/json", []byte(`{"to":"a"}`))
	f.Add("traceparent", "x", "b", "", "application/cloudevents+json", []byte(`{"specversion":"1.0"}`))
	f.Add("a/b", "x", "data", "\xff", "application/cloudevents-batch+json", []byte(nil))
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2, contentType string, value []byte) {
		r := Record{Headers: []Header{
			{"ce_specversion", []byte("1.0")}, {"ce_" + name1, []byte(value1)}, {"ce_" + name2, []byte(value2)}, {"content-type", []byte(contentType)},
		}, Value: value}
		dirty := eventOf(KindDealWon, `{"amount":1}`)
		dirty.Extensions = []Attribute{{"left", "over"}, {"x", "y"}}
		var fresh Event
		err1, err2 := FromRecord(&r, &fresh), FromRecord(&r, &dirty)
		mustRefuse(t, err1)
		if len(fresh.Extensions) == 0 && len(dirty.Extensions) == 0 {
			fresh.Extensions, dirty.Extensions = nil, nil
		}
		if fmt.Sprint(err1) != fmt.Sprint(err2) || !reflect.DeepEqual(fresh, dirty) {
			t.Errorf("fresh %+v, %v\nreused %+v, %v", fresh, err1, dirty, err2)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, k := range Kinds() {
		for _, data := range samples[k].examples {
			f.Add(byte(k), []byte(data))
		}
	}
	f.Add(byte(KindDealUpdated), []byte(`{"amount":null,"owner":"\u0061","x":[{}],"amount":1}`))
	f.Add(byte(KindDealUpdated), []byte(`{"amount":-0.0,"probability":1e3,"term_months":1.0,"owner":""}`))
	f.Fuzz(func(t *testing.T, k byte, data []byte) {
		kind := Kind(k)
		payload, err := Decode(kind, data)
		mustRefuse(t, err)
		if (payload == nil) != (err != nil) {
			t.Errorf("%v and %v", payload, err)
		}
		if kind.String() == "" {
			return
		}
		comparePlain(t, kind, data)
		e := eventOf(kind, string(data))
		_, err = e.Validate(noon, "EUR")
		mustRefuse(t, err)
	})
}

func FuzzInstant(f *testing.F) {
	for _, text := range []string{"2026-02-10T09:30:00Z", "2026-02-10T09:30:00.123456+05:30", "2024-02-29t23:59:59-12:00", "2026-02-30T09:30:00Z"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseInstant(text)
		if err != nil {
			return
		}
		upper := bytes.ToUpper([]byte(text))
		want, err := time.Parse(time.RFC3339Nano, string(upper))
		if err != nil || want.UnixMilli() != int64(got) {
			t.Errorf("%q: got %d, the standard library %v, %v", text, got, want, err)
		}
		if again, err := ParseInstant(FormatInstant(int64(got))); err != nil || again != got {
			t.Errorf("%q: %d comes back as %d, %v", text, got, again, err)
		}
		if form := FormatInstant(int64(got)); ownForm([]byte(text), int64(got)) != (form == text) {
			t.Errorf("%q is taken for %q", text, form)
		}
	})
}

func FuzzFromHTTPHeaders(f *testing.F) {
	f.Add("Ce-Subject", `"deal/D4 100%"`, "Content-Type", "application/json", []byte(`{"to":"a"}`))
	f.Add("Ce-Subject", `deal/%E2%82%ac%2`, "Ce-X", `"a\"b\\`, []byte(nil))
	f.Add("Ce-Time", "2026-02-10T12:00:00.123+01:00", "ce-time", "2026-02-10T12:00:00Z", []byte(`{}`))
	f.Fuzz(func(t *testing.T, name1, value1, name2, value2 string, body []byte) {
		headers := map[string][]string{
			"Ce-Specversion": {"1.0"}, "Ce-Id": {"e-1"}, "Ce-Source": {"/s"}, "Ce-Type": {"dev.weir.deal.won"}, "Ce-Subject": {"deal/D4"},
			"Ce-Time": {"2026-02-10T09:30:00Z"},
		}
		headers[name1] = append(headers[name1], value1)
		headers[name2] = append(headers[name2], value2)
		e, err := FromHTTPHeaders(headers, body)
		mustRefuse(t, err)
		if err != nil {
			return
		}
		if _, err := e.Validate(noon, "EUR"); err != nil {
			mustRefuse(t, err)
			return
		}
		again, err := FromHTTPHeaders(escaped(&e), e.Data)
		if err != nil {
			t.Fatalf("a valid event is none in headers: %v", err)
		}
		if e.DataContentType == "" { // what has data, and does not say what it is, is JSON in a record
			e.DataContentType = again.DataContentType
		}
		if !reflect.DeepEqual(e, again) {
			t.Errorf("through headers\n %+v became\n %+v", e, again)
		}
	})
}

// escaped is an event's headers as the HTTP binding writes them.
func escaped(e *Event) map[string][]string {
	headers := map[string][]string{}
	for _, h := range e.ToRecord("t").Headers {
		var text strings.Builder
		for _, b := range h.Value {
			if b <= ' ' || b >= 0x7f || b == '"' || b == '%' {
				fmt.Fprintf(&text, "%%%02X", b)
			} else {
				text.WriteByte(b)
			}
		}
		headers[strings.Replace(h.Key, "ce_", "Ce-", 1)] = []string{text.String()}
	}
	return headers
}

func FuzzTickOf(f *testing.F) {
	tick := Tick(3, 500_000*Hour)
	for _, h := range tick.Headers {
		f.Add(h.Key, h.Value, []byte(nil), tick.Value)
	}
	f.Add("ce_time", []byte("2026-02-10T09:30:00Z"), []byte("acme"), []byte("{}"))
	f.Fuzz(func(t *testing.T, name string, value, key, data []byte) {
		changed := Record{Key: key, Value: data, Headers: []Header{{name, value}}}
		for _, h := range tick.Headers {
			if h.Key != name {
				changed.Headers = append(changed.Headers, h)
			}
		}
		hour, ok := TickOf(&changed)
		if !ok {
			return
		}
		if again, ok := TickOf(new(Tick(3, hour))); !ok || again != hour || hour%Hour != 0 || len(key) > 0 {
			t.Errorf("the tick of %d with the key %q is that of %d, %v", hour, key, again, ok)
		}
	})
}
