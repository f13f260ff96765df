package event

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is how deep JSON may nest: far more than any payload needs, far less than hurts.
const maxDepth = 64

// Decode reads the data of an event of a kind into its payload, a pointer such as *DealCreated. Absent
// and null data is an object without members. It checks types, not rules: those are Validate's. The
// payload shares no memory with data. Its errors are *Refusal.
func Decode(kind Kind, data []byte) (payload any, err error) {
	if kind == 0 || kind >= kinds {
		return nil, &Refusal{UnknownType, "/type", "must be a type of the contract"}
	}
	payload = contracts[kind].payload()
	if len(data) == 0 {
		return payload, nil
	}
	if _, ok := decodePlain(shapes[kind], payload, data); ok {
		return payload, nil
	}
	payload = contracts[kind].payload() // the first may be half filled
	if err := decodeAny(payload, data); err != nil {
		return nil, err
	}
	return payload, nil
}

// decode is Decode that also tells which fields were present.
func decode(kind Kind, data []byte) (payload any, present presence, err error) {
	payload = contracts[kind].payload()
	present.shape = shapes[kind]
	if len(data) == 0 {
		return payload, present, nil
	}
	if seen, ok := decodePlain(present.shape, payload, data); ok {
		present.seen = seen
		return payload, present, nil
	}
	payload = contracts[kind].payload()
	if err := decodeAny(payload, data); err != nil {
		return nil, present, err
	}
	return payload, present, decodeAny(&present, data)
}

// decodeAny decodes with the library, whatever the data is.
func decodeAny(into any, data []byte) error {
	if tooDeep(data) {
		return &Refusal{Malformed, "/data", fmt.Sprintf("must not nest deeper than %d", maxDepth)}
	}
	if err := json.Unmarshal(data, into); err != nil {
		return refuseData(err)
	}
	return nil
}

// tooDeep reports whether JSON nests deeper than maxDepth. On what is no JSON its answer means nothing.
func tooDeep(data []byte) bool {
	if len(data) <= 2*maxDepth {
		return false
	}
	depth, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

// refuseData turns an error of the JSON library into a refusal that points into the data.
func refuseData(err error) *Refusal {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return &Refusal{Malformed, "/data" + string(syntax.JSONPointer), syntaxDetail(syntax)}
	}
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return &Refusal{Malformed, "/data", "must be one JSON object"}
	}
	pointer := "/data" + string(semantic.JSONPointer)
	for _, known := range valueDetails {
		if errors.Is(semantic.Err, known.err) {
			return &Refusal{Invalid, pointer, known.detail}
		}
	}
	return &Refusal{Invalid, pointer, typeDetail(semantic)}
}

const instantDetail = "must be RFC 3339 with a zone, from 1970 to 9999"

// valueDetails are the rules that values break when they are read.
var valueDetails = []struct {
	err    error
	detail string
}{
	{ErrDecimal, "must be a number in plain decimal notation, of at most 18 digits"},
	{ErrCount, "must be a whole number"},
	{ErrDay, "must be a day such as 2026-02-28, from 1970 on"},
	{ErrInstant, instantDetail},
	{errText, "must be a string"},
}

func syntaxDetail(err *jsontext.SyntacticError) string {
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return "a member's name must not appear twice in one object"
	}
	return "must be JSON in UTF-8"
}

func typeDetail(err *json.SemanticError) string {
	if err.GoType != nil {
		switch err.GoType.Kind() {
		case reflect.String:
			return "must be a string"
		case reflect.Slice:
			return "must be an array"
		case reflect.Map, reflect.Struct:
			return "must be an object"
		}
	}
	return "must be of the field's type"
}
