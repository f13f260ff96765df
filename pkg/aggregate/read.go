package aggregate

import (
	"fmt"
	"strings"

	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// HeadRef names the first row of an entity; without that row there is no such entity.
func HeadRef(tenant, subject string) state.Ref {
	return state.Ref{Key: EntityKey(tenant, ledger.KindOf(subject)), Field: headField(subject)}
}

// RestRefs names the other rows of an entity whose first row is head. It fails with ErrEntity.
func RestRefs(tenant, subject string, head []byte) ([]state.Ref, error) {
	e, err := parseHead(head)
	if err != nil {
		return nil, err
	}
	return e.rest(EntityKey(tenant, ledger.KindOf(subject)), subject), nil
}

// ReadFacts decodes, in order, all that is known of an entity: from its first row, and from the others
// in the order of RestRefs. It fails with ErrEntity or ledger.ErrCorrupt.
func ReadFacts(head []byte, rest [][]byte, into *ledger.Facts) error {
	e, err := parseHead(head)
	if err != nil {
		return err
	}
	if len(rest) != len(e.sealed)+len(e.told) {
		return ErrEntity
	}
	if err := e.give(rest); err != nil {
		return err
	}
	_, err = e.facts(into)
	return err
}

// EachEntity calls each for the entities of all rows of an EntityKey, with all that is known of them, in the
// order of facts. The facts are valid until each returns. It fails with ErrEntity, ledger.ErrCorrupt or what
// each fails with.
func EachEntity(rows []state.Row, each func(subject string, facts []ledger.Fact) error) error {
	values := make(map[string][]byte, len(rows))
	for _, row := range rows {
		values[row.Field] = row.Value
	}
	var facts ledger.Facts
	for _, row := range rows {
		subject := row.Field
		if strings.Contains(subject, mark) {
			continue // a row beside a first one
		}
		e, err := parseHead(row.Value)
		if err != nil {
			return fmt.Errorf("%s: %w", subject, err)
		}
		var rest [][]byte
		for _, ref := range e.rest("", subject) {
			rest = append(rest, values[ref.Field])
		}
		if err = ReadFacts(row.Value, rest, &facts); err == nil {
			err = each(subject, facts.List)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", subject, err)
		}
	}
	return nil
}
