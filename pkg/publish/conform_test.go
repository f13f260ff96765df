package publish_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/publish"
	"weir.dev/weir/schemas"
)

// base is where the descriptions lie for those that refer to each other.
const base = "https://weir.dev/schemas/"

// described compiles the description of the topics, with every schema that lists properties closed, so that a field
// more is caught.
func described(t *testing.T) (compiler *jsonschema.Compiler, schemasOf map[string]any) {
	t.Helper()
	compiler = jsonschema.NewCompiler()
	compiler.AssertFormat()
	add := func(name string, text []byte, err error) map[string]any {
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		closed := document.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
		closeAll(closed)
		if err := compiler.AddResource(base+name, document); err != nil {
			t.Fatal(err)
		}
		return closed
	}
	text, err := schemas.OpenAPI()
	add("openapi.yaml", text, err)
	text, err = schemas.AsyncAPI()
	return compiler, add("asyncapi.yaml", text, err)
}

func closeAll(schema any) {
	switch s := schema.(type) {
	case map[string]any:
		if _, lists := s["properties"].(map[string]any); lists && s["additionalProperties"] == nil {
			s["additionalProperties"] = false
		}
		for _, part := range s {
			closeAll(part)
		}
	case []any:
		for _, part := range s {
			closeAll(part)
		}
	}
}

func TestWhatIsSentIsWhatTheDescriptionSays(t *testing.T) {
	compiler, _ := described(t)
	compile := func(place string) *jsonschema.Schema {
		s, err := compiler.Compile(base + "asyncapi.yaml#/components/" + place)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	data := map[string]*jsonschema.Schema{publish.Updated: compile("schemas/Update"), publish.Corrected: compile("schemas/Correction")}
	headers := compile("messageTraits/published/headers")
	b := newBench(t, "")
	b.commit(b.fixture("eight_deals.json")...)
	b.round()
	b.commit(b.fixture("reopen.json")...)
	if n := b.round().count(publish.Corrected); n == 0 {
		t.Fatal("nothing is corrected")
	}
	for i, m := range b.read(b.sent) {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(m.Data))
		if err != nil {
			t.Fatal(err)
		}
		if err := data[m.Type].Validate(value); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
		if err := headers.Validate(attributes(b.sent[i])); err != nil {
			t.Errorf("%s: %v", m.ID, err)
		}
	}
}

func attributes(r event.Record) map[string]any {
	all := map[string]any{}
	for _, h := range r.Headers {
		all[h.Key] = string(h.Value)
	}
	return all
}

func TestTheDescriptionNamesEachFieldThatIsSentAndNoOther(t *testing.T) {
	_, schemasOf := described(t)
	for name, data := range map[string]any{"Update": publish.Update{}, "Correction": publish.Correction{}, "Window": publish.Window{}} {
		var sent, said []string
		for _, f := range reflect.VisibleFields(reflect.TypeOf(data)) {
			field, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			sent = append(sent, field)
		}
		for field := range schemasOf[name].(map[string]any)["properties"].(map[string]any) {
			said = append(said, field)
		}
		slices.Sort(sent)
		slices.Sort(said)
		if !slices.Equal(sent, said) {
			t.Errorf("%s: sent %v, described %v", name, sent, said)
		}
	}
}
