//go:build !unix

package embedded

import (
	"errors"
	"os"
)

func lockFile(*os.File) error {
	return errors.New("a data directory cannot be locked on this operating system: keep the log in memory")
}
