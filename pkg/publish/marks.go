package publish

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// MarksKey is the key of the rows of marks.
const MarksKey = "marks"

// separator stands between the parts of a field; no tenant and no group has it in its name.
const separator = "\x1f"

// ErrMark is returned for a stored mark that cannot be read.
var ErrMark = errors.New("publish: a stored mark cannot be read")

// Marks notes, between commits, what records change that a tenant's series are answered from. It is used by one
// goroutine.
type Marks struct {
	tenant  string
	noted   bool     // since Reset
	wanted  []bool   // by group: series are answered from it
	fields  []string // by group
	touched []int64  // by group: one more than the offset of the last record
	closed  map[closedKey]*closed
	recent  []*closed // by group: that of the last call
}

// closedKey names changes to a month that became known within a later one. The months in which a period ends
// are all that decides whether it was over, so the days of one month need not be told apart.
type closedKey struct {
	group        int
	month, known int32
}

type closed struct {
	span   calendar.Span // of the month
	months closedKey
	known  event.Day // the earliest
	cause  *event.Event
	offset int64
}

// Noted reports whether Touch, TouchAll or Late was called since Reset.
func (m *Marks) Noted() bool { return m.noted }

// Wants reports whether series are answered from a group, by its index: the other groups need not be noted.
func (m *Marks) Wants(group int) bool { return m.wanted[group] }

// Touch notes that a record changes cells of a group.
func (m *Marks) Touch(group int, offset int64) { m.noted, m.touched[group] = true, offset+1 }

// Late notes that a record changes cells of a group on a day, by what became known on a later one. The event
// must stay as it is until Reset.
func (m *Marks) Late(group int, day, known event.Day, cause *event.Event, offset int64) {
	m.noted = true
	c := m.recent[group]
	if c == nil || !c.span.Contains(day) || c.known != known {
		month := calendar.MonthOf(day)
		span := calendar.MonthSpan(month)
		if known < span.To {
			return
		}
		key := closedKey{group, month, calendar.MonthOf(known)}
		if c = m.closed[key]; c == nil {
			c = &closed{span: span, months: key, known: known}
			m.closed[key] = c
		}
		c.known = min(c.known, known)
		m.recent[group] = c
	}
	c.cause, c.offset = cause, offset
}

// TouchAll marks all that the tenant's series are answered from: its day has turned.
func (m *Marks) TouchAll(offset int64) {
	for group, wanted := range m.wanted {
		if wanted {
			m.Touch(group, offset)
		}
	}
}

// Changes appends the rows of what was noted.
func (m *Marks) Changes(out []state.Change) []state.Change {
	for group, next := range m.touched {
		if next > 0 {
			out = append(out, change(m.fields[group], binary.AppendVarint(nil, next-1)))
		}
	}
	for _, c := range m.closed {
		month := c.span.From.String()[:len("2006-01")]
		field := strings.Join([]string{m.fields[c.months.group], month, c.known.String()}, separator)
		out = append(out, change(field, Cause{c.offset, c.cause.ID, c.cause.Source, c.cause.Subject}.append(nil)))
	}
	return out
}

func change(field string, value []byte) state.Change {
	return state.Change{Ref: state.Ref{Key: MarksKey, Field: field}, Value: value}
}

// Reset forgets what was noted.
func (m *Marks) Reset() {
	m.noted = false
	clear(m.touched)
	clear(m.recent)
	clear(m.closed)
}

// newMarks makes the marks of a tenant whose series are answered from some groups.
func newMarks(tenant string, groups map[string]bool) *Marks {
	n := len(metric.Groups)
	m := &Marks{
		tenant: tenant, wanted: make([]bool, n), fields: make([]string, n), touched: make([]int64, n),
		closed: map[closedKey]*closed{}, recent: make([]*closed, n),
	}
	for i, g := range metric.Groups {
		m.wanted[i], m.fields[i] = groups[g.Name], tenant+separator+g.Name
	}
	return m
}

// Cause is an event that changed a period that was over.
type Cause struct {
	offset  int64
	ID      string `json:"id"`
	Source  string `json:"source"`
	Subject string `json:"subject"`
}

func (c Cause) append(b []byte) []byte {
	b = binary.AppendVarint(b, c.offset)
	for _, text := range []string{c.ID, c.Source, c.Subject} {
		b = binary.AppendUvarint(b, uint64(len(text)))
		b = append(b, text...)
	}
	return b
}

// mark is a stored mark.
type mark struct {
	row    state.Row
	tenant string
	group  string
	late   bool
	month  int32     // of a late one
	known  event.Day // of a late one
	cause  Cause     // of a late one; of any other only the offset
}

// readMark reads a stored mark. It fails with ErrMark.
func readMark(row state.Row) (mark, error) {
	m := mark{row: row}
	parts := strings.Split(row.Field, separator)
	if len(parts) != 2 && len(parts) != 4 {
		return m, fmt.Errorf("%w: %q", ErrMark, row.Field)
	}
	m.tenant, m.group, m.late = parts[0], parts[1], len(parts) == 4
	if m.late {
		day, err := event.ParseDay(parts[2] + "-01")
		if err == nil {
			m.month = calendar.MonthOf(day)
			m.known, err = event.ParseDay(parts[3])
		}
		if err != nil {
			return m, fmt.Errorf("%w: %q: %w", ErrMark, row.Field, err)
		}
	}
	offset, n := binary.Varint(row.Value)
	if n <= 0 {
		return m, fmt.Errorf("%w: %q: no offset", ErrMark, row.Field)
	}
	m.cause.offset = offset
	rest := row.Value[n:]
	if !m.late {
		return m, nil
	}
	for _, to := range []*string{&m.cause.ID, &m.cause.Source, &m.cause.Subject} {
		size, n := binary.Uvarint(rest)
		if n <= 0 || size > uint64(len(rest)-n) {
			return m, fmt.Errorf("%w: %q: no cause", ErrMark, row.Field)
		}
		*to, rest = string(rest[n:n+int(size)]), rest[n+int(size):]
	}
	return m, nil
}
