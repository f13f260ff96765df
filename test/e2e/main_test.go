package e2e

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := stopContainers(); err != nil {
		fmt.Fprintln(os.Stderr, "containers:", err)
		code = 1
	}
	os.Exit(code)
}
