package event

import "strings"

const (
	attributePrefix   = "ce_"
	contentTypeHeader = "content-type"
	jsonContentType   = "application/json"
)

// FromRecord reads a Kafka record, in binary or structured mode, into e. It overwrites all of e,
// reusing its memory; Data shares the record's memory, the strings do not. It checks that there is a
// CloudEvent, not what it says: that is Validate's. Its errors are *Refusal; e then holds what could be
// read.
func FromRecord(r *Record, e *Event) error {
	contentType := contentTypeOf(r.Headers)
	if len(contentType) != len(jsonContentType) || string(contentType) != jsonContentType {
		switch ModeOf(string(contentType)) {
		case ModeStructured:
			return parseStructured(r.Value, e)
		case ModeBatch, ModeUnknown:
			a := assemble(e)
			a.refuse(Malformed, "/datacontenttype", "a record must hold one CloudEvent, in binary mode or as JSON")
			return a.finish()
		}
	}
	a := assemble(e)
	if contentType != nil {
		a.set("datacontenttype", contentType)
	}
	for i := range r.Headers {
		h := &r.Headers[i]
		if name, ok := strings.CutPrefix(h.Key, attributePrefix); ok {
			a.set(name, h.Value)
		}
	}
	if len(r.Value) > 0 {
		e.Data = r.Value
	}
	return a.finish()
}

func contentTypeOf(headers []Header) []byte {
	for i := range headers {
		if key := headers[i].Key; len(key) == len(contentTypeHeader) && strings.EqualFold(key, contentTypeHeader) {
			return headers[i].Value
		}
	}
	return nil
}

// ToRecord writes the event as a Kafka record in binary mode, keyed by its tenant. The attributes are
// written as they came, the extensions in name order; the value shares memory with Data. Offset and
// Time are the log's to give.
func (e *Event) ToRecord(tenant string) Record {
	headers := make([]Header, 0, 9+len(e.Extensions))
	add := func(name, value string) {
		if value != "" {
			headers = append(headers, Header{Key: attributePrefix + name, Value: []byte(value)})
		}
	}
	add("specversion", "1.0")
	add("id", e.ID)
	add("source", e.Source)
	add("type", e.Type)
	add("subject", e.Subject)
	add("time", instantText(e.TimeText, e.Time))
	add("sequence", e.Sequence)
	add("recordedtime", instantText(e.RecordedText, e.RecordedTime))
	for _, x := range e.Extensions {
		headers = append(headers, Header{Key: attributePrefix + x.Name, Value: []byte(x.Value)})
	}
	contentType := e.DataContentType
	if contentType == "" && e.Data != nil {
		contentType = jsonContentType // what structured mode implies, binary mode must say
	}
	if contentType != "" {
		headers = append(headers, Header{Key: contentTypeHeader, Value: []byte(contentType)})
	}
	return Record{Key: []byte(tenant), Headers: headers, Value: e.Data}
}

func instantText(text string, ms int64) string {
	if text == "" && ms != 0 {
		return FormatInstant(ms)
	}
	return text
}
