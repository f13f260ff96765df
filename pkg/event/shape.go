package event

import (
	"reflect"
	"strings"
)

// shape is what the struct tags of a payload say about its fields.
type shape struct {
	fields   []field
	required uint64 // a bit for each field that must be there
	currency int    // the field that names the currency of the money beside it, -1 where there is none
}

// field is one member of a JSON object.
type field struct {
	name     string
	index    []int // in the struct
	required bool
	list     bool // the rule is that of each element
	money    bool
	enum     []string
	text     *textRule
	number   *numberRule
	members  *shape // of each element of a list of objects
}

// shapes holds the shape of each kind's payload.
var shapes = func() (all [kinds]*shape) {
	for k := KindDealCreated; k < kinds; k++ {
		all[k] = shapeOf(reflect.TypeOf(contracts[k].payload()).Elem())
	}
	return all
}()

func shapeOf(t reflect.Type) *shape {
	s := &shape{currency: -1}
	for _, member := range reflect.VisibleFields(t) {
		name := member.Tag.Get("json")
		if name == "" {
			continue // an embedded struct: its fields are visible themselves
		}
		f := field{name: name, index: member.Index}
		if enum := member.Tag.Get("enum"); enum != "" {
			f.enum = strings.Split(enum, ",")
		}
		for word := range strings.SplitSeq(member.Tag.Get("rule"), ",") {
			f.follow(word)
		}
		if element := member.Type; element.Kind() == reflect.Slice && element.Elem().Kind() == reflect.Struct {
			f.members = shapeOf(element.Elem())
		}
		if f.required {
			s.required |= 1 << len(s.fields)
		}
		if name == "currency" {
			s.currency = len(s.fields)
		}
		s.fields = append(s.fields, f)
	}
	return s
}

// follow adds one word of a rule tag. An unknown word is a mistake in this package.
func (f *field) follow(word string) {
	switch word {
	case "":
	case "required":
		f.required = true
	case "list":
		f.list = true
	default:
		text, isText := textRules[word]
		number, isNumber := numberRules[word]
		switch {
		case isText:
			f.text = text
		case isNumber:
			f.number, f.money = number, word == "money"
		default:
			panic("event: no rule is called " + word)
		}
	}
}

// find is the position of a field, -1 where there is none. The search begins at next, because members
// mostly come in the order of the contract.
func (s *shape) find(name string, next int) int {
	for range s.fields {
		if next >= len(s.fields) {
			next = 0
		}
		if s.fields[next].name == name {
			return next
		}
		next++
	}
	return -1
}

// in returns a pointer to the field's value in a payload.
func (f *field) in(payload reflect.Value) any {
	return payload.FieldByIndex(f.index).Addr().Interface()
}
