package query

import (
	"bytes"
	"cmp"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/metrics.md from the catalogue")

const pageFile = "../../docs/metrics.md"

func TestTheMetricsPageIsWhatTheCatalogueSays(t *testing.T) {
	want := page(entries())
	if *update {
		if err := os.WriteFile(pageFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(pageFile); err != nil || !bytes.Equal(got, want) {
		t.Errorf("docs/metrics.md is not what the catalogue says (%v): run go generate ./pkg/query", err)
	}
}

// page is the catalogue for people, in the order of the ids.
func page(list []entry) []byte {
	slices.SortFunc(list, func(a, b entry) int { return cmp.Compare(a.ID, b.ID) })
	var b bytes.Buffer
	fmt.Fprintf(&b, pageHead, len(list), code(windows))
	for _, e := range list {
		fmt.Fprintf(&b, "| [`%s`](#%s) | %s | %s | %s |\n", e.ID, e.ID, e.Unit, e.Kind, e.Direction)
	}
	for i := range list {
		e := &list[i]
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", e.ID, e.Sentence)
		fmt.Fprintf(&b, "- **Formula**: %s\n", e.Formula)
		fmt.Fprintf(&b, "- **Unit**: %s. **Kind**: %s. **Better**: %s. **Version**: %d.\n", e.Unit, e.Kind, e.Direction, e.Version)
		fmt.Fprintf(&b, "- **Dimensions**: %s\n", cmp.Or(code(e.Dimensions), "none"))
		takes := "all"
		if !slices.Equal(e.Windows, windows) {
			takes = code(e.Windows)
		}
		fmt.Fprintf(&b, "- **Windows**: %s\n", takes)
		if e.Ambiguity != "" {
			fmt.Fprintf(&b, "- **Ambiguity**: %s\n", e.Ambiguity)
		}
		if len(e.Siblings) > 0 {
			fmt.Fprintf(&b, "- **Other readings**: %s\n", links(e.Siblings))
		}
		fmt.Fprintf(&b, "- **Source**: %s\n", e.Source)
	}
	return b.Bytes()
}

const pageHead = `# The metrics

<!-- Generated from the catalogue by go generate ./pkg/query; not to be edited. -->

These are the %d metrics of the catalogue, as ` + "`GET /v1/metrics`" + ` tells them too. ` + "`GET /v1/metrics/{id}`" + ` answers each.

A *flow* is what happened in the window; a *stock* what stood at the end of its last day, or of ` + "`as_of`" + `; a *ratio* is one of two sums of the window; a
*cohort* is those that entered in the window, and how many of them reached the end by ` + "`as_of`" + `; a *quantile* is a distribution over the window, with its median
as the value, or its mean where the id begins with ` + "`average_`" + `. T is ` + "`as_of`" + `. Ratios are fractions, durations seconds, money is in major units.

The dimensions are those that a metric can be split and filtered by alone, without any rollup being declared. The windows are
%s. Days are days of the tenant's zone.

| Metric | Unit | Kind | Better |
|---|---|---|---|
`

func code(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "`" + strings.Join(list, "`, `") + "`"
}

func links(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = fmt.Sprintf("[`%s`](#%s)", id, id)
	}
	return strings.Join(out, ", ")
}
