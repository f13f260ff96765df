package state

import "weir.dev/weir/pkg/event"

// Sending is what is to be sent of a partition, in parts that are made from one cut each.
type Sending struct {
	Parts  []Part
	Drop   Group // marks that ask for nothing any more
	Series int   // that are to be answered
	Behind int64 // how many offsets the state lies behind what was sent of it: nothing is sent until it is back
}

// Part is what is sent of one cut.
type Part interface {
	// Reads names the rows that Publish needs.
	Reads() []Read
	// Publish makes of a cut of them what is to be sent.
	Publish(meta Meta, rows [][]Row) (Output, error)
	// Sent notes that what Publish made was acknowledged.
	Sent()
}

// Output is what is sent of a cut, and the rows that asked for it, as they stood in the cut.
type Output struct {
	Records []event.Record
	Clear   Group
	Stale   bool // nothing was made: the cut is not one that was planned for
}
