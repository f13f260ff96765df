// Command report reads the stream of `go test -json`, prints what failed, counts, and ends by naming
// the real-parts suites that ran and those that did not. It fails on anything a green run must not
// hide. It knows go test and the wording of package parts, nothing else of Weir.
//
// With WEIR_REAL=require in the environment every real-parts suite must run, and at least one.
package main

import (
	"fmt"
	"os"
)

func main() {
	ok, err := report(os.Stdin, os.Stdout, os.Getenv("WEIR_REAL") == "require")
	if err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}
