// The query service answers questions over HTTP, from the store, and shows the dashboard.
package main

import (
	"os"

	"weir.dev/weir/pkg/serve"
)

func main() {
	os.Exit(serve.Main("query", "Answers questions over HTTP, and shows the dashboard.", ":8081", serve.Query))
}
