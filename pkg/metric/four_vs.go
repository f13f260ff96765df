package metric

import "math/big"

// fourVs are what the money that deals bring a day is the product of. Those that have no value are nil.
type fourVs struct {
	volume     *big.Rat // deals
	value      *big.Rat // minor units a won deal
	velocity   *big.Rat // won deals' mean cycles a day
	conversion *big.Rat // won of decided
	lacks      string   // why one has no value, though deals were decided
}

const daySeconds = 86_400

// newFourVs makes them of the deals won and lost, the sum of sizes and how many have one, and the sum of cycles in
// seconds and how many have one.
func newFourVs(won, lost, sizes, sized, cycles, cycled *big.Rat) fourVs {
	d := fourVs{volume: new(big.Rat).Add(won, lost)}
	if d.volume.Sign() == 0 {
		return d
	}
	d.conversion = new(big.Rat).Quo(won, d.volume)
	switch {
	case won.Sign() == 0:
		d.lacks = "no deal was won, so there is neither a size nor a cycle"
	case sized.Sign() == 0:
		d.lacks = "no won deal has an amount in a currency that has a rate"
	case cycled.Sign() == 0:
		d.lacks = "of no won deal is the creation known"
	case cycles.Sign() == 0:
		d.lacks = "the mean cycle is 0"
	default:
		d.value = new(big.Rat).Quo(sizes, sized)
		d.velocity = new(big.Rat).Quo(new(big.Rat).Mul(cycled, big.NewRat(daySeconds, 1)), cycles)
	}
	return d
}

// perDay is their product, in minor units a day; nil where one is missing.
func (d fourVs) perDay() *big.Rat {
	if d.velocity == nil {
		return nil
	}
	all := new(big.Rat).Mul(d.volume, d.value)
	return all.Mul(all.Mul(all, d.velocity), d.conversion)
}

// result is the money that n deals brought, over the days of the mean cycle.
func (d fourVs) result(n int64) Result {
	r := Result{N: n, Reason: d.lacks}
	if r.Value = d.perDay(); r.Value != nil {
		r.Denominator = new(big.Rat).Inv(d.velocity)
		r.Numerator = new(big.Rat).Mul(r.Value, r.Denominator)
	}
	return r
}
