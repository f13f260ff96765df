package query

import (
	"context"

	"weir.dev/weir/pkg/state"
)

// Reader reads what a partition holds.
type Reader interface {
	// Cut reads the meta and rows of a partition at one instant: the rows are as of meta.Offset, and
	// answer reads in order; those of named fields stand in the order of the fields, with a nil value
	// for one that does not exist.
	Cut(ctx context.Context, partition int, reads []state.Read) (state.Meta, [][]state.Row, error)
	// Building is where the generation that is built beside the live one stands; found is false where there is none.
	Building(ctx context.Context, partition int) (m state.Meta, found bool, err error)
}

// Ends tells where the log ends.
type Ends interface {
	// End is the offset that the next record of a partition will get.
	End(ctx context.Context, partition int) (int64, error)
}
