package event

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

var update = flag.Bool("update", false, "rewrite schemas/events from the Go types")

const schemaFolder = "../../schemas/events"

func TestSchemasAreWhatTheTypesSay(t *testing.T) {
	var want []string
	for _, k := range Kinds() {
		name := k.String() + ".schema.json"
		want = append(want, name)
		text := schemaText(t, k)
		path := filepath.Join(schemaFolder, name)
		if *update {
			if err := os.WriteFile(path, text, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != string(text) {
			t.Errorf("%s is not what the Go types say (%v): run go generate ./pkg/event", name, err)
		}
	}
	files, err := filepath.Glob(filepath.Join(schemaFolder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !slices.Contains(want, filepath.Base(file)) {
			t.Errorf("%s belongs to no kind", file)
		}
	}
}

// object is a JSON object whose members have an order.
type object []member

type member struct {
	name  string
	value any
}

func (o object) MarshalJSONTo(enc *jsontext.Encoder) error {
	if err := enc.WriteToken(jsontext.BeginObject); err != nil {
		return err
	}
	for _, m := range o {
		if err := enc.WriteToken(jsontext.String(m.name)); err != nil {
			return err
		}
		if err := json.MarshalEncode(enc, m.value); err != nil {
			return err
		}
	}
	return enc.WriteToken(jsontext.EndObject)
}

func schemaText(t *testing.T, k Kind) []byte {
	t.Helper()
	sample := samples[k]
	if sample.doc == "" || len(sample.examples) == 0 {
		t.Fatalf("%s has no sample", k)
	}
	examples := make([]jsontext.Value, len(sample.examples))
	for i, e := range sample.examples {
		examples[i] = jsontext.Value(e)
	}
	null := "Null is the same as absent."
	if k == KindDealUpdated {
		null = "Null clears."
	}
	o := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", "https://weir.dev/schemas/events/" + k.String() + ".schema.json"},
		{"title", k.Type()},
		{"description", sample.doc + " Data of an event whose subject is " + k.About().form() + ". Fields that are not listed are kept and ignored. " + null},
	}
	o = append(o, objectSchema(reflect.TypeOf(contracts[k].payload()).Elem())...)
	if k == KindGoalSet {
		has := func(name string) object {
			return object{{"required", []string{name}}, {"properties", object{{name, object{{"not", object{{"type", "null"}}}}}}}}
		}
		o = append(o, member{"oneOf", []object{has("value"), has("amount")}})
	}
	text, err := json.Marshal(append(o, member{"examples", examples}), jsontext.WithIndent("  "))
	if err != nil {
		t.Fatal(err)
	}
	return append(text, '\n')
}

// objectSchema is the schema of a struct's tags.
func objectSchema(t reflect.Type) object {
	o := object{{"type", "object"}}
	var properties object
	var required []string
	for _, f := range shapeOf(t).fields {
		in := t.FieldByIndex(f.index)
		properties = append(properties, member{f.name, fieldSchema(f, in)})
		if f.required {
			required = append(required, f.name)
		}
	}
	if properties != nil {
		o = append(o, member{"properties", properties})
	}
	if required != nil {
		o = append(o, member{"required", required})
	}
	return o
}

func fieldSchema(f field, in reflect.StructField) object {
	o := object{{"description", in.Tag.Get("doc")}}
	t := in.Type
	if strings.HasPrefix(t.Name(), "Optional[") {
		t = t.Field(0).Type
	}
	if !f.list {
		return append(o, valueSchema(f, t, !f.required)...)
	}
	o = append(o, member{"type", []string{"array", "null"}}, member{"maxItems", maxItems})
	if f.members != nil {
		return append(o, member{"items", objectSchema(t.Elem())})
	}
	return append(o, member{"items", valueSchema(f, t.Elem(), false)})
}

// valueSchema is the schema of one value, which may be null where the field is optional.
func valueSchema(f field, t reflect.Type, null bool) object {
	kind := func(names ...string) member {
		if null {
			names = append(names, "null")
		}
		if len(names) == 1 {
			return member{"type", names[0]}
		}
		return member{"type", names}
	}
	switch t {
	case reflect.TypeFor[Decimal]():
		return append(object{kind("string", "number")}, numberSchema(f.number)...)
	case reflect.TypeFor[Count]():
		return append(object{kind("integer")}, numberSchema(f.number)...)
	case reflect.TypeFor[Day]():
		return object{kind("string"), {"format", "date"}, {"pattern", `^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}$`}}
	case reflect.TypeFor[Instant]():
		return object{kind("string"), {"format", "date-time"}, {"pattern", `^(19[7-9][0-9]|[2-9][0-9]{3})-`}}
	}
	switch {
	case t.Kind() == reflect.Map:
		return object{kind("object")}
	case f.enum != nil && null:
		values := []any{}
		for _, v := range f.enum {
			values = append(values, v)
		}
		return object{{"enum", append(values, nil)}}
	case f.enum != nil:
		return object{{"enum", f.enum}}
	case f.text == textRules["currency"]:
		return object{kind("string"), {"pattern", "^(" + strings.Join(sortedCurrencies(), "|") + ")$"}}
	}
	o := object{kind("string"), {"minLength", 1}, {"maxLength", f.text.max}}
	if f.text.pattern != "" {
		o = append(o, member{"pattern", f.text.pattern})
	}
	return o
}

func numberSchema(r *numberRule) object {
	low, high := "minimum", "maximum"
	if r.above {
		low = "exclusiveMinimum"
	}
	if r.below {
		high = "exclusiveMaximum"
	}
	o := object{{low, r.min}, {high, r.max}}
	if r.pattern != "" {
		o = append(o, member{"pattern", r.pattern})
	}
	if r.above && r.min == 0 {
		o = append(o, member{"not", object{{"type", "string"}, {"pattern", `^0(\.0+)?$`}}})
	}
	return o
}

func sortedCurrencies() []string {
	var codes []string
	for code := range currencyDecimals {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}
