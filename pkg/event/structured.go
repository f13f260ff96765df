package event

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ParseStructured reads one CloudEvent in its JSON format. Data is the very bytes of body, with which
// it shares memory, except where it came as data_base64. Like FromRecord it checks that there is a
// CloudEvent, not what it says. Its errors are *Refusal; the event then holds what could be read.
func ParseStructured(body []byte) (Event, error) {
	var e Event
	err := parseStructured(body, &e)
	return e, err
}

func parseStructured(body []byte, e *Event) error {
	s := structured{assembler: assemble(e), body: body}
	switch {
	case len(body) > MaxEventBytes:
		s.refuse(TooLarge, "", fmt.Sprintf("must not be larger than %d bytes", MaxEventBytes))
	case tooDeep(body):
		s.refuse(Malformed, "", fmt.Sprintf("must not nest deeper than %d", maxDepth))
	default:
		if err := json.Unmarshal(body, &s); err != nil {
			s.refusal = refuseSyntax(err)
		}
	}
	return s.finish()
}

// structured reads the members of the JSON format.
type structured struct {
	assembler
	body    []byte
	hasData bool
}

var errNotEvent = errors.New("not an object")

// UnmarshalJSONFrom reads the one object of a structured event.
func (s *structured) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return errNotEvent
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != '}' {
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		name := token.String()
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if value.Kind() == 'n' {
			continue // as good as absent
		}
		end := dec.InputOffset()
		s.member(name, s.body[end-int64(len(value)):end])
	}
	_, err := dec.ReadToken()
	return err
}

func (s *structured) member(name string, value jsontext.Value) {
	switch name {
	case "data":
		s.setData(value, nil)
	case "data_base64":
		s.setData(decodeBase64(value))
	default:
		s.attribute(name, value)
	}
}

func (s *structured) setData(data []byte, err error) {
	switch {
	case err != nil:
		s.refuse(Invalid, "/data_base64", "must be a string in base64")
	case s.hasData:
		s.refuse(Invalid, "/data_base64", "must be absent where there is data")
	default:
		s.hasData = true
		s.event.Data = data
	}
}

func decodeBase64(value jsontext.Value) ([]byte, error) {
	if value.Kind() != '"' {
		return nil, base64.CorruptInputError(0)
	}
	text, err := unquote(value)
	if err != nil {
		return nil, err
	}
	return base64.StdEncoding.AppendDecode(nil, text)
}

// attribute takes a string; of an extension also a boolean or an integer, in its string form.
func (s *structured) attribute(name string, value jsontext.Value) {
	switch value.Kind() {
	case '"':
		text, err := unquote(value)
		if err == nil {
			s.set(name, text)
			return
		}
	case 't', 'f':
		if !isString(name) {
			s.set(name, value)
			return
		}
	case '0':
		if _, err := strconv.ParseInt(string(value), 10, 32); err == nil && !isString(name) {
			s.set(name, value)
			return
		}
	}
	detail := "must be a string, a boolean or a whole number of 32 bits"
	if isString(name) {
		detail = "must be a string"
	}
	s.refuse(Invalid, "/"+pointerToken(name), detail)
}

// isString reports whether an attribute may be nothing but a string.
func isString(name string) bool {
	switch name {
	case "specversion", "id", "source", "type", "subject", "time", "sequence", "recordedtime", "datacontenttype", "dataschema":
		return true
	}
	return false
}

// refuseSyntax is the refusal of what is no JSON, or no JSON object.
func refuseSyntax(err error) *Refusal {
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		return &Refusal{Malformed, string(syntax.JSONPointer), syntaxDetail(syntax)}
	}
	return &Refusal{Malformed, "", "must be a JSON object"}
}

// SplitBatch cuts a batch into its events, each to be parsed, and refused, on its own. They share
// memory with body. It fails, with a *Refusal, where body is no JSON array, is larger than
// MaxBatchBytes or has more than MaxBatchEvents elements.
func SplitBatch(body []byte) ([][]byte, error) {
	if len(body) > MaxBatchBytes {
		return nil, &Refusal{TooLarge, "", fmt.Sprintf("a batch must not be larger than %d bytes", MaxBatchBytes)}
	}
	b := batch{body: body}
	// What is wrong within one event must not refuse the others.
	lenient := json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := json.Unmarshal(body, &b, lenient); err != nil {
		if errors.Is(err, errBatchSize) {
			return nil, &Refusal{TooLarge, "", fmt.Sprintf("a batch must not have more than %d events", MaxBatchEvents)}
		}
		return nil, &Refusal{Malformed, "", "must be a JSON array of events"}
	}
	return b.events, nil
}

type batch struct {
	body   []byte
	events [][]byte
}

var (
	errNotBatch  = errors.New("not an array")
	errBatchSize = errors.New("too many events")
)

// UnmarshalJSONFrom notes where each element lies.
func (b *batch) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '[' {
		return errNotBatch
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for dec.PeekKind() != ']' {
		if len(b.events) == MaxBatchEvents {
			return errBatchSize
		}
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		end := dec.InputOffset()
		b.events = append(b.events, b.body[end-int64(len(value)):end:end])
	}
	_, err := dec.ReadToken()
	return err
}
