// Package schemas carries the descriptions that outsiders build on: the JSON Schemas of the events, and
// openapi.yaml, the description of what is served over HTTP. No code that acts on them lives here.
package schemas

import (
	_ "embed"
	"fmt"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed openapi.yaml
var openAPI []byte

// OpenAPI is openapi.yaml as JSON. The bytes are shared: they must not be changed.
var OpenAPI = sync.OnceValues(func() ([]byte, error) {
	text, err := yaml.YAMLToJSON(openAPI)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	return text, nil
})
