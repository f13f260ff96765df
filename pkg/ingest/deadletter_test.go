package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/schemas"
)

func TestADeadLetterReadsBackAsItWasWritten(t *testing.T) {
	whole := DeadLetter{
		Reason: event.Invalid, Detail: "must be a day", Pointer: "/data/close_date", Tenant: "acme", ID: "e-1", Source: "weir.inbox.v1",
		ContentType: "application/json", Headers: []event.Header{{Key: "ce_id", Value: []byte("e-1")}, {Key: "ce_source", Value: []byte{0xff, 0}}},
		Event: []byte(`{"close_date":"soon"}`), Truncated: true, ReceivedAt: 1_770_715_800_123,
		Position: &RecordPosition{Topic: "weir.inbox.v1", Partition: 3, Offset: 12},
	}
	for name, letter := range map[string]DeadLetter{
		"all":           whole,
		"no event":      {Reason: event.Malformed, Tenant: "default", Source: HTTP},
		"bytes":         {Reason: event.Malformed, Source: HTTP, Event: []byte{0, 1, 0xff, 0xfe}},
		"controls":      {Reason: event.Malformed, Source: HTTP, Event: []byte("\x00\x01\x02\x03")},
		"markup":        {Reason: event.Malformed, Source: HTTP, Event: []byte("<b>&</b> \u2028 \U0001f600 some more of it, that is plain text as it should be")},
		"half a letter": {Reason: event.Malformed, Source: HTTP, Event: []byte("ö")[:1]},
	} {
		rec, err := letter.Record()
		if err != nil {
			t.Fatal(err)
		}
		if string(rec.Key) != letter.Tenant || len(rec.Headers) != 2 || rec.Headers[0].Key != "reason" || string(rec.Headers[0].Value) != string(letter.Reason) {
			t.Errorf("%s: record %q, headers %v", name, rec.Key, rec.Headers)
		}
		got, err := ReadDeadLetter(rec)
		if err != nil || !reflect.DeepEqual(got, letter) {
			t.Errorf("%s: read %+v, %v, want %+v", name, got, err, letter)
		}
	}
	rec, err := whole.Record()
	if err != nil {
		t.Fatal(err)
	}
	want := `{"reason":"invalid","detail":"must be a day","pointer":"/data/close_date","tenant":"acme","id":"e-1","source":"weir.inbox.v1",` +
		`"content_type":"application/json","headers":[{"name":"ce_id","value":"e-1"},{"name":"ce_source","value_base64":"/wA="}],` +
		`"event":"{\"close_date\":\"soon\"}","truncated":true,"received_at":"2026-02-10T09:30:00.123Z",` +
		`"position":{"topic":"weir.inbox.v1","partition":3,"offset":12}}`
	if string(rec.Value) != want {
		t.Errorf("value\n%s\nwant\n%s", rec.Value, want)
	}
}

// TestARecordOfATimeThatNoCalendarHasIsKept: one that could not be written would stop its inbox.
func TestARecordOfATimeThatNoCalendarHasIsKept(t *testing.T) {
	for at, want := range map[int64]int64{math.MinInt64: 0, -1: 0, lastMoment: lastMoment, lastMoment + 1: lastMoment, math.MaxInt64: lastMoment} {
		letter := letterOf("crm", 0, event.Record{Time: at, Value: []byte("poison")})
		letter.Reason = event.Malformed
		rec, err := letter.Record()
		if err != nil {
			t.Fatalf("%d: %v", at, err)
		}
		if got, err := ReadDeadLetter(rec); err != nil || got.ReceivedAt != want {
			t.Errorf("%d is read as %d, %v", at, got.ReceivedAt, err)
		}
	}
}

func TestADeadLetterIsWhatTheDescriptionSays(t *testing.T) {
	text, err := schemas.AsyncAPI()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("asyncapi.json", document); err != nil {
		t.Fatal(err)
	}
	schema := compiler.MustCompile("asyncapi.json#/components/schemas/DeadLetter")
	for name, letter := range map[string]DeadLetter{
		"all": {
			Reason: event.Conflict, Detail: "known with another body", Pointer: "/id", Tenant: "acme", ID: "e-1", Source: "weir.events.v1",
			ContentType: "application/json", Headers: []event.Header{{Key: "ce_id", Value: []byte("e-1")}, {Key: "ce_source", Value: []byte{0xff, 0}}},
			Event: []byte(`{}`), Truncated: true, ReceivedAt: 1_770_715_800_123, Position: &RecordPosition{Topic: "weir.events.v1", Partition: 3, Offset: 12},
		},
		"little": {Reason: event.Malformed, Tenant: "default", Source: HTTP, ReceivedAt: 1, Event: []byte{0, 1, 0xff}},
	} {
		rec, err := letter.Record()
		if err != nil {
			t.Fatal(err)
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(rec.Value))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for field := range value.(map[string]any) {
			if _, ok := schema.Properties[field]; !ok {
				t.Errorf("%s: %s is not described", name, field)
			}
		}
	}
}

func TestADeadLetterIsNeverMuchLargerThanItsEvent(t *testing.T) {
	for name, piece := range map[string]string{
		"quotes": `"`, "controls": "\x01", "markup": "<", "lines": "\u2028", "text": "a", "bytes": "\xff", "JSON": `{"a":"b"},`,
	} {
		text := []byte(strings.Repeat(piece, keptBytes/len(piece)))
		rec, err := DeadLetter{Reason: event.Malformed, Event: text}.Record()
		if err != nil {
			t.Fatal(err)
		}
		if most := keptBytes*4/3 + 1000; len(rec.Value) > most {
			t.Errorf("%s: %d bytes, more than %d", name, len(rec.Value), most)
		}
	}
}

func TestWhatIsNoDeadLetterIsNotReadAsOne(t *testing.T) {
	for _, value := range []string{"", "hello", "[]", "{}", `{"reason":7}`, `{"detail":"no reason"}`} {
		if letter, err := ReadDeadLetter(event.Record{Offset: 7, Value: []byte(value)}); !errors.Is(err, ErrDeadLetter) {
			t.Errorf("%q: %+v, %v", value, letter, err)
		}
	}
}

func TestALetterIsCutFromItsEnd(t *testing.T) {
	header := event.Header{Key: "ce_id", Value: []byte("12345")}
	size := headerOverhead + 10
	for _, test := range []struct {
		limit, headers, bytes int
		truncated             bool
	}{
		{2*size + 100, 2, 100, false},
		{2*size + 99, 2, 99, true},
		{2 * size, 2, 0, true},
		{2*size - 1, 1, 0, true},
		{size - 1, 0, 0, true},
		{0, 0, 0, true},
	} {
		letter := DeadLetter{Headers: []event.Header{header, header}, Event: bytes.Repeat([]byte("x"), 100)}
		letter.truncate(test.limit)
		if len(letter.Headers) != test.headers || len(letter.Event) != test.bytes || letter.Truncated != test.truncated {
			t.Errorf("cut to %d: %d headers, %d bytes, %v", test.limit, len(letter.Headers), len(letter.Event), letter.Truncated)
		}
	}
}

func TestARecordThatCannotBeFoldedIsRefusedWithItsPosition(t *testing.T) {
	e := newEdge(t, config.Default())
	good := event.Event{ID: "e-9", Source: "/crm", Type: "dev.weir.deal.won", Subject: "deal/D1", Time: 1, Data: []byte("{}")}
	rec := good.ToRecord("acme")
	rec.Offset, rec.Time = 41, 1_770_715_800_000
	rec.Headers = append(rec.Headers, event.Header{Key: "unrelated", Value: []byte("x")})
	why := &event.Refusal{Reason: event.Conflict, Detail: "another body"}
	if err := e.handler.gate.letters.Refuse(t.Context(), eventsTopic, 5, state.Refused{Record: rec, Err: fmt.Errorf("fold: %w", why)}); err != nil {
		t.Fatal(err)
	}
	strange := event.Record{Key: []byte("\xff" + strings.Repeat("k", 1000)), Offset: 42, Value: []byte{0xff}, Headers: []event.Header{
		{Key: "ce_id", Value: bytes.Repeat([]byte("i"), 4000)}, {Key: "Content-Type", Value: []byte("text/plain")},
	}}
	if err := e.handler.gate.letters.Refuse(t.Context(), eventsTopic, 5, state.Refused{Record: strange, Err: errors.New("the step panicked")}); err != nil {
		t.Fatal(err)
	}
	letters := e.letters(t)
	byOffset := map[int64]DeadLetter{}
	for _, letter := range letters {
		byOffset[letter.Position.Offset] = letter
	}
	first := byOffset[41]
	if first.Reason != event.Conflict || first.Detail != "another body" || first.Tenant != "acme" || first.ID != "e-9" || first.Source != eventsTopic ||
		first.ContentType != "application/json" || first.ReceivedAt != rec.Time || string(first.Event) != "{}" ||
		*first.Position != (RecordPosition{eventsTopic, 5, 41}) || len(first.Headers) != 6 {
		t.Errorf("letter %+v", first)
	}
	second := byOffset[42]
	if second.Reason != event.Malformed || second.Detail != "the step panicked" || second.ContentType != "text/plain" ||
		len(second.ID) != shownID || len(second.Tenant) != shownName-1 || !bytes.Equal(second.Event, []byte{0xff}) {
		t.Errorf("letter %+v", second)
	}
	e.log.fails[deadLetterTopic] = errDown
	if err := e.handler.gate.letters.Refuse(t.Context(), eventsTopic, 5, state.Refused{Record: rec, Err: why}); !errors.Is(err, errDown) {
		t.Errorf("refused without a letter: %v", err)
	}
}

func TestALetterThatTheTopicDoesNotTakeIsCut(t *testing.T) {
	e := newEdge(t, config.Default())
	e.log.limit = 10_000
	rec := event.Record{Key: []byte("acme"), Value: bytes.Repeat([]byte("x"), 1<<20)}
	if err := e.handler.gate.letters.Refuse(t.Context(), eventsTopic, 0, state.Refused{Record: rec, Err: errors.New("no")}); err != nil {
		t.Fatal(err)
	}
	if letters := e.letters(t); len(letters) != 1 || !letters[0].Truncated || len(letters[0].Event) != 8192 {
		t.Errorf("letters %d", len(letters))
	}
	e.log.limit = 10
	if err := e.handler.gate.letters.Refuse(t.Context(), eventsTopic, 0, state.Refused{Record: rec, Err: errors.New("no")}); !errors.Is(err, errTooLarge) {
		t.Errorf("a topic that takes nothing took it: %v", err)
	}
}

func TestLettersAreListedInTheirOrder(t *testing.T) {
	e := newEdge(t, config.Default())
	for i := range 3 {
		letter := DeadLetter{Reason: event.Malformed, Tenant: "acme", ID: fmt.Sprint("e-", i)}
		if err := e.handler.gate.letters.put(t.Context(), "default", []DeadLetter{letter}); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if _, _, err := e.log.Append(t.Context(), deadLetterTopic, 7, []event.Record{{Value: []byte("no letter")}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	list := func(first, end int64) (listed []string) {
		for kept, err := range ListDeadLetters(t.Context(), fakeReader{e.log, deadLetterTopic}, 7, first, end) {
			switch {
			case errors.Is(err, ErrDeadLetter):
				listed = append(listed, fmt.Sprintf("%d:none", kept.Offset))
			case err != nil:
				listed = append(listed, err.Error())
			default:
				listed = append(listed, fmt.Sprintf("%d:%s", kept.Offset, kept.Letter.ID))
			}
		}
		return listed
	}
	for _, test := range []struct {
		first, end int64
		want       string
	}{
		{0, 4, "0:e-0 1:none 2:e-1 3:e-2"},
		{1, 3, "1:none 2:e-1"},
		{2, 2, ""},
		{9, 12, engine.ErrOutOfRange.Error()},
	} {
		if got := strings.Join(list(test.first, test.end), " "); got != test.want {
			t.Errorf("list(%d, %d) = %q, want %q", test.first, test.end, got, test.want)
		}
	}
	for kept, err := range ListDeadLetters(t.Context(), fakeReader{e.log, deadLetterTopic}, 7, 0, 4) {
		if err != nil || kept.Offset != 0 {
			t.Errorf("first %+v, %v", kept, err)
		}
		break
	}
}
