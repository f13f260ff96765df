package event

import (
	"fmt"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Limits of the envelope, in characters.
const (
	maxEventIDChars   = 256
	maxSourceChars    = 512
	maxSequenceChars  = 128
	maxExtensionChars = 4096
	maxExtensions     = 64
	maxAheadMS        = 24 * 60 * 60 * 1000
)

// Validate checks an event against the whole contract and returns its payload, as Decode does. Now is
// the server's clock in milliseconds; defaultCurrency is the tenant's, for amounts that name none.
// Every error is a *Refusal, for the first rule that is broken.
func (e *Event) Validate(now int64, defaultCurrency string) (payload any, err error) {
	if refusal := e.checkEnvelope(now); refusal != nil {
		return nil, refusal
	}
	kind, ok := KindOf(e.Type)
	if !ok {
		return nil, &Refusal{UnknownType, "/type", "must be a type of the contract"}
	}
	entity, id, refusal := e.checkSubject(kind)
	if refusal != nil {
		return nil, refusal
	}
	payload, present, err := decode(kind, e.Data)
	if err != nil {
		return nil, err
	}
	if refusal := present.check(shapes[kind]); refusal != nil {
		return nil, refusal
	}
	if refusal := checkFields(shapes[kind], payload, defaultCurrency); refusal != nil {
		return nil, refusal
	}
	if whole, ok := payload.(interface{ check(about) *Refusal }); ok {
		if refusal := whole.check(about{entity, id, e.Time}); refusal != nil {
			return nil, refusal
		}
	}
	return payload, nil
}

// about is what a payload's own rules need of its event.
type about struct {
	entity Entity
	id     string
	time   int64
}

func (e *Event) checkEnvelope(now int64) *Refusal {
	if e.size() > MaxEventBytes {
		return &Refusal{TooLarge, "", "must not be larger than 1 MiB"}
	}
	for _, a := range []struct {
		name, value string
		max         int
	}{{"id", e.ID, maxEventIDChars}, {"source", e.Source, maxSourceChars}, {"type", e.Type, maxSourceChars}, {"subject", e.Subject, maxSourceChars}} {
		if a.value == "" {
			return missing("/" + a.name)
		}
		if !attributeText(a.value, a.max) {
			return &Refusal{Invalid, "/" + a.name, fmt.Sprintf("must be 1 to %d characters without control characters", a.max)}
		}
	}
	if strings.IndexByte(e.Source, ' ') >= 0 {
		return &Refusal{Invalid, "/source", "must be a URI reference, which has no spaces"}
	}
	switch {
	case e.Time == 0:
		return missing("/time")
	case e.Time > now+maxAheadMS:
		return &Refusal{Future, "/time", "must not be more than 24 hours ahead of the server"}
	case !attributeText(e.Sequence, maxSequenceChars):
		return &Refusal{Invalid, "/sequence", "must be at most 128 characters without control characters"}
	case !isJSON(e.DataContentType) || !attributeText(e.DataContentType, maxSourceChars):
		return &Refusal{Invalid, "/datacontenttype", "must be application/json"}
	case len(e.Extensions) > maxExtensions:
		return &Refusal{Invalid, "", "must have at most 64 extension attributes"}
	}
	for _, x := range e.Extensions {
		if !attributeText(x.Value, maxExtensionChars) {
			return &Refusal{Invalid, "/" + x.Name, "must be at most 4096 characters without control characters"}
		}
	}
	return nil
}

func (e *Event) size() int {
	n := len(e.ID) + len(e.Source) + len(e.Type) + len(e.Subject) + len(e.Sequence) + len(e.Data)
	for _, x := range e.Extensions {
		n += len(x.Name) + len(x.Value)
	}
	return n
}

func (e *Event) checkSubject(kind Kind) (Entity, string, *Refusal) {
	entity, id, ok := ParseSubject(e.Subject)
	switch {
	case !ok || entity&kind.About() == 0:
		return 0, "", &Refusal{Invalid, "/subject", fmt.Sprintf("must be %s for %s", kind.About().form(), kind)}
	case entity == EntityCurrency && !knownCurrency(id):
		return 0, "", &Refusal{Invalid, "/subject", "its id " + textRules["currency"].detail}
	case entity != EntityTenant && (utf8.RuneCountInString(id) > maxIDChars || !idText(id)):
		return 0, "", &Refusal{Invalid, "/subject", "its id " + textRules["id"].detail}
	}
	return entity, id, nil
}

// attributeText reports whether s may be the value of an attribute: UTF-8 of limited length without
// control characters.
func attributeText(s string, maxChars int) bool {
	return len(s) <= 4*maxChars && utf8.ValidString(s) && utf8.RuneCountInString(s) <= maxChars && plainText(s)
}

// isJSON reports whether a content type is JSON, or absent, which means the same.
func isJSON(contentType string) bool {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.TrimSpace(media)
	return contentType == "" || strings.EqualFold(media, "application/json")
}

const isRequired = "is required"

func missing(pointer string) *Refusal {
	return &Refusal{Missing, pointer, isRequired}
}

// presence is which fields of a payload were there, with a value other than null.
type presence struct {
	shape *shape
	seen  uint64
	empty string // name of a field that is an empty string, which none may be
}

// UnmarshalJSONFrom notes the members of an object, without their values.
func (p *presence) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return dec.SkipValue()
	}
	if _, err := dec.ReadToken(); err != nil {
		return err
	}
	for next := 0; dec.PeekKind() != '}'; next++ {
		name, err := dec.ReadToken()
		if err != nil {
			return err
		}
		next = p.shape.find(name.String(), next)
		value, err := dec.ReadValue()
		if err != nil {
			return err
		}
		if next < 0 || value.Kind() == 'n' {
			continue
		}
		p.seen |= 1 << next
		if string(value) == `""` && p.empty == "" {
			p.empty = p.shape.fields[next].name
		}
	}
	_, err := dec.ReadToken()
	return err
}

func (p *presence) check(s *shape) *Refusal {
	if p.empty != "" {
		return &Refusal{Invalid, "/data/" + p.empty, "must not be empty"}
	}
	for i := range s.fields {
		if s.required&^p.seen&(1<<i) != 0 {
			return missing("/data/" + s.fields[i].name)
		}
	}
	return nil
}

func checkFields(s *shape, payload any, defaultCurrency string) *Refusal {
	value := reflect.ValueOf(payload).Elem()
	currency := defaultCurrency
	if s.currency >= 0 {
		if own := textOf(s.fields[s.currency].in(value)); own != "" {
			currency = own
		}
	}
	for i := range s.fields {
		f := &s.fields[i]
		v := f.in(value)
		at, detail := f.breaks(v)
		if detail == "" && f.money {
			detail = breaksDecimals(v, currency)
		}
		switch detail {
		case "":
		case isRequired:
			return missing("/data/" + f.name + at)
		default:
			return &Refusal{Invalid, "/data/" + f.name + at, detail}
		}
	}
	return nil
}

func textOf(field any) string {
	switch v := field.(type) {
	case *string:
		return *v
	case *Optional[string]:
		return v.Value
	}
	return ""
}

func breaksDecimals(money any, currency string) string {
	amount, _ := money.(*Decimal)
	if optional, ok := money.(*Optional[Decimal]); ok {
		amount = &optional.Value
	}
	decimals, ok := CurrencyDecimals(currency)
	if !ok || int(amount.Scale) <= decimals {
		return "" // a currency that is none is refused where it stands
	}
	return fmt.Sprintf("must not have more than %d decimals in %s", decimals, currency)
}
