// The ingestor takes events in, over HTTP and from inbox topics, and writes them to the log.
package main

import (
	"os"

	"weir.dev/weir/pkg/serve"
)

func main() {
	os.Exit(serve.Main("ingestor", "Takes events in, and writes them to the log.", ":8080", serve.Ingestor))
}
