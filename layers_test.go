// Package weir_test holds this tree to its law: which package may import which, and how large things
// may grow. How that is checked stands in test/layers; nothing else is tested here.
package weir_test

import (
	"os"
	"testing"

	"weir.dev/weir/test/layers"
)

const module = "weir.dev/weir"

// law is the import law and the budgets of ARCHITECTURE.md.
var law = layers.Law{
	Module: module,
	// In this order: each may import those before it.
	Pure: []string{
		"pkg/event", "pkg/state", "pkg/calendar", "pkg/ledger", "pkg/metric",
		"pkg/score", "pkg/forecast", "pkg/insight", "pkg/publish", "pkg/aggregate",
	},
	PureImports: []string{
		"bytes", "cmp", "crypto/sha256", "encoding/base64", "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt", "hash", "iter",
		"maps", "math", "math/big", "math/bits", "reflect", "slices", "sort", "strconv", "strings", "time", "time/tzdata", "unicode", "unicode/utf8",
		"github.com/cespare/xxhash/v2", "github.com/go-json-experiment/json",
	},
	Rules: []layers.Rule{
		{
			Imports: []string{module + "/services"},
			Tests:   true,
			Why:     "services wire, and nobody imports them",
		},
		{
			Imports: []string{module + "/pkg/parts"},
			Why:     "it is support for tests",
		},
		{
			In:      []string{"pkg/engine"},
			Imports: []string{module + "/pkg/eventlog", module + "/pkg/store", module + "/pkg/embedded"},
			Why:     "the engine knows only the interfaces that it declares",
		},
		{
			In:      []string{"pkg/ingest", "pkg/query"},
			Imports: []string{module + "/pkg/eventlog", module + "/pkg/store", module + "/pkg/embedded"},
			Why:     "an edge knows the pure core and the interfaces that it declares",
		},
		{
			Except: []string{"pkg/eventlog", "pkg/store", "pkg/embedded", "services", "test"},
			Imports: []string{
				"github.com/segmentio/kafka-go", "github.com/twmb/franz-go",
				"github.com/redis/go-redis/v9", "github.com/alicebob/miniredis/v2",
			},
			Why: "only the log, the store and their embedded twins speak to Kafka and Redis",
		},
		{
			Except:  []string{"pkg/ingest", "pkg/query", "test"},
			Imports: []string{"github.com/cloudevents/sdk-go/v2"},
			Why:     "it is the oracle of tests and a type of the edges; the hot path does not pay for it",
		},
		{
			In:      []string{"test/e2e"},
			Imports: []string{module},
			Tests:   true,
			Why:     "black-box tests know the product by its binaries, its ports and its schemas",
		},
	},
	Names:   []string{"util", "utils", "common", "helpers", "misc"},
	Lines:   400,
	Methods: 5,
	Entries: 22,
}

func TestTheTreeKeepsItsLaw(t *testing.T) {
	broken, err := layers.Check(os.DirFS("."), law)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range broken {
		t.Error(line)
	}
}
