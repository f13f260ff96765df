package aggregate

import (
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// maxRollupDims is how many dimensions a rollup may combine.
const maxRollupDims = 4

// symbols are numbers for texts, so that cells are found by keys without pointers.
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

// seriesKey names the cells of one combination of values and currency in one rollup.
type seriesKey struct {
	tenant   uint16
	group    uint8
	rollup   uint8
	currency uint32
	values   [maxRollupDims]uint32
}

// series is what is known of them: everything that their rows' names are made of, but the place.
type series struct {
	seriesKey
	field  string
	months *list // of its month cells
	list   *list // of its other cells of the bucket that was asked for last
	bucket int32
	recent *pending // the cell of it that changed last: a batch is mostly of one day …
	commit int      // … in this commit
}

// symbol is the number of a point's value of a dimension; unknown ones are called so.
func (c *cells) symbol(g *metric.Group, pt *metric.Point, dim ledger.Dim) uint32 {
	if dim < ledger.NumDims {
		if !c.resolved[dim] {
			c.carried[dim], c.resolved[dim] = c.symbols.of(orUnknown(pt.Dims[dim])), true
		}
		return c.carried[dim]
	}
	for i, own := range g.Own {
		if own == dim {
			return c.symbols.of(orUnknown(pt.Own[i]))
		}
	}
	return c.symbols.of(unknown)
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

func (c *cells) seriesOf(key seriesKey) uint32 {
	n, ok := c.index[key]
	if !ok {
		n = uint32(len(c.series))
		c.index[key] = n
		values := make([]string, len(c.rollup(key.tenant, key.group, key.rollup).Dims))
		for i := range values {
			values[i] = c.symbols.texts[key.values[i]]
		}
		c.series = append(c.series, series{seriesKey: key, field: metric.FieldPrefix(values, unpackCurrency(key.currency))})
	}
	return n
}

func (c *cells) rollup(tenant uint16, group, rollup uint8) metric.Rollup {
	return c.tenants[tenant].layout.Rollups[group][rollup]
}
