package store

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	genDigits  = 16
	metaSuffix = "meta"
)

// generation is the id of a definition's state within keys.
func generation(definition string) (string, error) {
	if len(definition) < genDigits || strings.Trim(definition[:genDigits], "0123456789abcdef") != "" {
		return "", fmt.Errorf("store: definition %q: want at least %d lower-case hex digits", definition, genDigits)
	}
	return definition[:genDigits], nil
}

// home is the first part of all keys of a partition. Its braces are the hash tag.
func (s *Store) home(partition int) string {
	return s.cfg.Prefix + ":{" + strconv.Itoa(partition) + "}:"
}

// liveKey is the key of the partition's pointer to its live generation.
func (s *Store) liveKey(partition int) string {
	return s.home(partition) + metaSuffix
}

// at is the generation of this definition that a partition is at.
func (s *Store) at(partition int) string {
	if gen := s.current[partition].Load(); gen != nil {
		return *gen
	}
	return s.gen
}

// ours reports whether a generation is of this store's definition.
func (s *Store) ours(gen string) bool {
	return gen == s.gen || strings.HasPrefix(gen, s.gen+genNumber)
}

// keys is the first part of all keys of a generation of a partition.
func (s *Store) keys(partition int, gen string) string {
	return s.home(partition) + gen + ":"
}

// metaKey is the key of where a generation's state stands.
func (s *Store) metaKey(partition int, gen string) string {
	return s.keys(partition, gen) + metaSuffix
}

// checkGroup refuses a group key that would make the key of something else.
func checkGroup(group string) error {
	if group == "" || group == metaSuffix {
		return fmt.Errorf("group key %q is reserved", group)
	}
	return nil
}

func (s *Store) known(partition int) error {
	if partition < 0 || partition >= s.cfg.Partitions {
		return fmt.Errorf("there is none: %d partitions", s.cfg.Partitions)
	}
	return nil
}
