package state_test

import (
	"errors"
	"testing"

	"weir.dev/weir/pkg/state"
)

func FuzzParsePosition(f *testing.F) {
	for _, token := range []string{"qKl4UFIS.3.3", "a.0.9223372036854775807", "a.1", "..", "a.01.2", "a.1.-0"} {
		f.Add(token)
	}
	f.Fuzz(func(t *testing.T, token string) {
		p, err := state.ParsePosition(token)
		if err == nil && p.String() != token {
			t.Errorf("%q is read as %q", token, p)
		}
		if err != nil && !errors.Is(err, state.ErrPosition) {
			t.Errorf("%q: %v", token, err)
		}
	})
}
