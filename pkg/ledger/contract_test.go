package ledger

import (
	"math/big"
	"testing"

	"weir.dev/weir/pkg/event"
)

func TestATermIsItsMonthsToTheDay(t *testing.T) {
	for _, c := range []struct {
		start, end string
		months     *big.Rat
	}{
		{"2026-01-01", "2026-12-31", big.NewRat(12, 1)},
		{"2026-01-15", "2027-01-14", big.NewRat(12, 1)},
		{"2026-01-01", "2028-12-31", big.NewRat(36, 1)},
		{"2024-02-29", "2025-02-27", big.NewRat(12, 1)}, // the 29th comes on the 28th
		{"2026-01-01", "2026-06-30", big.NewRat(6, 1)},
		{"2026-01-01", "2026-02-14", big.NewRat(3, 2)}, // January, and 14 of 28 days
		{"2026-01-31", "2026-02-27", big.NewRat(1, 1)},
		{"2026-01-31", "2026-03-30", big.NewRat(2, 1)},
		{"2026-03-10", "2026-03-10", big.NewRat(1, 31)},
		{"2025-12-31", "2026-01-30", big.NewRat(1, 1)},
	} {
		start, _ := event.ParseDay(c.start)
		end, _ := event.ParseDay(c.end)
		num, parts := (&Contract{Start: start, End: end}).Months()
		if got := big.NewRat(num, parts); got.Cmp(c.months) != 0 {
			t.Errorf("from %s to %s are %s months, want %s", c.start, c.end, got, c.months)
		}
	}
}
