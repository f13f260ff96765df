package aggregate

import (
	"encoding/binary"
	"errors"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/state"
)

// Summary is what a list of deals shows of each, and sorts and filters by.
type Summary struct {
	ID          string
	Owner       string
	Team        string
	Segment     string
	Stage       string
	Currency    string
	Amount      int64 // minor units
	Priced      bool
	Plan        event.Day
	Planned     bool
	Created     int64 // milliseconds
	HasCreation bool
	Since       int64 // when it entered its stage, or got its outcome, milliseconds
}

// ErrSummary is returned for a stored summary that cannot be read.
var ErrSummary = errors.New("aggregate: a stored deal summary cannot be read")

// IndexKey is the key of the rows that list a tenant's deals of a status, by id.
func IndexKey(tenant string, status ledger.Status) string {
	return "d:" + tenant + ":" + status.String()
}

// entry is a deal's place in the lists: that of its status, with what it shows there.
type entry struct {
	status  ledger.Status
	summary Summary
}

func entryOf(d *ledger.Deal) entry { return entry{d.Final.Status, summaryOf(d)} }

// index moves a deal to the list of its status, with what the list shows of it.
func (s *step) index(k entityKey, was, is entry) {
	id := ledger.KindDeal.ID(k.subject)
	if was.status != is.status && listed(was.status) {
		s.rows = append(s.rows, state.Change{Ref: state.Ref{Key: k.tenant.lists[was.status], Field: id}})
	}
	if listed(is.status) && was != is {
		s.rows = append(s.rows, state.Change{Ref: state.Ref{Key: k.tenant.lists[is.status], Field: id}, Value: is.summary.append(nil)})
	}
}

func listed(s ledger.Status) bool { return s == ledger.Open || s == ledger.Won || s == ledger.Lost }

func summaryOf(d *ledger.Deal) Summary {
	st := &d.Final
	s := Summary{
		Owner: st.Dims[ledger.DimOwner], Team: st.Dims[ledger.DimTeam], Segment: st.Dims[ledger.DimSegment],
		Stage: st.Stage, Currency: st.Currency, Amount: st.Amount, Priced: st.Priced, Plan: st.Plan, Planned: st.Planned,
		Created: d.Created, HasCreation: d.HasCreation,
	}
	switch {
	case d.Outcome != nil:
		s.Since = d.Outcome.At
	case len(d.Stays) > 0:
		s.Since = d.Stays[len(d.Stays)-1].Enter
	}
	return s
}

const (
	flagPriced = 1 << iota
	flagPlanned
	flagCreation
)

func (s *Summary) append(b []byte) []byte {
	var flags byte
	set := func(flag byte, on bool) {
		if on {
			flags |= flag
		}
	}
	set(flagPriced, s.Priced)
	set(flagPlanned, s.Planned)
	set(flagCreation, s.HasCreation)
	b = append(b, flags)
	for _, t := range []string{s.Owner, s.Team, s.Segment, s.Stage, s.Currency} {
		b = binary.AppendUvarint(b, uint64(len(t)))
		b = append(b, t...)
	}
	for _, n := range []int64{s.Amount, int64(s.Plan), s.Created, s.Since} {
		b = binary.AppendVarint(b, n)
	}
	return b
}

// ParseSummary reads a row of the index.
func ParseSummary(id string, b []byte) (Summary, error) {
	s := Summary{ID: id}
	if len(b) == 0 {
		return s, ErrSummary
	}
	s.Priced, s.Planned, s.HasCreation = b[0]&flagPriced != 0, b[0]&flagPlanned != 0, b[0]&flagCreation != 0
	b = b[1:]
	for _, t := range []*string{&s.Owner, &s.Team, &s.Segment, &s.Stage, &s.Currency} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return s, ErrSummary
		}
		*t = string(b[size : size+int(n)])
		b = b[size+int(n):]
	}
	var plan int64
	for _, v := range []*int64{&s.Amount, &plan, &s.Created, &s.Since} {
		n, size := binary.Varint(b)
		if size <= 0 {
			return s, ErrSummary
		}
		*v, b = n, b[size:]
	}
	s.Plan = event.Day(plan)
	return s, nil
}
