package store_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/store"
)

func keys(t *testing.T, b bench) {
	s := b.store(t)
	groups := []string{"deal:acme:1", "{other}:x", "}", "{}", "meta:", "won:owner", " ", "é"}
	for p := range b.cfg.Partitions {
		m, err := s.Claim(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		var changes []state.Change
		for _, g := range groups {
			changes = append(changes, set(g, "f", "v"))
		}
		if err := s.Commit(t.Context(), p, 0, at(m, 1), changes); err != nil {
			t.Fatal(err)
		}
	}
	prefix, gen := regexp.QuoteMeta(b.cfg.Prefix), hashA[:16]
	pattern := regexp.MustCompile(`^` + prefix + `:\{(\d+)\}:(meta|` + gen + `:meta|` + gen + `:(.+))$`)
	count := map[string]int{}
	iter := b.raw.Scan(t.Context(), 0, b.cfg.Prefix+"*", 1000).Iterator()
	for iter.Next(t.Context()) {
		key := iter.Val()
		match := pattern.FindStringSubmatch(key)
		if match == nil {
			t.Errorf("key %q has no known pattern", key)
			continue
		}
		if got, want := slot(key), slot(match[1]); got != want {
			t.Errorf("key %q is in slot %d, its partition in %d", key, got, want)
		}
		count[match[1]]++
	}
	if err := iter.Err(); err != nil {
		t.Fatal(err)
	}
	for p := range b.cfg.Partitions {
		if n := count[fmt.Sprint(p)]; n != 2+len(groups) {
			t.Errorf("partition %d has %d keys, want %d", p, n, 2+len(groups))
		}
	}
}

// slot is the slot of a key in a Redis Cluster, by its specification: CRC16 (XMODEM) of the hash
// tag, which is what stands in the first braces, if anything does.
func slot(key string) uint16 {
	if _, after, ok := strings.Cut(key, "{"); ok {
		if tag, _, ok := strings.Cut(after, "}"); ok && tag != "" {
			key = tag
		}
	}
	var crc uint16
	for i := range len(key) {
		crc ^= uint16(key[i]) << 8
		for range 8 {
			carry := crc&0x8000 != 0
			crc <<= 1
			if carry {
				crc ^= 0x1021
			}
		}
	}
	return crc % 16384
}

func TestSlotIsThatOfTheSpecification(t *testing.T) {
	for key, want := range map[string]uint16{
		"123456789": 0x31C3 % 16384, "{123456789}x": 0x31C3 % 16384, "a{123456789}{b}": 0x31C3 % 16384,
	} {
		if got := slot(key); got != want {
			t.Errorf("slot of %q is %d, want %d", key, got, want)
		}
	}
}

func TestNewRefusesWhatMakesNoKeys(t *testing.T) {
	good := store.Config{Definition: hashA, Partitions: 1}
	for name, spoil := range map[string]func(*store.Config){
		"no definition":     func(c *store.Config) { c.Definition = "" },
		"a short one":       func(c *store.Config) { c.Definition = hashA[:15] },
		"one not in hex":    func(c *store.Config) { c.Definition = strings.ToUpper(hashA) },
		"no partitions":     func(c *store.Config) { c.Partitions = 0 },
		"braces in prefix":  func(c *store.Config) { c.Prefix = "we{ir" },
		"a closing one too": func(c *store.Config) { c.Prefix = "we}ir" },
	} {
		cfg := good
		spoil(&cfg)
		if _, err := store.New(nil, nil, cfg); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := store.New(nil, nil, good); err != nil {
		t.Error(err)
	}
	if _, err := store.Dial("redis://host:notaport", good); err == nil {
		t.Error("a bad URL was accepted")
	}
}
