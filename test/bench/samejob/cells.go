package main

import (
	"encoding/binary"

	"weir.dev/weir/pkg/state"
)

// cellsKey is the group of a partition's cells.
const cellsKey = "cells"

// cell is one partition's part of a cell.
type cell struct {
	name    string
	sum     sum
	changed bool // since the last commit
	read    bool // what the store holds is in sum
}

// sum is the value of a cell, or a part of it.
type sum struct {
	count, cents int64
}

func (s sum) encode(b []byte) []byte {
	return binary.AppendVarint(binary.AppendVarint(b, s.count), s.cents)
}

// decodeSum reads a row; one that does not exist is nothing.
func decodeSum(b []byte) (sum, error) {
	if b == nil {
		return sum{}, nil
	}
	count, n := binary.Varint(b)
	if n <= 0 {
		return sum{}, errRow
	}
	cents, m := binary.Varint(b[n:])
	if m <= 0 || n+m != len(b) {
		return sum{}, errRow
	}
	return sum{count, cents}, nil
}

// cells are all parts that one partition has touched. They are few: none is ever forgotten but all are.
type cells struct {
	byName  map[string]*cell
	changed []*cell
	wanted  []*cell // named missing last
	name    []byte
	updates int64
}

// add implements deltas.
func (c *cells) add(count, cents int64, name ...string) {
	c.name = c.name[:0]
	for _, part := range name {
		c.name = append(c.name, part...)
	}
	at, ok := c.byName[string(c.name)]
	if !ok {
		at = &cell{name: string(c.name)}
		c.byName[at.name] = at
	}
	c.updates++
	at.sum.count += count
	at.sum.cents += cents
	if !at.changed {
		at.changed = true
		c.changed = append(c.changed, at)
	}
}

// missing names the cells that changed and were never read.
func (c *cells) missing() []state.Ref {
	c.wanted = c.wanted[:0]
	var refs []state.Ref
	for _, at := range c.changed {
		if !at.read {
			c.wanted = append(c.wanted, at)
			refs = append(refs, state.Ref{Key: cellsKey, Field: at.name})
		}
	}
	return refs
}

// give hands over what missing named.
func (c *cells) give(values [][]byte) error {
	for i, at := range c.wanted {
		stored, err := decodeSum(values[i])
		if err != nil {
			return err
		}
		at.sum.count += stored.count
		at.sum.cents += stored.cents
		at.read = true
	}
	c.wanted = c.wanted[:0]
	return nil
}

// settle ends a commit; without keep everything is forgotten.
func (c *cells) settle(kept bool) {
	for _, at := range c.changed {
		at.changed = false
	}
	c.changed, c.wanted = c.changed[:0], c.wanted[:0]
	if !kept {
		clear(c.byName)
	}
}
