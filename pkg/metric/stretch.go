package metric

import (
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
)

// stretches splits days, from one on and before another, where what the account of a part was changes, and calls
// add for the first day of each stretch (+1) and for the day after its last (-1), if it ends.
func stretches(settings []ledger.Setting, from, to event.Day, add func(at *ledger.Setting, day event.Day, sign int64)) {
	for i := range settings {
		until := to
		if i+1 < len(settings) {
			until = min(until, settings[i+1].Day)
		}
		first := max(from, settings[i].Day)
		if first >= until {
			continue
		}
		add(&settings[i], first, 1)
		if until != ledger.Always {
			add(&settings[i], until, -1)
		}
	}
}

// runs calls add for each run of evenings of an account on which it counts the same: for the first of them (+1),
// and for that on which it does no more (-1), if there is one.
func runs(
	a *ledger.Account, counts func(e *ledger.Evening) bool, same func(e, next *ledger.Evening) bool,
	add func(e *ledger.Evening, day event.Day, sign int64),
) {
	for i := 0; i < len(a.Evenings); i++ {
		e := &a.Evenings[i]
		if !counts(e) {
			continue
		}
		add(e, e.Day, 1)
		for i+1 < len(a.Evenings) && counts(&a.Evenings[i+1]) && same(e, &a.Evenings[i+1]) {
			i++
		}
		if i+1 < len(a.Evenings) {
			add(e, a.Evenings[i+1].Day, -1)
		}
	}
}

// sameAccount reports whether an account counts under the same dimensions on two evenings.
func sameAccount(a, b *ledger.Evening) bool {
	return (a.Dims == b.Dims || *a.Dims == *b.Dims) && a.Plan() == b.Plan()
}
