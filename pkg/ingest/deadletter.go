package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"weir.dev/weir/pkg/event"
)

// ErrDeadLetter is returned for a record that is not a dead letter.
var ErrDeadLetter = errors.New("not a dead letter")

// HTTP is the Source of what was posted.
const HTTP = "http"

// keptBytes is how much of a refused event is kept: of its headers and its bytes together.
const keptBytes = event.MaxEventBytes

// How much is shown of texts that whoever sends an event chooses, in bytes.
const (
	shownID      = 256
	shownName    = 256
	shownPointer = 512
	shownDetail  = 1024
)

// lastMoment is the end of the year 9999, in milliseconds since 1970: JSON has no later time.
const lastMoment = 253_402_300_799_999

// headerOverhead is what a header takes in a letter beside its name and value.
const headerOverhead = 32

// DeadLetter is an event that was refused, and why.
type DeadLetter struct {
	Reason      event.Reason
	Detail      string // the rule that is broken
	Pointer     string // JSON pointer to where; empty for the whole
	Tenant      string
	ID          string // of the event, empty where it could not be read
	Source      string // HTTP, or the topic that it was read from
	ContentType string
	Headers     []event.Header // the attributes in binary mode, as they came
	Event       []byte         // the body or the value, as it came
	Truncated   bool           // Headers and Event are not the whole
	ReceivedAt  int64          // milliseconds since 1970
	Position    *RecordPosition
}

// RecordPosition is where a refused record lies.
type RecordPosition struct {
	Topic     string `json:"topic"`
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
}

// letterJSON is a DeadLetter as it is written.
type letterJSON struct {
	Reason      event.Reason    `json:"reason"`
	Detail      string          `json:"detail"`
	Pointer     string          `json:"pointer,omitempty"`
	Tenant      string          `json:"tenant"`
	ID          string          `json:"id,omitempty"`
	Source      string          `json:"source"`
	ContentType string          `json:"content_type,omitempty"`
	Headers     []headerJSON    `json:"headers,omitempty"`
	Event       string          `json:"event,omitempty"`
	EventBase64 []byte          `json:"event_base64,omitempty"`
	Truncated   bool            `json:"truncated,omitempty"`
	ReceivedAt  time.Time       `json:"received_at"`
	Position    *RecordPosition `json:"position,omitempty"`
}

type headerJSON struct {
	Name        string `json:"name"`
	Value       string `json:"value,omitempty"`
	ValueBase64 []byte `json:"value_base64,omitempty"`
}

// MarshalJSON writes the form that the package describes.
func (d DeadLetter) MarshalJSON() ([]byte, error) {
	out := letterJSON{
		Reason: d.Reason, Detail: d.Detail, Pointer: d.Pointer, Tenant: d.Tenant, ID: d.ID, Source: d.Source,
		ContentType: d.ContentType, Truncated: d.Truncated, Position: d.Position,
		// A topic of others holds whatever time its producers made up.
		ReceivedAt: time.UnixMilli(min(max(d.ReceivedAt, 0), lastMoment)).UTC(),
	}
	for _, h := range d.Headers {
		header := headerJSON{Name: h.Key}
		header.Value, header.ValueBase64 = textOrBytes(h.Value)
		out.Headers = append(out.Headers, header)
	}
	out.Event, out.EventBase64 = textOrBytes(d.Event)
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *DeadLetter) UnmarshalJSON(text []byte) error {
	var in letterJSON
	if err := json.Unmarshal(text, &in); err != nil {
		return err
	}
	*d = DeadLetter{
		Reason: in.Reason, Detail: in.Detail, Pointer: in.Pointer, Tenant: in.Tenant, ID: in.ID, Source: in.Source,
		ContentType: in.ContentType, Truncated: in.Truncated, ReceivedAt: in.ReceivedAt.UnixMilli(), Position: in.Position,
		Event: bytesOf(in.Event, in.EventBase64),
	}
	for _, h := range in.Headers {
		d.Headers = append(d.Headers, event.Header{Key: h.Name, Value: bytesOf(h.Value, h.ValueBase64)})
	}
	return nil
}

// Record is the letter as a record of weir.deadletter.v1.
func (d DeadLetter) Record() (event.Record, error) {
	value, err := json.Marshal(d)
	if err != nil {
		return event.Record{}, fmt.Errorf("write a dead letter: %w", err)
	}
	return event.Record{
		Key: []byte(d.Tenant),
		Headers: []event.Header{
			{Key: "reason", Value: []byte(d.Reason)},
			{Key: "content-type", Value: []byte("application/json")},
		},
		Value: value,
	}, nil
}

// ReadDeadLetter reads a record of weir.deadletter.v1. It fails with ErrDeadLetter.
func ReadDeadLetter(rec event.Record) (DeadLetter, error) {
	var d DeadLetter
	if err := json.Unmarshal(rec.Value, &d); err != nil {
		return DeadLetter{}, fmt.Errorf("%w: offset %d: %w", ErrDeadLetter, rec.Offset, err)
	}
	if d.Reason == "" {
		return DeadLetter{}, fmt.Errorf("%w: offset %d: it has no reason", ErrDeadLetter, rec.Offset)
	}
	return d, nil
}

// truncate cuts the letter's headers and event to a number of bytes together.
func (d *DeadLetter) truncate(limit int) {
	for i, h := range d.Headers {
		limit -= headerOverhead + len(h.Key) + len(h.Value)
		if limit < 0 {
			d.Headers, d.Event, d.Truncated = d.Headers[:i], nil, true
			return
		}
	}
	if len(d.Event) > limit {
		d.Event, d.Truncated = d.Event[:limit], true
	}
}

// textOrBytes chooses the form in which bytes are written: as text where they are plain text that needs
// few escapes, so that no letter is more than 4/3 the size of its event.
func textOrBytes(b []byte) (text string, raw []byte) {
	if !utf8.Valid(b) {
		return "", b
	}
	extra := 0
	for _, r := range string(b) {
		switch {
		case r == '"' || r == '\\' || r == '\n' || r == '\r' || r == '\t':
			extra++
		case r < ' ' || r == '<' || r == '>' || r == '&':
			extra += 5
		case r == '\u2028' || r == '\u2029':
			extra += 3
		}
	}
	if extra > len(b)/3 {
		return "", b
	}
	return string(b), nil
}

func bytesOf(text string, raw []byte) []byte {
	if text != "" {
		return []byte(text)
	}
	return raw
}

// letterOf is what is kept of a record of a topic. It shares memory with the record.
func letterOf(topic string, partition int, rec event.Record) DeadLetter {
	d := DeadLetter{
		Source: topic, ReceivedAt: rec.Time, Event: rec.Value,
		Position: &RecordPosition{Topic: topic, Partition: partition, Offset: rec.Offset},
	}
	d.attributes(rec.Headers)
	return d
}

// attributes keeps of a record's headers those that belong to the event.
func (d *DeadLetter) attributes(headers []event.Header) {
	for _, h := range headers {
		switch {
		case strings.EqualFold(h.Key, "content-type"):
			d.ContentType = clip(string(h.Value), shownName)
		case strings.HasPrefix(h.Key, "ce_"):
			d.Headers = append(d.Headers, h)
			if h.Key == "ce_id" {
				d.ID = clip(string(h.Value), shownID)
			}
		}
	}
}

// ErrNoEvent is returned for a letter that is not, even broken, an event in JSON: there is nothing to edit.
var ErrNoEvent = errors.New("the letter holds no event in JSON")

// Document is the refused event in structured JSON, as far as it can be read: what can be edited, and sent again.
// It fails with ErrNoEvent.
func (d *DeadLetter) Document() (map[string]any, error) {
	if d.Truncated {
		return nil, fmt.Errorf("%w: it was cut", ErrNoEvent)
	}
	var body any
	if err := json.Unmarshal(d.Event, &body); err != nil && len(d.Event) > 0 {
		return nil, fmt.Errorf("%w: %w", ErrNoEvent, err)
	}
	if len(d.Headers) == 0 {
		if document, ok := body.(map[string]any); ok {
			return document, nil
		}
		return nil, fmt.Errorf("%w: it is no object", ErrNoEvent)
	}
	document := map[string]any{"data": body}
	if d.ContentType != "" {
		document["datacontenttype"] = d.ContentType
	}
	for _, h := range d.Headers {
		if name := strings.ToLower(h.Key); strings.HasPrefix(name, "ce-") || strings.HasPrefix(name, "ce_") {
			document[name[len("ce-"):]] = string(h.Value)
		}
	}
	return document, nil
}

// clip is the start of a text that can be shown, of at most this many bytes.
func clip(text string, most int) string {
	if len(text) <= most && utf8.ValidString(text) {
		return text
	}
	return strings.ToValidUTF8(text[:min(most, len(text))], "")
}
