// Package metric is the algebra and the catalogue: what the lives of package ledger contribute to
// cells, how cells add up, and which formula over their sums each metric is.
//
// A metric is one file and one line of the catalogue. A group is a kind of cell: measures that move
// together, contributed by one function over a life; the groups stand in the files of the metrics that
// they were made for. Everything here is a pure function; how cells are kept is package store's, and
// who asks is package query's.
package metric
