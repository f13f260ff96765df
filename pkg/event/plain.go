package event

import (
	"reflect"
	"strings"
	"unicode/utf8"
)

// maxPlainBytes bounds what decodePlain takes on: its strings share one copy of the data, which lives
// as long as any of them.
const maxPlainBytes = 1024

// decodePlain decodes what nearly all events carry: a small flat object whose members are known, named
// once, and strings without escapes or numbers. It reports false, with the payload in any state, where
// the data is anything else, right or wrong: then the library decides. It exists because it takes less
// than half of the library's time; a fuzz test holds both to the same answers.
func decodePlain(s *shape, payload any, data []byte) (seen uint64, ok bool) {
	if len(data) > maxPlainBytes || !utf8.Valid(data) {
		return 0, false
	}
	p := plainReader{text: string(data)}
	if p.next() != '{' {
		return 0, false
	}
	value := reflect.ValueOf(payload).Elem()
	if p.next() == '}' {
		return 0, p.ended()
	}
	p.at--
	for next := 0; ; next++ {
		if p.next() != '"' {
			return 0, false
		}
		name, closed := p.quoted()
		if next = s.find(name, next); !closed || next < 0 || seen&(1<<next) != 0 || p.next() != ':' {
			return 0, false
		}
		seen |= 1 << next
		if !p.read(s.fields[next].in(value)) {
			return 0, false
		}
		switch p.next() {
		case ',':
		case '}':
			return seen, p.ended()
		default:
			return 0, false
		}
	}
}

// plainReader reads tokens of plain JSON.
type plainReader struct {
	text string
	at   int
}

// next skips white space and takes one byte; 0 at the end.
func (p *plainReader) next() byte {
	for p.at < len(p.text) {
		c := p.text[p.at]
		p.at++
		if c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

// ended reports whether nothing but white space is left.
func (p *plainReader) ended() bool { return strings.TrimLeft(p.text[p.at:], " \n\r\t") == "" }

// quoted takes the rest of a string whose opening quote was taken. It is not closed where the string
// has an escape or a control character.
func (p *plainReader) quoted() (s string, closed bool) {
	for i := p.at; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			s, p.at = p.text[p.at:i], i+1
			return s, true
		case c == '\\' || c < ' ':
			return "", false
		}
	}
	return "", false
}

// number takes the rest of a number whose first byte was taken.
func (p *plainReader) number() string {
	first := p.at - 1
	for p.at < len(p.text) && (p.text[p.at] >= '0' && p.text[p.at] <= '9' || p.text[p.at] == '.') {
		p.at++
	}
	return p.text[first:p.at]
}

// read takes a value into a field, unless it is empty, null, or not of the field's type.
func (p *plainReader) read(field any) bool {
	quoted := p.next() == '"'
	var s string
	if quoted {
		var closed bool
		if s, closed = p.quoted(); !closed || s == "" {
			return false
		}
	} else {
		s = p.number()
	}
	var err error
	switch f := field.(type) {
	case *string:
		*f = s
		return quoted
	case *Optional[string]:
		f.Value, f.Set = s, true
		return quoted
	case *Decimal:
		*f, err = plainDecimal(s, quoted)
	case *Optional[Decimal]:
		f.Set = true
		f.Value, err = plainDecimal(s, quoted)
	case *Count:
		*f, err = plainCount(s, quoted)
	case *Optional[Count]:
		f.Set = true
		f.Value, err = plainCount(s, quoted)
	case *Day:
		*f, err = plainDay(s, quoted)
	case *Optional[Day]:
		f.Set = true
		f.Value, err = plainDay(s, quoted)
	case *Instant:
		*f, err = parseInstant(s)
		return quoted && err == nil
	default:
		return false
	}
	return err == nil
}

func plainDecimal(s string, quoted bool) (Decimal, error) {
	d, err := parseDecimal(s)
	if !quoted {
		d = d.Normal()
	}
	return d, err
}

func plainCount(s string, quoted bool) (Count, error) {
	d, err := plainDecimal(s, quoted)
	if quoted || d.Scale != 0 {
		return 0, ErrCount
	}
	return Count(d.Unscaled), err
}

func plainDay(s string, quoted bool) (Day, error) {
	if !quoted || len(s) != len("2006-01-02") {
		return 0, ErrDay
	}
	day, ok := civilDay(s)
	if !ok {
		return 0, ErrDay
	}
	return day, nil
}
