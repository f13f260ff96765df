package audit

import (
	"fmt"
	"maps"
	"slices"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// count is how many entities of a kind there are of which anything is known, and how many facts are.
type count struct {
	entities, facts int
}

// entityCounts are those of the log, by the key of their rows.
func (r *Recomputation) entityCounts() map[string]count {
	counts := map[string]count{}
	for tenant, all := range r.entities {
		for subject, e := range all {
			if n := len(e.facts()); n > 0 {
				key := aggregate.EntityKey(tenant, ledger.KindOf(subject))
				counts[key] = count{counts[key].entities + 1, counts[key].facts + n}
			}
		}
	}
	return counts
}

// compareEntities counts what was recomputed against stored rows of entities, and says what differs.
func compareEntities(r *Recomputation, got Rows) (entities int, wrong []string) {
	want := r.entityCounts()
	for _, c := range want {
		entities += c.entities
	}
	keys := slices.Sorted(maps.Keys(want))
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, known := want[key]; !known {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		found, err := stored(got[key])
		switch {
		case err != nil:
			wrong = append(wrong, fmt.Sprintf("%s: the store holds what cannot be read: %v", key, err))
		case found != want[key]:
			wrong = append(wrong, fmt.Sprintf("%s: the log knows %d entities with %d facts, the store %d with %d",
				key, want[key].entities, want[key].facts, found.entities, found.facts))
		}
	}
	return entities, wrong
}

// stored counts rows of entities. One that was told something and is not any more is none.
func stored(fields map[string][]byte) (c count, err error) {
	rows := make([]state.Row, 0, len(fields))
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		rows = append(rows, state.Row{Field: field, Value: fields[field]})
	}
	err = aggregate.EachEntity(rows, func(_ string, facts []ledger.Fact) error {
		if len(facts) > 0 {
			c.entities++
			c.facts += len(facts)
		}
		return nil
	})
	return c, err
}
