package aggregate

import (
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// maxRollupDims is how many dimensions a rollup may combine.
const maxRollupDims = 4

// symbols are numbers for texts, so that what is found by them has keys without pointers.
type symbols struct {
	numbers map[string]uint32
	texts   []string
}

func (s *symbols) of(text string) uint32 {
	n, ok := s.numbers[text]
	if !ok {
		n = uint32(len(s.texts))
		text = string(append([]byte(nil), text...)) // the text may be part of a block
		s.texts = append(s.texts, text)
		s.numbers[text] = n
	}
	return n
}

// series is the cells of one combination of values and currency in one rollup of a group.
type series struct {
	tenant *tenant
	group  uint8
	rollup uint8
	field  string // what the fields of their rows begin with
}

// split is a combination of dimensions that groups of a tenant are rolled up by. They share it, so that what
// an entity's values make of it is found once for all of them.
type split struct {
	dims []ledger.Dim
	own  bool // some belong to the group
}

// splitsOf is the splits of a layout, and which one each rollup of each group is.
func splitsOf(layout *metric.Layout) (splits []split, of [][]uint16) {
	places := map[string]uint16{}
	of = make([][]uint16, len(layout.Rollups))
	for g, rollups := range layout.Rollups {
		for _, r := range rollups {
			place, ok := places[r.Name]
			if !ok {
				place = uint16(len(splits))
				places[r.Name] = place
				s := split{dims: r.Dims}
				for _, dim := range r.Dims {
					s.own = s.own || dim >= ledger.NumDims
				}
				splits = append(splits, s)
			}
			of[g] = append(of[g], place)
		}
	}
	return splits, of
}

// shareKey names the values that a split has, and a currency.
type shareKey struct {
	tenant   uint16
	split    uint16
	currency uint32
	values   [maxRollupDims]uint32
}

// shares number the values that splits have: what the groups have in common in the cells of those values. They are
// found by a hash table with open addressing, since an event asks for some thirty.
type shares struct {
	slots  []shareSlot // a power of two of them
	fields []string    // what the fields of their rows begin with, by number; the first stands for none
	series []uint32    // the numbers of their series, from 1, group by group for each share; 0 for one that is not numbered yet
}

type shareSlot struct {
	key   shareKey
	share uint32 // 0 where there is none
}

func newShares() shares {
	return shares{fields: make([]string, 1), series: make([]uint32, len(metric.Groups))}
}

// of is the number of the share of a key; fresh reports that it had none, and is to be given its field.
func (t *shares) of(k *shareKey) (share uint32, fresh bool) {
	if 2*len(t.fields) >= len(t.slots) {
		old := t.slots
		t.slots = make([]shareSlot, max(leastSlots, 2*len(old)))
		for i := range old {
			if old[i].share != 0 {
				*t.search(&old[i].key) = old[i]
			}
		}
	}
	s := t.search(k)
	if fresh = s.share == 0; fresh {
		s.key, s.share = *k, uint32(len(t.fields))
		t.fields = append(t.fields, "")
		t.series = append(t.series, make([]uint32, len(metric.Groups))...)
	}
	return s.share, fresh
}

// seriesOf is where the number of a share's series in a group stands.
func (t *shares) seriesOf(share uint32, group uint8) *uint32 {
	return &t.series[int(share)*len(metric.Groups)+int(group)]
}

// search is the slot of a key, or the empty one that it would get.
func (t *shares) search(k *shareKey) *shareSlot {
	mask := uint64(len(t.slots) - 1)
	for i := k.hash(); ; i++ {
		if s := &t.slots[i&mask]; s.share == 0 || s.key == *k {
			return s
		}
	}
}

func (k *shareKey) hash() uint64 {
	h := uint64(k.tenant)<<48 ^ uint64(k.split)<<32 ^ uint64(k.currency)
	for i := 0; i < maxRollupDims; i += 2 {
		h = (h ^ uint64(k.values[i])<<32 ^ uint64(k.values[i+1])) * 0x9e3779b97f4a7c15
		h ^= h >> 32
	}
	return h
}

// names numbers what cells are found by.
type names struct {
	symbols symbols
	shares  shares
	series  []series // the first stands for none

	// What was resolved of the dimensions that were asked for last, where the turn is theirs.
	dims    *ledger.Dims
	turn    uint32
	carried [ledger.NumDims]resolved
	known   []resolved   // shares, by split, without and with a currency
	lately  [64]numbered // some values of groups' own dimensions
}

// resolved is what was found in a turn.
type resolved struct {
	turn     uint32
	currency uint32
	is       uint32
}

func newNames() names {
	return names{symbols: symbols{numbers: map[string]uint32{}}, shares: newShares(), series: make([]series, 1)}
}

// turnTo makes dims those that are resolved; nil where those of before are not valid any more.
func (n *names) turnTo(dims *ledger.Dims) {
	if dims != n.dims || dims == nil {
		n.dims = dims
		n.turn++
	}
}

// value is the number of a point's value of a dimension; unknown ones are called so.
func (n *names) value(g *metric.Group, pt *metric.Point, dim ledger.Dim) uint32 {
	if dim < ledger.NumDims {
		r := &n.carried[dim]
		if r.turn != n.turn {
			r.turn, r.is = n.turn, n.symbols.of(orUnknown(pt.Dims[dim]))
		}
		return r.is
	}
	text := orUnknown(pt.Value(g, dim))
	l := &n.lately[(int(dim)+len(text))%len(n.lately)]
	if l.text != text {
		l.number = n.symbols.of(text)
		l.text = n.symbols.texts[l.number] // the text itself may be part of a block
	}
	return l.number
}

// numbered is a value that was numbered lately.
type numbered struct {
	text   string
	number uint32
}

// seriesOf is the series of a point in a rollup of its group. The dimensions in turn must be the point's.
func (n *names) seriesOf(t *tenant, pt *metric.Point, rollup int) uint32 {
	place := t.split[pt.Group][rollup]
	currency := packCurrency(pt.Currency)
	var share uint32
	if t.splits[place].own {
		share = n.share(t, pt, place, currency)
	} else {
		at := 2 * int(place)
		if currency != 0 {
			at++
		}
		for len(n.known) <= at {
			n.known = append(n.known, resolved{})
		}
		r := &n.known[at]
		if r.turn != n.turn || r.currency != currency {
			*r = resolved{n.turn, currency, n.share(t, pt, place, currency)}
		}
		share = r.is
	}
	number := n.shares.seriesOf(share, pt.Group)
	if *number == 0 {
		*number = uint32(len(n.series))
		n.series = append(n.series, series{tenant: t, group: pt.Group, rollup: uint8(rollup), field: n.shares.fields[share]})
	}
	return *number
}

// share is the number of that of a point in a split.
func (n *names) share(t *tenant, pt *metric.Point, place uint16, currency uint32) uint32 {
	key := shareKey{tenant: t.number, split: place, currency: currency}
	dims := t.splits[place].dims
	for i, dim := range dims {
		key.values[i] = n.value(metric.Groups[pt.Group], pt, dim)
	}
	share, fresh := n.shares.of(&key)
	if fresh {
		values := make([]string, len(dims))
		for i := range values {
			values[i] = n.symbols.texts[key.values[i]]
		}
		n.shares.fields[share] = metric.FieldPrefix(values, unpackCurrency(currency))
	}
	return share
}

const unknown = "unknown"

func orUnknown(s string) string {
	if s == "" {
		return unknown
	}
	return s
}

func packCurrency(s string) uint32 {
	var n uint32
	for i := range len(s) {
		n = n<<8 | uint32(s[i])
	}
	return n
}

func unpackCurrency(n uint32) string {
	if n == 0 {
		return ""
	}
	return string([]byte{byte(n >> 16), byte(n >> 8), byte(n)})
}
