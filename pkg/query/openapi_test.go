package query

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/schemas"
)

// described is what these tests read of the description.
type described struct {
	Paths map[string]map[string]struct {
		Parameters []struct {
			Name, In string
			Ref      string `json:"$ref"`
		}
	}
	Components struct {
		Parameters map[string]struct{ Name, In string }
	}
}

func readDescription(t *testing.T) described {
	t.Helper()
	text, err := schemas.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	var d described
	var loose map[string]any
	if err := json.Unmarshal(text, &loose); err != nil {
		t.Fatal(err)
	}
	for _, item := range loose["paths"].(map[string]any) {
		delete(item.(map[string]any), "servers") // beside the methods, and of another shape
	}
	text, err = json.Marshal(loose)
	if err == nil {
		err = json.Unmarshal(text, &d)
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryRouteAndItsParametersAreDescribedAndNoOthers(t *testing.T) {
	d := readDescription(t)
	routes := (&service{}).routes()
	for _, rt := range routes {
		var names []string
		for _, p := range d.Paths[rt.pattern]["get"].Parameters {
			if ref, ok := strings.CutPrefix(p.Ref, "#/components/parameters/"); ok {
				p.Name, p.In = d.Components.Parameters[ref].Name, d.Components.Parameters[ref].In
			}
			if p.In == "query" {
				names = append(names, p.Name)
			}
		}
		slices.Sort(names)
		want := slices.Sorted(slices.Values(rt.params))
		if !slices.Equal(names, want) {
			t.Errorf("GET %s: described are %v, taken are %v", rt.pattern, names, want)
		}
		if len(d.Paths[rt.pattern]) != 1 {
			t.Errorf("%s is described with %d methods, want GET alone", rt.pattern, len(d.Paths[rt.pattern]))
		}
	}
	others := []string{"/v1/events", "/healthz", "/readyz", "/metrics", "/openapi.json", "/"}
	for path := range d.Paths {
		known := slices.Contains(others, path) || slices.ContainsFunc(routes, func(rt route) bool { return rt.pattern == path })
		if !known {
			t.Errorf("%s is described and not served", path)
		}
	}
}
