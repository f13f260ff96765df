package event

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"reflect"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/binding/spec"
	cloudevents "github.com/cloudevents/sdk-go/v2/event"
	cehttp "github.com/cloudevents/sdk-go/v2/protocol/http"
	"github.com/cloudevents/sdk-go/v2/types"
)

// The CloudEvents SDK is the oracle: what it writes Weir reads, and what Weir writes it reads.

// sdkEvents are events as the SDK's users make them, with what Weir must make of them.
func sdkEvents(t *testing.T) (theirs []cloudevents.Event, ours []Event) {
	t.Helper()
	add := func(set func(*cloudevents.Event), want Event) {
		e := cloudevents.New()
		e.SetID(want.ID)
		e.SetSource(want.Source)
		e.SetType(want.Type)
		e.SetSubject(want.Subject)
		e.SetTime(time.UnixMilli(want.Time))
		if want.Data != nil {
			if err := e.SetData(cloudevents.ApplicationJSON, json.RawMessage(want.Data)); err != nil {
				t.Fatal(err)
			}
			want.DataContentType = cloudevents.ApplicationJSON
		}
		if set != nil {
			set(&e)
		}
		if err := e.Validate(); err != nil {
			t.Fatal(err)
		}
		theirs, ours = append(theirs, e), append(ours, want)
	}
	add(nil, Event{ID: "e-1", Source: "/crm/acme", Type: "dev.weir.deal.stage_changed", Subject: "deal/D4", Time: noon, Data: []byte(`{"to": "negotiation"}`)})
	add(nil, Event{ID: "e-2", Source: "https://crm.example/acme?x=1#y", Type: "dev.weir.deal.deleted", Subject: "deal/D4", Time: noon + 500, TimeText: "2026-02-10T12:00:00.5Z"})
	add(func(e *cloudevents.Event) {
		e.SetDataSchema("https://weir.dev/schemas/events/deal.won.schema.json")
		e.SetExtension("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
		e.SetExtension("sequence", "00017")
		e.SetExtension("recordedtime", time.UnixMilli(noon+1000))
		e.SetExtension("sampledrate", 30)
		e.SetExtension("redacted", true)
	}, Event{
		ID: "e-3", Source: "/crm/acme", Type: "dev.weir.deal.won", Subject: "deal/Grün", Time: noon, Sequence: "00017", RecordedTime: noon + 1000,
		Extensions: []Attribute{
			{"dataschema", "https://weir.dev/schemas/events/deal.won.schema.json"},
			{"redacted", "true"},
			{"sampledrate", "30"},
			{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
		},
		Data: []byte(`{"amount":"50000.00","note":"ünïcode"}`),
	})
	add(nil, Event{ID: "e-4", Source: "/crm/acme", Type: "dev.weir.not.ours", Subject: "deal/D4", Time: noon, Data: []byte(`{}`)})
	return theirs, ours
}

func same(t *testing.T, how string, got, want Event) {
	t.Helper()
	// The SDK compacts data that it embeds; nothing else may differ.
	if got.Data != nil {
		var compact bytes.Buffer
		if err := json.Compact(&compact, got.Data); err != nil {
			t.Fatal(err)
		}
		got.Data = compact.Bytes()
	}
	if want.Data != nil {
		var compact bytes.Buffer
		if err := json.Compact(&compact, want.Data); err != nil {
			t.Fatal(err)
		}
		want.Data = compact.Bytes()
	}
	if len(got.Extensions) == 0 && len(want.Extensions) == 0 {
		got.Extensions, want.Extensions = nil, nil
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\n got %+v\nwant %+v", how, got, want)
	}
}

func TestWeirReadsWhatTheSDKWritesAsStructuredMode(t *testing.T) {
	theirs, ours := sdkEvents(t)
	for i, e := range theirs {
		body, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseStructured(body)
		if err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		same(t, "structured over HTTP", got, ours[i])

		record := Record{Headers: []Header{{"content-type", []byte(cloudevents.ApplicationCloudEventsJSON)}}, Value: body}
		if err := FromRecord(&record, &got); err != nil {
			t.Fatal(err)
		}
		same(t, "structured in Kafka", got, ours[i])
	}
}

func TestWeirReadsWhatTheSDKWritesAsBatch(t *testing.T) {
	theirs, ours := sdkEvents(t)
	request, err := cehttp.NewHTTPRequestFromEvents(context.Background(), "http://weir.example/v1/events", theirs)
	if err != nil {
		t.Fatal(err)
	}
	if contentType := request.Header.Get("Content-Type"); ModeOf(contentType) != ModeBatch {
		t.Fatalf("%s is not seen as a batch", contentType)
	}
	body, err := io.ReadAll(request.Body)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := SplitBatch(body)
	if err != nil || len(parts) != len(ours) {
		t.Fatalf("%d parts, %v", len(parts), err)
	}
	for i, part := range parts {
		got, err := ParseStructured(part)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "batch", got, ours[i])
	}
}

func TestWeirReadsWhatTheSDKWritesAsBinaryModeOverHTTP(t *testing.T) {
	theirs, ours := sdkEvents(t)
	for i, e := range theirs {
		request, err := cehttp.NewHTTPRequestFromEvent(context.Background(), "http://weir.example/v1/events", e)
		if err != nil {
			t.Fatal(err)
		}
		var body []byte
		if request.Body != nil {
			if body, err = io.ReadAll(request.Body); err != nil {
				t.Fatal(err)
			}
		}
		got, err := FromHTTPHeaders(request.Header, body)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "binary over HTTP", got, ours[i])
	}
}

func TestWeirReadsWhatTheSDKWritesAsBinaryModeInKafka(t *testing.T) {
	theirs, ours := sdkEvents(t)
	var got Event // reused, as in the hot path
	for i, e := range theirs {
		var record Record
		if _, err := binding.Write(context.Background(), binding.ToMessage(&e), nil, (*recordWriter)(&record)); err != nil {
			t.Fatal(err)
		}
		if err := FromRecord(&record, &got); err != nil {
			t.Fatal(err)
		}
		same(t, "binary in Kafka", got, ours[i])
	}
}

func TestTheSDKReadsWhatWeirWritesToKafka(t *testing.T) {
	_, ours := sdkEvents(t)
	for _, e := range ours {
		record := e.ToRecord("acme")
		if string(record.Key) != "acme" {
			t.Errorf("the key is %q, not the tenant", record.Key)
		}
		theirs, err := binding.ToEvent(context.Background(), recordMessage(record))
		if err != nil {
			t.Fatal(err)
		}
		if err := theirs.Validate(); err != nil {
			t.Fatal(err)
		}
		got := Event{
			ID: theirs.ID(), Source: theirs.Source(), Type: theirs.Type(), Subject: theirs.Subject(), Time: theirs.Time().UnixMilli(), TimeText: e.TimeText,
			DataContentType: theirs.DataContentType(), Data: theirs.Data(),
		}
		extensions := maps.Clone(theirs.Extensions())
		if sequence, ok := extensions["sequence"]; ok {
			got.Sequence = sequence.(string)
		}
		if recorded, ok := extensions["recordedtime"]; ok {
			at, err := types.ToTime(recorded)
			if err != nil {
				t.Fatal(err)
			}
			got.RecordedTime = at.UnixMilli()
		}
		if theirs.DataSchema() != "" {
			extensions["dataschema"] = theirs.DataSchema()
		}
		for _, x := range e.Extensions {
			if value, ok := extensions[x.Name]; ok {
				got.Extensions = append(got.Extensions, Attribute{x.Name, value.(string)})
			}
		}
		same(t, "the SDK's reading", got, e)
	}
}

// The SDK has no binding for the Kafka client that Weir uses. recordWriter and recordMessage write and
// read records as its Sarama binding does, with the SDK's own names and formats of attributes.

const kafkaPrefix = "ce_"

var kafkaSpecs = spec.WithPrefix(kafkaPrefix)

type recordWriter Record

func (w *recordWriter) header(key string, value any) error {
	text, err := types.Format(value)
	w.Headers = append(w.Headers, Header{key, []byte(text)})
	return err
}

func (w *recordWriter) Start(context.Context) error { return nil }
func (w *recordWriter) End(context.Context) error   { return nil }

func (w *recordWriter) SetAttribute(attribute spec.Attribute, value any) error {
	if value == nil {
		return nil
	}
	if attribute.Kind() == spec.DataContentType {
		return w.header("content-type", value)
	}
	return w.header(kafkaPrefix+attribute.Name(), value)
}

func (w *recordWriter) SetExtension(name string, value any) error {
	return w.header(kafkaPrefix+name, value)
}

func (w *recordWriter) SetData(data io.Reader) (err error) {
	w.Value, err = io.ReadAll(data)
	return err
}

type recordMessage Record

func (m recordMessage) ReadEncoding() binding.Encoding { return binding.EncodingBinary }
func (m recordMessage) Finish(error) error             { return nil }

func (m recordMessage) ReadStructured(context.Context, binding.StructuredWriter) error {
	return binding.ErrNotStructured
}

func (m recordMessage) ReadBinary(_ context.Context, w binding.BinaryWriter) error {
	version := kafkaSpecs.Version("1.0")
	for _, h := range m.Headers {
		var err error
		switch attribute := version.Attribute(h.Key); {
		case h.Key == "content-type":
			err = w.SetAttribute(version.AttributeFromKind(spec.DataContentType), string(h.Value))
		case attribute != nil:
			err = w.SetAttribute(attribute, string(h.Value))
		default:
			err = w.SetExtension(h.Key[len(kafkaPrefix):], string(h.Value))
		}
		if err != nil {
			return err
		}
	}
	if m.Value == nil {
		return nil
	}
	return w.SetData(bytes.NewReader(m.Value))
}

func (m recordMessage) GetAttribute(kind spec.Kind) (spec.Attribute, any) {
	version := kafkaSpecs.Version("1.0")
	attribute := version.AttributeFromKind(kind)
	for _, h := range m.Headers {
		if h.Key == kafkaPrefix+attribute.Name() {
			return attribute, string(h.Value)
		}
	}
	return attribute, nil
}

func (m recordMessage) GetExtension(name string) any {
	for _, h := range m.Headers {
		if h.Key == kafkaPrefix+name {
			return string(h.Value)
		}
	}
	return nil
}
