package aggregate

import (
	"encoding/binary"
	"errors"
	"slices"

	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// ErrEntity is returned for a stored entity that cannot be read.
var ErrEntity = errors.New("aggregate: a stored entity cannot be read")

// An entity is a few rows: a head, with the facts that came last; blocks of earlier facts, sealed when
// they were full; and for each entity that told it something, what that one tells at present. So an
// event rewrites at most a block, however long the life.

// sealAt is the size in bytes from which a block is sealed.
const sealAt = 2048

// mark stands between a subject and what else names a row of it; no subject holds it.
const mark = "\x1f"

// entityKey names an entity within a partition.
type entityKey struct {
	tenant  *tenant
	subject string
}

// entity is what is kept of an entity: stored blocks, which are decoded when they are needed. It is
// never changed once it is held; a change makes a new one.
type entity struct {
	sealed []string
	open   string
	told   []told
}

// told is what one entity tells another.
type told struct {
	from  string // subject
	block string
}

// EntityKey is the key of the rows of a tenant's entities of a kind.
func EntityKey(tenant string, kind ledger.Kind) string {
	return "e:" + tenant + ":" + kind.String()
}

func headField(subject string) string { return subject }

func sealedField(subject string, i int) string {
	return string(binary.AppendUvarint([]byte(subject+mark+"#"), uint64(i)))
}

func toldField(subject, from string) string { return subject + mark + "<" + from }

// head is the stored form of the head row: what other rows there are, and the open block.
func (e *entity) head() []byte {
	b := binary.AppendUvarint(nil, uint64(len(e.sealed)))
	b = binary.AppendUvarint(b, uint64(len(e.told)))
	for _, t := range e.told {
		b = binary.AppendUvarint(b, uint64(len(t.from)))
		b = append(b, t.from...)
	}
	return append(b, e.open...)
}

// maxBlocks bounds what a head row is believed to count: two gigabytes of facts.
const maxBlocks = 1 << 20

// parseHead reads a head row. The sealed blocks and what was told are still to be given.
func parseHead(b []byte) (*entity, error) {
	e := &entity{}
	s := string(b)
	number := func() int {
		v, n := binary.Uvarint([]byte(s[:min(len(s), binary.MaxVarintLen64)]))
		if n <= 0 || v > maxBlocks {
			s = ""
			return -1
		}
		s = s[n:]
		return int(v)
	}
	sealed, tellers := number(), number()
	if sealed < 0 || tellers < 0 {
		return nil, ErrEntity
	}
	e.sealed = make([]string, sealed)
	for range tellers {
		n := number()
		if n < 0 || n > len(s) {
			return nil, ErrEntity
		}
		e.told = append(e.told, told{from: s[:n]})
		s = s[n:]
	}
	e.open = s
	return e, nil
}

// rest names the rows of an entity beside its head.
func (e *entity) rest(key, subject string) []state.Ref {
	var refs []state.Ref
	for i := range e.sealed {
		refs = append(refs, state.Ref{Key: key, Field: sealedField(subject, i)})
	}
	for _, t := range e.told {
		refs = append(refs, state.Ref{Key: key, Field: toldField(subject, t.from)})
	}
	return refs
}

// give hands over the rows that rest named.
func (e *entity) give(values [][]byte) error {
	for i, v := range values {
		if v == nil {
			return ErrEntity
		}
		if i < len(e.sealed) {
			e.sealed[i] = string(v)
		} else {
			e.told[i-len(e.sealed)].block = string(v)
		}
	}
	return nil
}

// facts decodes all that is known of the entity, in order, and returns the texts that its open block has
// named, which with needs before the room is used again.
func (e *entity) facts(into *ledger.Facts) (ledger.Table, error) {
	into.Reset()
	for _, block := range e.sealed {
		if _, err := into.Decode(block); err != nil {
			return nil, err
		}
	}
	for _, t := range e.told {
		if _, err := into.Decode(t.block); err != nil {
			return nil, err
		}
	}
	table, err := into.Decode(e.open)
	if err != nil {
		return nil, err
	}
	ledger.Sort(into.List)
	return table, nil
}

// own decodes what was said of the entity itself, in order.
func (e *entity) own(into *ledger.Facts) error {
	_, err := (&entity{sealed: e.sealed, open: e.open}).facts(into)
	return err
}

// with is the entity with one more fact; the table is of its open block.
func (e *entity) with(f *ledger.Fact, table ledger.Table) *entity {
	next := &entity{sealed: e.sealed, told: e.told, open: e.open}
	if len(e.open) >= sealAt {
		next.sealed = append(e.sealed[:len(e.sealed):len(e.sealed)], e.open)
		next.open, table = "", nil
	}
	var room [256]byte // most facts are shorter
	next.open += string(table.Append(room[:0], f))
	return next
}

// knownFrom is the entity with a fact known from an earlier day on.
func (e *entity) knownFrom(f *ledger.Fact, scratch *ledger.Facts) (*entity, error) {
	return e.rewritten(scratch, func(g ledger.Fact) ledger.Fact {
		if g.Same(f) {
			g.Known = f.Known
		}
		return g
	})
}

// erased is the entity without what an erasure takes away, from what others tell it too.
func (e *entity) erased(scratch *ledger.Facts) (*entity, error) {
	next, err := e.rewritten(scratch, ledger.Erase)
	if err != nil {
		return nil, err
	}
	next.told = append([]told(nil), e.told...)
	for i := range next.told {
		if next.told[i].block, err = rewrite(e.told[i].block, scratch, ledger.Erase); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// rewritten is the entity with each of its own facts changed.
func (e *entity) rewritten(scratch *ledger.Facts, change func(ledger.Fact) ledger.Fact) (*entity, error) {
	next := &entity{sealed: append([]string(nil), e.sealed...), told: e.told}
	var err error
	for i := range next.sealed {
		if next.sealed[i], err = rewrite(e.sealed[i], scratch, change); err != nil {
			return nil, err
		}
	}
	next.open, err = rewrite(e.open, scratch, change)
	return next, err
}

// rewrite is a block with each of its facts changed.
func rewrite(block string, scratch *ledger.Facts, change func(ledger.Fact) ledger.Fact) (string, error) {
	scratch.Reset()
	if _, err := scratch.Decode(block); err != nil {
		return "", err
	}
	var table ledger.Table
	var b []byte
	for i := range scratch.List {
		f := change(scratch.List[i])
		b = table.Append(b, &f)
	}
	return string(b), nil
}

// hearing is the entity with what another tells it now; without facts, that one tells it nothing any more. It is
// the entity itself where that is no news.
func (e *entity) hearing(from string, facts []ledger.Fact) *entity {
	var b []byte
	var table ledger.Table
	for i := range facts {
		b = table.Append(b, &facts[i])
	}
	block := string(b)
	next := &entity{sealed: e.sealed, open: e.open}
	switch i := slices.IndexFunc(e.told, func(t told) bool { return t.from == from }); {
	case i < 0 && block == "", i >= 0 && e.told[i].block == block:
		return e
	case i < 0: // there is one successor at a time, so what lies behind the list is free
		next.told = append(e.told, told{from, block})
	case block == "":
		next.told = slices.Concat(e.told[:i], e.told[i+1:])
	default:
		next.told = slices.Clone(e.told)
		next.told[i].block = block
	}
	return next
}

// hears is what another tells the entity at present, in its stored form.
func (e *entity) hears(from string) string {
	for _, t := range e.told {
		if t.from == from {
			return t.block
		}
	}
	return ""
}

// changes lists the rows in which the entity differs from what it was.
func (e *entity) changes(was *entity, key, subject string) []state.Change {
	row := func(field string, value []byte) state.Change {
		return state.Change{Ref: state.Ref{Key: key, Field: field}, Value: value}
	}
	var out []state.Change
	if !e.headed(was) {
		out = append(out, row(headField(subject), e.head()))
	}
	for i, block := range e.sealed {
		if i >= len(was.sealed) || was.sealed[i] != block {
			out = append(out, row(sealedField(subject, i), []byte(block)))
		}
	}
	before := was.tellers()
	for _, t := range e.told {
		if before[t.from] != t.block {
			out = append(out, row(toldField(subject, t.from), []byte(t.block)))
		}
		delete(before, t.from)
	}
	for from := range before {
		out = append(out, row(toldField(subject, from), nil))
	}
	return out
}

// headed reports whether the head row is that of another state of the entity too.
func (e *entity) headed(other *entity) bool {
	return e.open == other.open && len(e.sealed) == len(other.sealed) &&
		slices.EqualFunc(e.told, other.told, func(a, b told) bool { return a.from == b.from })
}

// tellers is what each other entity tells the entity.
func (e *entity) tellers() map[string]string {
	if len(e.told) == 0 {
		return nil
	}
	all := make(map[string]string, len(e.told))
	for _, t := range e.told {
		all[t.from] = t.block
	}
	return all
}
