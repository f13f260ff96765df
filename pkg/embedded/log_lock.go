package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// ErrLocked is returned for a directory that another log has open, in this process or another.
var ErrLocked = errors.New("locked: another process has the data directory open")

// lockDir makes the directory and takes it for this log. The operating system gives it back with the
// process, however that ends.
func lockDir(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := lockFile(file); err != nil {
		return nil, fmt.Errorf("%s: %w", dir, unlock(file, err))
	}
	return file, nil
}

// unlock gives the directory back, and returns err and what went wrong beside it.
func unlock(file *os.File, err error) error {
	if file == nil {
		return err
	}
	return errors.Join(err, file.Close())
}
