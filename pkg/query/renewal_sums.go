package query

import (
	"math/big"
	"slices"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
)

// renewalDims are what the sums of renewals can be split by.
var renewalDims = []string{"quarter", "owner", "segment"}

// renewalSums is how the renewals of one combination of values stand.
type renewalSums struct {
	Dimensions map[string]string   `json:"dimensions"`
	Due        renewalSum          `json:"due"` // all of them
	Open       renewalSum          `json:"open"`
	AtRisk     renewalSum          `json:"at_risk"` // among the open ones
	Renewed    renewalSum          `json:"renewed"` // at what they were renewed for
	Lost       renewalSum          `json:"lost"`
	Rules      map[ledger.Risk]int `json:"rules"` // how many each rule holds for
	Missing    map[string]any      `json:"missing"`

	values  []string
	foreign map[string]*big.Rat // what has no rate, by currency
}

// renewalSum is how many renewals there are, and their amount.
type renewalSum struct {
	Count  int           `json:"count"`
	Amount metric.Number `json:"amount"`

	sum big.Rat
}

// exchange converts into the currency of an answer, by the rates of its day.
type exchange struct {
	rates    metric.Exchange
	currency string
	day      event.Day
}

// sumRenewals sums renewals by the values of some dimensions, in the order of the values. Without a dimension
// there is always one, if of nothing.
func sumRenewals(list []renewalLine, by []string, cal calendar.Calendar, x exchange) []renewalSums {
	sums := map[string]*renewalSums{}
	at := func(values []string) *renewalSums {
		key := strings.Join(values, "\x1f")
		if sums[key] == nil {
			sums[key] = &renewalSums{
				Dimensions: map[string]string{}, Rules: map[ledger.Risk]int{}, Missing: map[string]any{}, values: values, foreign: map[string]*big.Rat{},
			}
			for i, name := range by {
				sums[key].Dimensions[name] = values[i]
			}
		}
		return sums[key]
	}
	if len(by) == 0 {
		at(nil)
	}
	for i := range list {
		l := &list[i]
		of := map[string]string{"quarter": quarterOf(cal, l.due), "owner": l.Owner, "segment": l.Segment}
		var values []string
		for _, name := range by {
			values = append(values, of[name])
		}
		at(values).add(l, x)
	}
	out := make([]renewalSums, 0, len(sums))
	for _, s := range sums {
		s.finish(x.currency)
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b renewalSums) int { return slices.Compare(a.values, b.values) })
	return out
}

// add adds a renewal. What was renewed in another currency without a rate is missing as it was renewed for,
// anything else as it is due.
func (s *renewalSums) add(l *renewalLine, x exchange) {
	due := x.rates.Convert(l.amount, l.Currency, x.currency, x.day)
	if due == nil {
		s.leaveOut(l.amount, l.Currency)
	}
	s.Due.add(due)
	switch l.Status {
	case renewalAtRisk:
		s.AtRisk.add(due)
		s.Open.add(due)
	case renewalOpen:
		s.Open.add(due)
	case renewalLost:
		s.Lost.add(due)
	case renewalRenewed:
		worth := x.rates.Convert(l.worth, l.RenewedIn, x.currency, x.day)
		if worth == nil && due != nil {
			s.leaveOut(l.worth, l.RenewedIn)
		}
		s.Renewed.add(worth)
	}
	for _, rule := range l.Rules {
		s.Rules[rule]++
	}
}

func (s *renewalSums) leaveOut(minor int64, currency string) {
	if s.foreign[currency] == nil {
		s.foreign[currency] = new(big.Rat)
	}
	s.foreign[currency].Add(s.foreign[currency], new(big.Rat).SetInt64(minor))
}

func (s *renewalSum) add(amount *big.Rat) {
	s.Count++
	if amount != nil {
		s.sum.Add(&s.sum, amount)
	}
}

// finish rounds the sums, once each.
func (s *renewalSums) finish(currency string) {
	for _, one := range []*renewalSum{&s.Due, &s.Open, &s.AtRisk, &s.Renewed, &s.Lost} {
		one.Amount = metric.Major(&one.sum, currency)
	}
	unconverted := map[string]metric.Number{}
	for code, sum := range s.foreign {
		unconverted[code] = metric.Major(sum, code)
	}
	if len(unconverted) > 0 {
		s.Missing["unconverted"] = unconverted
	}
}
