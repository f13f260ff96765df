// The aggregator applies the event log to the store: it is where events become numbers.
package main

import (
	"os"

	"weir.dev/weir/pkg/serve"
)

func main() {
	os.Exit(serve.Main("aggregator", "Applies the event log to the store.", ":8082", serve.Aggregator))
}
