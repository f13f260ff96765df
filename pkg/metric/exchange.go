package metric

import (
	"math/big"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// Exchange converts money by the dated rates of a tenant, for answers that are not made of sums of cells.
type Exchange struct{ known exchange }

// ratesAsked is how the rates are read.
var ratesAsked = asked{group: rates, rollup: NewRollup(rates.Keep[0])}

// RatesRead names the rows that NewExchange reads.
func RatesRead(tenant string) state.Read {
	return state.Read{Key: CellKey(tenant, rates, ratesAsked.rollup, ratesFrom)}
}

// NewExchange reads what was known of rates by a day; 0 stands for all that is known. It fails with ErrCell
// or what Content.Decode fails with.
func NewExchange(rows []state.Row, known event.Day) (Exchange, error) {
	q := Question{Metric: &Metric{}, Request: Request{Known: known}}
	var cells []cellOf
	for _, row := range rows {
		c, err := ParseField(row.Field, len(ratesAsked.rollup.Dims), true, ratesFrom)
		if err != nil {
			return Exchange{}, err
		}
		v, err := q.known(row.Value)
		if err != nil {
			return Exchange{}, err
		}
		cells = append(cells, cellOf{Cell: c, asked: &ratesAsked, vector: v})
	}
	return Exchange{exchangeOf(cells)}, nil
}

// Convert is minor units of one currency in those of another, by the rates of a day; nil where none lead there.
func (x Exchange) Convert(minor int64, from, to string, day event.Day) *big.Rat {
	factor := x.known.factor(from, to, day)
	if factor == nil {
		return nil
	}
	return factor.Mul(factor, new(big.Rat).SetInt64(minor))
}

// Major is minor units of a currency as the number of major units that answers show, rounded half to even.
func Major(minor *big.Rat, currency string) Number { return major(nearest(minor), currency) }
