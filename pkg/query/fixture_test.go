package query_test

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"slices"
	"testing"

	"weir.dev/weir/pkg/config"
	"weir.dev/weir/pkg/event"
)

// expectations are answers by path, and in each the values by JSON pointer. A number may be said as
// {"value": n, "within": d}.
type expectations map[string]map[string]any

func readExpectations(t *testing.T) map[string]expectations {
	t.Helper()
	text, err := os.ReadFile("../../test/fixture/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]expectations
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func meets(got, want any) bool {
	near, ok := want.(map[string]any)
	if within, said := near["within"].(float64); ok && said {
		number, ok := got.(float64)
		return ok && math.Abs(number-near["value"].(float64)) <= within
	}
	return reflect.DeepEqual(got, want)
}

// The order and the number of copies in which the same events come.
var arrangements = map[string]func([]event.Event) []event.Event{
	"as it stands": func(events []event.Event) []event.Event { return events },
	"reversed": func(events []event.Event) []event.Event {
		events = slices.Clone(events)
		slices.Reverse(events)
		return events
	},
	"doubled": func(events []event.Event) []event.Event { return slices.Concat(events, events) },
	"doubled, one by one": func(events []event.Event) []event.Event {
		var out []event.Event
		for _, e := range events {
			out = append(out, e, e)
		}
		return out
	},
}

// asItStands is the events of the fixture but the reopening.
func asItStands(t *testing.T) []event.Event {
	t.Helper()
	return slices.Concat(batchFile(t, "eight_deals.json"), batchFile(t, "service.json"), batchFile(t, "customers.json"),
		batchFile(t, "engagement.json"), batchFile(t, "plan.json"))
}

func TestEightDealsAnswerAsTheSpecificationComputed(t *testing.T) {
	expected := readExpectations(t)
	for name, arrange := range arrangements {
		for _, size := range []int{1, 4, 1000} {
			m := newMemory(t, config.Default())
			h := handlerOf(t, config.Default(), m, nil)
			events, reopen := asItStands(t), batchFile(t, "reopen.json")
			m.apply("default", size, arrange(events)...)
			for _, state := range []string{"as_it_stands", "reopened"} {
				for path, values := range expected[state] {
					r := get(t, h, path)
					if r.status != 200 {
						t.Errorf("%s, %s: GET %s: %d: %s", name, state, path, r.status, r.text)
						continue
					}
					for pointer, want := range values {
						if got, ok := at(r.body, pointer); !ok || !meets(got, want) {
							t.Errorf("%s in batches of %d, %s: GET %s: %s is %v, want %v", name, size, state, path, pointer, got, want)
						}
					}
				}
				m.apply("default", size, reopen...)
			}
		}
	}
}

func TestTheReopeningMayArriveBeforeWhatItReopens(t *testing.T) {
	m := newMemory(t, config.Default())
	h := handlerOf(t, config.Default(), m, nil)
	m.apply("default", 1, batchFile(t, "reopen.json")...)
	m.apply("default", 3, arrangements["reversed"](asItStands(t))...)
	for path, values := range readExpectations(t)["reopened"] {
		r := get(t, h, path)
		for pointer, want := range values {
			if got, ok := at(r.body, pointer); !ok || !meets(got, want) {
				t.Errorf("GET %s: %s is %v, want %v", path, pointer, got, want)
			}
		}
	}
}
