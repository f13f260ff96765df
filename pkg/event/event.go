package event

// Limits of what is taken in.
const (
	MaxEventBytes  = 1 << 20 // of one event: attributes and data, or its structured form
	MaxBatchBytes  = 4 << 20 // of one HTTP batch
	MaxBatchEvents = 1000    // events in one HTTP batch
)

// Event is one CloudEvent. Strings and Data may share memory with what they were read from only where
// a codec says so.
type Event struct {
	ID, Source, Type, Subject string

	Time     int64  // when it happened, milliseconds since 1970
	TimeText string // the attribute as it came; empty where it is Time's own form (see FormatInstant)

	Sequence string // orders events of one source that share a time; empty when absent

	RecordedTime int64  // when the CloudEvent was made, milliseconds since 1970; 0 when absent
	RecordedText string // as TimeText

	DataContentType string
	Extensions      []Attribute // every other attribute, in name order
	Data            []byte      // the JSON object as it came; nil when absent
}

// Attribute is one context attribute of an event that Weir keeps and does not interpret, such as
// traceparent, correlationid or dataschema, in its string form.
type Attribute struct {
	Name, Value string
}
