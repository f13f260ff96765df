package event

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// verdicts asks the schema and the Go type about the same data.
func verdicts(t *testing.T, schema *jsonschema.Schema, k Kind, data string) (bySchema, byGo error) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader([]byte(data)))
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	e := eventOf(k, data)
	_, byGo = e.Validate(noon, "EUR")
	return schema.Validate(value), byGo
}

func compile(t *testing.T, k Kind) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	schema, err := c.Compile(filepath.Join(schemaFolder, k.String()+".schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestExamplesHoldInSchemaAndInGoAndUseEveryField(t *testing.T) {
	for _, k := range Kinds() {
		schema, unused := compile(t, k), map[string]bool{}
		for _, f := range shapes[k].fields {
			unused[f.name] = true
		}
		for _, data := range samples[k].examples {
			bySchema, byGo := verdicts(t, schema, k, data)
			if bySchema != nil || byGo != nil {
				t.Errorf("%s %s: schema says %v, Go says %v", k, data, bySchema, byGo)
			}
			for name := range members(t, data) {
				delete(unused, name)
			}
		}
		if len(unused) > 0 {
			t.Errorf("%s: no example has %v", k, slices.Collect(maps.Keys(unused)))
		}
	}
}

func members(t *testing.T, data string) map[string]jsontext.Value {
	t.Helper()
	var m map[string]jsontext.Value
	if err := json.Unmarshal([]byte(data), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// probe is a value for a field of some type or rule, and whether it may stand there.
type probe struct {
	value string
	holds bool
}

var text64, text128, text256, text4096 = strings.Repeat("ä", 64), strings.Repeat("ä", 128), strings.Repeat("ä", 256), strings.Repeat("ä", 4096)

// probes are by the word of the rule, or by the type where there is none.
var probes = map[string][]probe{
	"dimension": {{`"x"`, true}, {quote(text64), true}, {quote(text64 + "ä"), false}, {`""`, false}, {`"a\u0007"`, false}, {`"a\u0085"`, false}, {`"a/b"`, true}, {`7`, false}, {`["x"]`, false}},
	"id":        {{`"x"`, true}, {quote(text128), true}, {quote(text128 + "ä"), false}, {`""`, false}, {`"a\n"`, false}, {`"a/b"`, false}, {`7`, false}, {`{}`, false}},
	"reference": {{`"a/b"`, true}, {quote(text256), true}, {quote(text256 + "ä"), false}, {`""`, false}, {`"a\u007f"`, false}, {`7`, false}},
	"text":      {{`"a\nb"`, true}, {quote(text4096), true}, {quote(text4096 + "ä"), false}, {`""`, false}, {`7`, false}},
	"currency":  {{`"CHF"`, true}, {`"CLF"`, true}, {`"eur"`, false}, {`"EURO"`, false}, {`"ZZZ"`, false}, {`"XXX"`, false}, {`""`, false}, {`978`, false}},
	"period":    {{`"2026"`, true}, {`"2026-Q4"`, true}, {`"2026-12"`, true}, {`"2026-Q5"`, false}, {`"2026-13"`, false}, {`"2026-00"`, false}, {`"2026-1"`, false}, {`"26"`, false}, {`"2026-01-01"`, false}, {`"0999"`, false}, {`2026`, false}},
	"money":     {{`0`, true}, {`"0"`, true}, {`"0.01"`, true}, {`12.5`, true}, {`"999999999999.99"`, true}, {`999999999999`, true}, {`1000000000000`, false}, {`"1000000000000"`, false}, {`-1`, false}, {`"-0.01"`, false}, {`"1e3"`, false}, {`"1,000"`, false}, {`" 1"`, false}, {`"1."`, false}, {`".5"`, false}, {`"01"`, false}, {`"+1"`, false}, {`"NaN"`, false}, {`"Infinity"`, false}, {`""`, false}, {`"0.00001"`, false}, {`[1]`, false}},
	"share":     {{`0`, true}, {`1`, true}, {`1.0`, true}, {`"0.5"`, true}, {`0.30000000000000004`, true}, {`1.01`, false}, {`-0.1`, false}, {`75`, false}, {`"1.1"`, false}, {`"75"`, false}, {`"high"`, false}},
	"percent":   {{`0`, true}, {`100`, true}, {`"12.5"`, true}, {`100.1`, false}, {`"101"`, false}, {`-1`, false}},
	"rate":      {{`1.5`, true}, {`"0.0000421"`, true}, {`0`, false}, {`"0"`, false}, {`"0.00"`, false}, {`-1`, false}, {`1000000000`, false}, {`"1000000000"`, false}},
	"value":     {{`0`, true}, {`-1.5`, true}, {`"-3"`, true}, {`1000000000000`, false}, {`-1000000000000`, false}, {`"1000000000000"`, false}, {`"x"`, false}},
	"quantity":  {{`0`, true}, {`2.5`, true}, {`"9999999"`, true}, {`10000000`, false}, {`"10000000"`, false}, {`-1`, false}},
	"seconds":   {{`0`, true}, {`12.25`, true}, {`99999999`, true}, {`100000000`, false}, {`-1`, false}},
	"months":    {{`1`, true}, {`1200`, true}, {`12.0`, true}, {`0`, false}, {`1201`, false}, {`1.5`, false}, {`"12"`, false}},
	"intervals": {{`1`, true}, {`1000`, true}, {`0`, false}, {`1001`, false}, {`"1"`, false}},
	"seats":     {{`0`, true}, {`1000000000`, true}, {`-1`, false}, {`1000000001`, false}, {`0.5`, false}},
	"score":     {{`0`, true}, {`10`, true}, {`11`, false}, {`-1`, false}, {`7.5`, false}, {`"9"`, false}},
	"Day":       {{`"2026-02-28"`, true}, {`"2028-02-29"`, true}, {`"2026-02-29"`, false}, {`"2026-13-01"`, false}, {`"2026-1-1"`, false}, {`"1969-12-31"`, false}, {`"2026-02-10T00:00:00Z"`, false}, {`""`, false}, {`20260210`, false}},
	"Instant":   {{`"2026-02-10T09:30:00Z"`, true}, {`"2026-02-10T09:30:00.123456+05:30"`, true}, {`"2026-02-10T09:30:00"`, false}, {`"2026-02-10 09:30:00Z"`, false}, {`"2026-02-10"`, false}, {`"2026-02-30T09:30:00Z"`, false}, {`"2026-02-10T24:00:00Z"`, false}, {`"1969-02-10T09:30:00Z"`, false}, {`1770724800000`, false}, {`""`, false}},
	"enum":      {{`"no such word"`, false}, {`""`, false}, {`7`, false}, {`["x"]`, false}},
	"object":    {{`{}`, true}, {`{"a":{"b":[1]}}`, true}, {`[]`, false}, {`"x"`, false}, {`7`, false}},
	"strings":   {{`[]`, true}, {`["a","b"]`, true}, {`[""]`, false}, {`[7]`, false}, {`"a"`, false}, {`["` + text64 + `ä"]`, false}, {"[" + strings.Repeat(`"a",`, 1000) + `"a"]`, false}},
	"objects":   {{`[]`, true}, {`[{"contact":"C1"}]`, true}, {`[{"contact":"C1","role":null}]`, true}, {`[{}]`, false}, {`[{"contact":""}]`, false}, {`[{"contact":"a/b"}]`, false}, {`[{"contact":"C1","role":""}]`, false}, {`[{"contact":"C1","role":7}]`, false}, {`["C1"]`, false}, {`{}`, false}},
}

func quote(s string) string { return `"` + s + `"` }

// probesOf are the probes of a field.
func probesOf(t *testing.T, f field, in reflect.StructField) []probe {
	t.Helper()
	words := strings.Split(in.Tag.Get("rule"), ",")
	word := words[len(words)-1]
	switch name := in.Type.String(); {
	case f.enum != nil:
		word = "enum"
	case f.members != nil:
		word = "objects"
	case f.list:
		word = "strings"
	case strings.Contains(name, "Day"):
		word = "Day"
	case strings.Contains(name, "Instant"):
		word = "Instant"
	case in.Type.Kind() == reflect.Map:
		word = "object"
	}
	if probes[word] == nil {
		t.Fatalf("no probes for %q", word)
	}
	holding := probes[word]
	for _, v := range f.enum {
		holding = append(slices.Clone(holding), probe{quote(v), true})
	}
	return append(slices.Clone(holding), probe{`true`, false}, probe{`null`, !f.required})
}

func TestSchemaAndGoAgreeOnEveryFieldOfEveryKind(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(k.String(), func(t *testing.T) {
			schema := compile(t, k)
			payload := reflect.TypeOf(contracts[k].payload()).Elem()
			for _, f := range shapes[k].fields {
				base := exampleWith(t, k, f.name)
				if f.required {
					expect(t, schema, k, f.name, without(base, f.name), probe{"nothing", false})
				}
				for _, p := range probesOf(t, f, payload.FieldByIndex(f.index)) {
					if k == KindGoalSet && p.value == "null" {
						continue // its value or its amount must be there
					}
					expect(t, schema, k, f.name, with(base, f.name, p.value), p)
				}
			}
		})
	}
}

// exampleWith is an example that has the field.
func exampleWith(t *testing.T, k Kind, name string) map[string]jsontext.Value {
	t.Helper()
	for _, data := range samples[k].examples {
		m := members(t, data)
		if _, ok := m[name]; !ok {
			continue
		}
		if k == KindSpendRecorded { // room for the other end of the span
			m["from"], m["to"] = jsontext.Value(`"2026-01-01"`), jsontext.Value(`"2029-01-01"`)
		}
		return m
	}
	t.Fatalf("no example of %s has %s", k, name)
	return nil
}

func with(base map[string]jsontext.Value, name, value string) map[string]jsontext.Value {
	m := maps.Clone(base)
	m[name] = jsontext.Value(value)
	return m
}

func without(base map[string]jsontext.Value, name string) map[string]jsontext.Value {
	m := maps.Clone(base)
	delete(m, name)
	return m
}

func expect(t *testing.T, schema *jsonschema.Schema, k Kind, name string, data map[string]jsontext.Value, p probe) {
	t.Helper()
	text, err := json.Marshal(data, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	bySchema, byGo := verdicts(t, schema, k, string(text))
	if (bySchema == nil) != p.holds || (byGo == nil) != p.holds {
		t.Errorf("%s = %.40s: want it to hold %v; schema says %v, Go says %v", name, p.value, p.holds, bySchema, byGo)
	}
	if refusal, ok := errors.AsType[*Refusal](byGo); byGo != nil && (!ok || !strings.HasPrefix(refusal.Pointer, "/data/"+name)) {
		t.Errorf("%s = %.40s: refused elsewhere: %v", name, p.value, byGo)
	}
	if p.value == "nothing" || p.value == "null" && byGo != nil {
		if want := fmt.Sprintf("missing /data/%s: is required", name); byGo == nil || byGo.Error() != want {
			t.Errorf("%s = %s: got %v, want %s", name, p.value, byGo, want)
		}
	}
}
