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
	w := headerWriter{
		headers: make([]Header, 0, 9+len(e.Extensions)),
		text:    make([]byte, 0, e.size()-len(e.Data)+len(tenant)+headerBytes),
	}
	key := w.keep(tenant)
	w.add("ce_specversion", "1.0")
	w.add("ce_id", e.ID)
	w.add("ce_source", e.Source)
	w.add("ce_type", e.Type)
	w.add("ce_subject", e.Subject)
	w.add("ce_time", instantText(e.TimeText, e.Time))
	if e.Sequence != "" {
		w.add("ce_sequence", e.Sequence)
	}
	if e.RecordedTime != 0 {
		w.add("ce_recordedtime", instantText(e.RecordedText, e.RecordedTime))
	}
	for _, x := range e.Extensions {
		w.add(attributePrefix+x.Name, x.Value)
	}
	switch {
	case e.DataContentType != "":
		w.add(contentTypeHeader, e.DataContentType)
	case e.Data != nil: // what structured mode implies, binary mode must say
		w.add(contentTypeHeader, jsonContentType)
	}
	return Record{Key: key, Headers: w.headers, Value: e.Data}
}

// headerBytes is room for the values of the headers that Event.size does not count.
const headerBytes = 96

// headerWriter collects headers whose values share one piece of memory.
type headerWriter struct {
	headers []Header
	text    []byte
}

func (w *headerWriter) add(key, value string) {
	w.headers = append(w.headers, Header{Key: key, Value: w.keep(value)})
}

func (w *headerWriter) keep(value string) []byte {
	start := len(w.text)
	w.text = append(w.text, value...)
	return w.text[start:len(w.text):len(w.text)]
}

func instantText(text string, ms int64) string {
	if text == "" {
		return FormatInstant(ms)
	}
	return text
}
