// Package event is Weir's vocabulary: the kinds of events, their typed payloads, what is refused and
// why, and the codecs between CloudEvents, HTTP and Kafka records.
//
// It is pure: the time is an argument, and no log, socket or clock will ever live here; nor will what
// events mean together, which belongs to package ledger.
//
// One truth: the struct tags of the payload types say what a field may hold. `json` names it, `rule`
// and `enum` bound it, `doc` describes it. Validate enforces them, and schemas/events is generated
// from them.
package event

//go:generate go test . -run ^TestSchemasAreWhatTheTypesSay$ -update
