package event

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Optional is a field that may be absent. Set: it has a value. Null: it was said to be null. Neither:
// it was not there.
type Optional[T any] struct {
	Value     T
	Set, Null bool
}

// Or is the value, or def where there is none.
func (o Optional[T]) Or(def T) T {
	if o.Set {
		return o.Value
	}
	return def
}

// UnmarshalJSONFrom reads the value or null.
func (o *Optional[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == 'n' {
		*o = Optional[T]{Null: true}
		return dec.SkipValue()
	}
	o.Set, o.Null = true, false
	switch v := any(&o.Value).(type) { // the common types without the library's reflection
	case *string:
		return readText(dec, v)
	case json.UnmarshalerFrom:
		return v.UnmarshalJSONFrom(dec)
	}
	return json.UnmarshalDecode(dec, &o.Value)
}

func readText(dec *jsontext.Decoder, s *string) error {
	text, _, err := readString(dec, errText)
	*s = string(text)
	return err
}

var errText = errors.New("not a string")
