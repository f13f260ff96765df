package event

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxAmount bounds every amount of money from above, in major units.
const MaxAmount = 1_000_000_000_000

// maxItems bounds every list.
const maxItems = 1000

// textRule bounds a string. Detail is the rule in words, pattern the same for a JSON Schema.
type textRule struct {
	max     int
	holds   func(string) bool
	detail  string
	pattern string
}

var textRules = map[string]*textRule{
	"dimension": {64, plainText, "must be 1 to 64 characters without control characters", patternPlain},
	"id":        {maxIDChars, idText, "must be 1 to 128 characters without control characters and without a slash", patternID},
	"reference": {256, plainText, "must be 1 to 256 characters without control characters", patternPlain},
	"text":      {4096, nil, "must be 1 to 4096 characters", ""},
	"currency":  {3, knownCurrency, "must be the code of an ISO 4217 currency", ""},
	"period":    {7, isPeriod, "must be a year, quarter or month such as 2026, 2026-Q1 or 2026-01", patternPeriod},
}

// Patterns of the same rules for JSON Schema, in what ECMA-262, RE2 and Python have in common.
const (
	patternPlain  = `^[^\x00-\x1f\x7f-\x9f]*$`
	patternID     = `^[^/\x00-\x1f\x7f-\x9f]*$`
	patternPeriod = `^[1-9][0-9]{3}(-Q[1-4]|-0[1-9]|-1[0-2])?$`
)

const maxIDChars = 128

// IsDimension reports whether a text can be the value of a dimension: 1 to 64 characters without control
// characters.
func IsDimension(s string) bool {
	return s != "" && plainText(s) && utf8.RuneCountInString(s) <= textRules["dimension"].max
}

func plainText(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case c < ' ' || c == 0x7f:
			return false
		case c >= utf8.RuneSelf:
			return strings.IndexFunc(s[i:], unicode.IsControl) < 0
		}
	}
	return true
}

func idText(s string) bool { return plainText(s) && strings.IndexByte(s, '/') < 0 }

func knownCurrency(s string) bool {
	_, ok := CurrencyDecimals(s)
	return ok
}

func isPeriod(s string) bool {
	if len(s) < 4 || s[0] == '0' || pair(s, 0) < 0 || pair(s, 2) < 0 {
		return false
	}
	if len(s) == 7 && s[4] == '-' {
		if s[5] == 'Q' {
			return s[6] >= '1' && s[6] <= '4'
		}
		month := pair(s, 5)
		return month >= 1 && month <= 12
	}
	return len(s) == 4
}

// breaks returns the rule that s breaks, empty where it holds.
func (r *textRule) breaks(s string) string {
	if s == "" || utf8.RuneCountInString(s) > r.max || r.holds != nil && !r.holds(s) {
		return r.detail
	}
	return ""
}

// numberRule bounds a number: min and max are included, or excluded where above and below say so.
type numberRule struct {
	min, max     int64
	above, below bool
	detail       string
	pattern      string // of the number as a string; empty for a Count, which is never one
}

var numberRules = map[string]*numberRule{
	"money":     {0, MaxAmount, false, true, "must be from 0 to below 1,000,000,000,000", `^(0|[1-9][0-9]{0,11})(\.[0-9]{1,4})?$`},
	"share":     {0, 1, false, false, "must be from 0 to 1", `^(0(\.[0-9]{1,17})?|1(\.0{1,17})?)$`},
	"percent":   {0, 100, false, false, "must be from 0 to 100", `^([1-9]?[0-9](\.[0-9]{1,16})?|100(\.0{1,15})?)$`},
	"rate":      {0, 1_000_000_000, true, true, "must be above 0 and below 1,000,000,000", `^(0|[1-9][0-9]{0,8})(\.[0-9]{1,17})?$`},
	"value":     {-MaxAmount, MaxAmount, true, true, "must be between -1,000,000,000,000 and 1,000,000,000,000", `^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,17})?$`},
	"quantity":  {0, 10_000_000, false, true, "must be from 0 to below 10,000,000", `^(0|[1-9][0-9]{0,6})(\.[0-9]{1,17})?$`},
	"seconds":   {0, 100_000_000, false, true, "must be from 0 to below 100,000,000", `^(0|[1-9][0-9]{0,7})(\.[0-9]{1,17})?$`},
	"months":    {1, 1200, false, false, "must be a whole number from 1 to 1200", ""},
	"intervals": {1, 1000, false, false, "must be a whole number from 1 to 1000", ""},
	"seats":     {0, 1_000_000_000, false, false, "must be a whole number from 0 to 1,000,000,000", ""},
	"score":     {0, 10, false, false, "must be a whole number from 0 to 10", ""},
}

// breaks returns the rule that d breaks, empty where it holds.
func (r *numberRule) breaks(d Decimal) string {
	low, high := d.Compare(r.min), d.Compare(r.max)
	if low < 0 || r.above && low == 0 || high > 0 || r.below && high == 0 {
		return r.detail
	}
	return ""
}

// breaks returns the rule that the value of a field breaks and, inside a list, where. A plain string
// that is empty is an absent one.
func (f *field) breaks(value any) (at, detail string) {
	switch v := value.(type) {
	case *string:
		if *v != "" {
			return "", f.breaksText(*v)
		}
	case *Optional[string]:
		if v.Set {
			return "", f.breaksText(v.Value)
		}
	case *Decimal:
		return "", f.number.breaks(*v)
	case *Optional[Decimal]:
		if v.Set {
			return "", f.number.breaks(v.Value)
		}
	case *Count:
		return "", f.number.breaks(Decimal{Unscaled: int64(*v)})
	case *Optional[Count]:
		if v.Set {
			return "", f.number.breaks(Decimal{Unscaled: int64(v.Value)})
		}
	case *[]string:
		return f.breaksList(*v)
	case *Optional[[]string]:
		return f.breaksList(v.Value)
	case *[]Participant:
		return f.breaksObjects(*v)
	}
	return "", ""
}

func (f *field) breaksText(s string) string {
	if f.enum != nil {
		for _, one := range f.enum {
			if s == one {
				return ""
			}
		}
		return "must be one of " + strings.Join(f.enum, ", ")
	}
	return f.text.breaks(s)
}

var tooMany = fmt.Sprintf("must have at most %d elements", maxItems)

func (f *field) breaksList(list []string) (at, detail string) {
	if len(list) > maxItems {
		return "", tooMany
	}
	for i, s := range list {
		if detail := f.text.breaks(s); detail != "" {
			return "/" + strconv.Itoa(i), detail
		}
	}
	return "", ""
}

func (f *field) breaksObjects(list []Participant) (at, detail string) {
	if len(list) > maxItems {
		return "", tooMany
	}
	for i := range list {
		element := reflect.ValueOf(&list[i]).Elem()
		for j := range f.members.fields {
			member := &f.members.fields[j]
			value := member.in(element)
			_, detail := member.breaks(value)
			if text, ok := value.(*string); ok && member.required && *text == "" {
				detail = isRequired
			}
			if detail != "" {
				return "/" + strconv.Itoa(i) + "/" + member.name, detail
			}
		}
	}
	return "", ""
}
