package event

// Record is one record of a log, as Kafka holds it.
type Record struct {
	Offset  int64
	Time    int64 // append time, milliseconds since 1970
	Key     []byte
	Headers []Header
	Value   []byte
}

// Header is one header of a Record.
type Header struct {
	Key   string
	Value []byte
}
