// Package schemas carries the descriptions that outsiders build on: the JSON Schemas of the events,
// openapi.yaml, the description of what is served over HTTP, and asyncapi.yaml, that of the topics. No code that acts
// on them lives here.
package schemas

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed openapi.yaml
var openAPI []byte

//go:embed asyncapi.yaml
var asyncAPI []byte

// OpenAPI is openapi.yaml as JSON. The bytes are shared: they must not be changed.
var OpenAPI = sync.OnceValues(func() ([]byte, error) { return toJSON("openapi.yaml", openAPI) })

// AsyncAPI is asyncapi.yaml as JSON. The bytes are shared: they must not be changed.
var AsyncAPI = sync.OnceValues(func() ([]byte, error) { return toJSON("asyncapi.yaml", asyncAPI) })

func toJSON(name string, document []byte) ([]byte, error) {
	text, err := yaml.YAMLToJSON(document)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return text, nil
}
