package main

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"weir.dev/weir/pkg/event"
)

// errRow is returned for a stored row that cannot be read.
var errRow = errors.New("a stored row cannot be read")

// deal is the state of one deal.
type deal struct {
	subject string
	stage   string
	owner   string
	cents   int64
	seen    []uint64 // fingerprints of the ids of its events
	changed bool     // since the last commit
}

// said is what the job needs of an event.
type said struct {
	kind  event.Kind
	id    uint64 // fingerprint of its id
	day   event.Day
	stage string
	owner string
	what  string // the kind of the activity, or of the loss
	cents int64
}

// deltas takes what must be added to a cell, named by its parts.
type deltas interface {
	add(count, cents int64, name ...string)
}

// apply changes the deal by an event, and the cells by what that changes; a repeat changes nothing.
func (d *deal) apply(s *said, days *days, cells deltas) bool {
	if slices.Contains(d.seen, s.id) {
		return false
	}
	d.seen = append(d.seen, s.id)
	switch s.kind {
	case event.KindDealCreated:
		d.stage, d.owner, d.cents = s.stage, s.owner, s.cents
		d.open(1, cells)
		cells.add(1, 0, "entry/", days.text(s.day), "/", d.stage)
	case event.KindDealStageChanged:
		cells.add(-1, -d.cents, "open.stage/", d.stage)
		d.stage = s.stage
		cells.add(1, d.cents, "open.stage/", d.stage)
		cells.add(1, 0, "entry/", days.text(s.day), "/", d.stage)
	case event.KindDealAmountChanged:
		cells.add(0, s.cents-d.cents, "open.stage/", d.stage)
		cells.add(0, s.cents-d.cents, "open.owner/", d.owner)
		d.cents = s.cents
	case event.KindActivityLogged:
		cells.add(1, 0, "activity/", days.text(s.day), "/", s.what)
	case event.KindDealWon:
		d.open(-1, cells)
		cells.add(1, d.cents, "won/", days.text(s.day), "/", d.owner)
	case event.KindDealLost:
		d.open(-1, cells)
		cells.add(1, 0, "lost/", days.text(s.day), "/", s.what)
	}
	return true
}

// open adds the deal to the open ones, or takes it from them.
func (d *deal) open(sign int64, cells deltas) {
	cells.add(sign, sign*d.cents, "open.stage/", d.stage)
	cells.add(sign, sign*d.cents, "open.owner/", d.owner)
}

// encode appends the deal's row.
func (d *deal) encode(b []byte) []byte {
	b = binary.AppendVarint(b, d.cents)
	b = append(append(b, byte(len(d.stage))), d.stage...)
	b = append(append(b, byte(len(d.owner))), d.owner...)
	for _, id := range d.seen {
		b = binary.LittleEndian.AppendUint64(b, id)
	}
	return b
}

// decode reads a row into the deal.
func (d *deal) decode(b []byte, names *names) error {
	cents, n := binary.Varint(b)
	if n <= 0 {
		return errRow
	}
	d.cents, b = cents, b[n:]
	for _, text := range []*string{&d.stage, &d.owner} {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			return errRow
		}
		*text, b = names.of(string(b[1:1+b[0]])), b[1+b[0]:]
	}
	if len(b)%8 != 0 {
		return errRow
	}
	d.seen = make([]uint64, 0, len(b)/8+1)
	for ; len(b) > 0; b = b[8:] {
		d.seen = append(d.seen, binary.LittleEndian.Uint64(b))
	}
	return nil
}

// names holds texts that recur, once each.
type names struct{ held map[string]string }

func (n *names) of(text string) string {
	if s, ok := n.held[text]; ok {
		return s
	}
	s := strings.Clone(text) // it may be a part of a payload
	n.held[s] = s
	return s
}

// days writes days as text, once each.
type days struct{ texts map[event.Day]string }

func (d *days) text(day event.Day) string {
	s, ok := d.texts[day]
	if !ok {
		s = day.String()
		d.texts[day] = s
	}
	return s
}
