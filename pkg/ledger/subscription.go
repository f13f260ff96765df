package ledger

import (
	"cmp"
	"math/big"

	"weir.dev/weir/pkg/event"
)

// Annual is an amount of money a year: whole minor units, and the rest in 1/PartsPerMinor of one, rounded half
// to even. The rest is from 0 to below PartsPerMinor, also of a negative amount.
type Annual struct {
	Whole int64
	Rest  int64
}

// less reports whether an amount is smaller than another.
func (a Annual) less(b Annual) bool { return a.Minus(b).Sign() < 0 }

// Plus is the sum of two amounts.
func (a Annual) Plus(b Annual) Annual { return Annual{a.Whole + b.Whole, a.Rest + b.Rest}.carried() }

// Minus is the difference of two amounts.
func (a Annual) Minus(b Annual) Annual { return Annual{a.Whole - b.Whole, a.Rest - b.Rest}.carried() }

// Sign is -1, 0 or 1.
func (a Annual) Sign() int {
	if a.Whole == 0 {
		return cmp.Compare(a.Rest, 0)
	}
	return cmp.Compare(a.Whole, 0)
}

// carried is the same amount with a rest from 0 to below PartsPerMinor.
func (a Annual) carried() Annual {
	switch {
	case a.Rest < 0:
		return Annual{a.Whole - 1, a.Rest + PartsPerMinor}
	case a.Rest >= PartsPerMinor:
		return Annual{a.Whole + 1, a.Rest - PartsPerMinor}
	default:
		return a
	}
}

// PartsPerMinor is how finely money is kept that is not in whole minor units.
const PartsPerMinor = 10_000

// maxAnnual bounds what one subscription is worth a year, in minor units: what an event with a slip of the
// keyboard is worth more counts as so much, so that sums keep their room whatever the order of arrival.
const maxAnnual = 100_000_000_000_000_000

// Subscription is a subscription of an account as it stood after a fact.
type Subscription struct {
	ID       string
	Dims     *Dims // the account's, with the product; set on evenings
	Live     bool  // it was started, and has not ended since; a paused one is live
	Paused   bool
	Product  string
	Plan     string
	Tier     string
	Seats    int64
	Seated   bool     // it says for how many users it is
	Features []string // that it contains, as it lists them
	Currency string
	Interval string // day, week, month or year: the unit of the billing interval
	Every    int64  // units in an interval

	Price    event.Decimal // of one unit for one interval, in major units of Currency
	Quantity event.Decimal // units sold
	Discount event.Decimal // percent of the price, 0 to 100

	Gross Annual // price times quantity, a year: 365 days, 52 weeks, 12 months
	Net   Annual // the same after the discount
}

func decimal(v *Field) event.Decimal { return event.Decimal{Unscaled: v.Int, Scale: v.Scale} }

func power(n uint8) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// begin gives a subscription that starts what the contract says of one that leaves everything out.
func (s *Subscription) begin(def *Definition) {
	*s = Subscription{ID: s.ID, Live: true, Currency: def.Currency, Every: 1, Quantity: event.Decimal{Unscaled: 1}}
}

// set sets the fields that a fact names; a field that it clears goes back to its default, but for the
// interval, without which a price means nothing. What is left are the features.
func (s *Subscription) set(def *Definition, fact *Fact) {
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NamePrice:
			s.Price = decimal(v)
		case NameInterval:
			if !v.Clear {
				s.Interval = v.Text
			}
		case NameIntervalCount:
			s.Every = max(v.Int, 1)
		case NameQuantity:
			if s.Quantity = decimal(v); v.Clear {
				s.Quantity = event.Decimal{Unscaled: 1}
			}
		case NameDiscount:
			s.Discount = decimal(v)
		case NameCurrency:
			if s.Currency = v.Text; v.Clear {
				s.Currency = def.Currency
			}
		case NameProduct:
			s.Product = v.Text
		case NameSubscriptionPlan:
			s.Plan = v.Text
		case NameTier:
			s.Tier = v.Text
		case NameSeats:
			s.Seats, s.Seated = v.Int, !v.Clear
		}
	}
	s.value()
}

// perYear is how many of a unit of time there are in a year of 365 days, 52 weeks or 12 months.
func perYear(interval string) int64 {
	switch interval {
	case "day":
		return 365
	case "week":
		return 52
	case "month":
		return 12
	default:
		return 1
	}
}

// At is what the subscription would be worth a year, before the discount, with another quantity.
func (s *Subscription) At(quantity event.Decimal) Annual { return annual(s.worth(quantity)) }

// worth is a price of a quantity a year, in minor units, as a fraction.
func (s *Subscription) worth(quantity event.Decimal) (num, den *big.Int) {
	num = big.NewInt(s.Price.Unscaled)
	num.Mul(num, big.NewInt(quantity.Unscaled)).Mul(num, big.NewInt(perYear(s.Interval)))
	num.Mul(num, power(uint8(Decimals(s.Currency))))
	den = power(s.Price.Scale)
	return num, den.Mul(den, power(quantity.Scale)).Mul(den, big.NewInt(s.Every))
}

// value works out what the subscription is worth a year.
func (s *Subscription) value() {
	num, den := s.worth(s.Quantity)
	s.Gross = annual(num, den)
	if s.Net = s.Gross; s.Discount.Unscaled != 0 {
		whole := big.NewInt(100)
		whole.Mul(whole, power(s.Discount.Scale))
		num.Mul(num, new(big.Int).Sub(whole, big.NewInt(s.Discount.Unscaled)))
		s.Net = annual(num, den.Mul(den, whole))
	}
}

// annual is num/den minor units, both not negative.
func annual(num, den *big.Int) Annual {
	parts, rest := new(big.Int).QuoRem(new(big.Int).Mul(num, big.NewInt(PartsPerMinor)), den, new(big.Int))
	if c := rest.Lsh(rest, 1).Cmp(den); c > 0 || c == 0 && parts.Bit(0) == 1 {
		parts.Add(parts, big.NewInt(1))
	}
	whole, part := parts.QuoRem(parts, big.NewInt(PartsPerMinor), new(big.Int))
	if !whole.IsInt64() || whole.Int64() >= maxAnnual {
		return Annual{Whole: maxAnnual}
	}
	return Annual{whole.Int64(), part.Int64()}
}

// subscribes reports whether facts of a kind are about a subscription.
func subscribes(kind event.Kind) bool {
	switch kind {
	case event.KindSubscriptionStarted, event.KindSubscriptionChanged, event.KindSubscriptionEnded,
		event.KindSubscriptionPaused, event.KindSubscriptionResumed:
		return true
	default:
		return false
	}
}
