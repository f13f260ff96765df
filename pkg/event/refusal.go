package event

// Reason is why an event is refused, as it is counted and shown.
type Reason string

// The reasons.
const (
	Malformed   Reason = "malformed"    // it cannot be read as a CloudEvent with a JSON object
	Missing     Reason = "missing"      // a required attribute or field is absent or null
	Invalid     Reason = "invalid"      // an attribute or field breaks its rule
	UnknownType Reason = "unknown_type" // no such type in the contract
	Future      Reason = "future"       // time is more than 24 h ahead of the server
	TooLarge    Reason = "too_large"    // beyond MaxEventBytes or MaxBatchEvents
	Conflict    Reason = "conflict"     // its subject, source and id stand already, with another body
)

// Refusal says which rule an event breaks, and where. It is what every error of this package that
// concerns an event unwraps to.
type Refusal struct {
	Reason  Reason
	Pointer string // JSON pointer: /time, /subject … for attributes, /data/… for data; empty for the whole
	Detail  string // the rule, in one sentence
}

// Error is the refusal in one line.
func (r *Refusal) Error() string {
	if r.Pointer == "" {
		return string(r.Reason) + ": " + r.Detail
	}
	return string(r.Reason) + " " + r.Pointer + ": " + r.Detail
}
