package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"weir.dev/weir/pkg/config"
)

// FuzzParse: what is taken can be run with, and what is not is refused by name.
func FuzzParse(f *testing.F) {
	f.Add(whole)
	f.Add("tenants: {default: {ingest_limit: {events_per_second: 1}, stages: [{id: a, max_age_days: 1}]}}")
	f.Add("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
	f.Add("tenants: {default: {<<: {zone: Local}}}")
	files, err := filepath.Glob("../../mappings/*.weir.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := config.Parse([]byte(text))
		if err != nil {
			if !errors.Is(err, config.ErrInvalid) {
				t.Errorf("%v", err)
			}
			return
		}
		if again, err := config.Parse([]byte(text)); err != nil || !reflect.DeepEqual(c, again) {
			t.Errorf("read again: %+v, %v", again, err)
		}
		if _, err := c.Layouts(); err != nil {
			t.Errorf("no layouts: %v", err)
		}
		if c.Identity() == "" {
			t.Error("no identity")
		}
	})
}
