// Package eventlog is the event log on Kafka: appending to it, fetching from it by partition and
// offset, making and checking its topics, and the committed offsets of its readers. It turns records
// of Kafka into event.Record and back, and never looks into a key, a header or a value; what they
// mean belongs to package event, what is done with them to package engine.
//
// # Writing
//
// Every append asks for the acknowledgement of all in-sync replicas. Appends to one partition that
// wait at the same moment share a request, and one request of a partition is under way at a time: the
// more wait, the fuller the requests, and nobody waits for a timer. What an append that failed has
// done is told by its error: nothing (ErrUnavailable, ErrOverloaded, ErrTooLarge), or perhaps all of
// it (ErrUnknown), in which case the sender sends again and the reader drops the repeats.
//
// # Reading
//
// Connections, routing and security are kafka-go's. The records of a fetch are decoded here, by way of
// the protocol package of franz-go, because kafka-go gives a record the time its producer claims even
// where the broker has stamped it (LogAppendTime), hands out records of aborted transactions, and
// allocates twice for each header. Nothing of the log is skipped: an offset that the log does not hold
// is an error (engine.ErrOutOfRange, ErrGap), and so is a batch whose checksum is wrong (ErrCorrupt).
package eventlog
