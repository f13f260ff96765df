package machine

import (
	"fmt"
	"os"
	"strconv"
)

// Number is a whole number above 0 that a variable of the environment holds, or another where it is unset.
func Number(variable string, otherwise int) (int, error) {
	text := os.Getenv(variable)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s: want a whole number above 0, not %q", variable, text)
	}
	return n, nil
}
