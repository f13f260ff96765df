package query

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// Sizes of a page of a list.
const (
	usualPage = 50
	mostPage  = 500
)

// unknown stands for a text that was never said.
const unknown = "unknown"

func orUnknown(s string) string { return cmp.Or(s, unknown) }

// dealLine is a deal as a list shows it.
type dealLine struct {
	ID        string         `json:"id"`
	Status    string         `json:"status"`
	Stage     string         `json:"stage"`
	Since     *string        `json:"since"` // when it entered its stage, or got its outcome
	Amount    *metric.Number `json:"amount"`
	Currency  string         `json:"currency"`
	CloseDate *string        `json:"close_date"`
	Created   *string        `json:"created"`
	Owner     string         `json:"owner"`
	Team      string         `json:"team"`
	Segment   string         `json:"segment"`
}

// listed is a deal of the index with its status.
type listed struct {
	aggregate.Summary
	status ledger.Status
}

func (l *listed) line() dealLine {
	return dealLine{
		ID: l.ID, Status: l.status.String(), Stage: orUnknown(l.Stage), Since: instant(l.Since),
		Amount: amount(l.Amount, l.Priced, l.Currency), Currency: l.Currency, CloseDate: day(l.Plan, l.Planned),
		Created: instant(l.Created), Owner: orUnknown(l.Owner), Team: orUnknown(l.Team), Segment: orUnknown(l.Segment),
	}
}

// amount is minor units as a number of major units; null where there is none.
func amount(minor int64, there bool, currency string) *metric.Number {
	if !there {
		return nil
	}
	n := metric.Number(event.Decimal{Unscaled: minor, Scale: uint8(ledger.Decimals(currency))}.String())
	return &n
}

func day(d event.Day, there bool) *string {
	if !there {
		return nil
	}
	text := d.String()
	return &text
}

// dealsAnswer is the answer of GET /v1/deals.
type dealsAnswer struct {
	Deals  []dealLine `json:"deals"`
	Total  int        `json:"total"`  // deals that pass the filters, on all pages
	Cursor *string    `json:"cursor"` // of the next page; null on the last
	standing
}

// deals answers GET /v1/deals.
func (s *service) deals(r *http.Request, c *company, p params) (any, error) {
	o, err := orderOf(p)
	if err != nil {
		return nil, err
	}
	limit, err := p.number("limit", usualPage, mostPage)
	if err != nil {
		return nil, err
	}
	status, err := p.choice("status", "", "open", "won", "lost")
	if err != nil {
		return nil, err
	}
	var statuses []ledger.Status
	var reads []state.Read
	for _, st := range []ledger.Status{ledger.Open, ledger.Won, ledger.Lost} {
		if status == "" || status == st.String() {
			statuses = append(statuses, st)
			reads = append(reads, state.Read{Key: aggregate.IndexKey(c.name, st)})
		}
	}
	st, rows, err := s.cut(r.Context(), c, p, reads)
	if err != nil {
		return nil, err
	}
	list, err := filtered(p, statuses, rows)
	if err != nil {
		return nil, err
	}
	answer := dealsAnswer{Deals: []dealLine{}, Total: len(list), standing: st}
	page, next := o.page(list, limit)
	for i := range page {
		answer.Deals = append(answer.Deals, page[i].line())
	}
	answer.Cursor = next
	return answer, nil
}

// filtered reads the rows of the index and keeps the deals that pass the filters.
func filtered(p params, statuses []ledger.Status, rows [][]state.Row) ([]listed, error) {
	passes := func(parameter, value string) bool { return !p.has(parameter) || p.get(parameter) == orUnknown(value) }
	var list []listed
	for i, status := range statuses {
		for _, row := range rows[i] {
			deal, err := aggregate.ParseSummary(row.Field, row.Value)
			if err != nil {
				return nil, fmt.Errorf("deal %s: %w", row.Field, err)
			}
			if passes("owner", deal.Owner) && passes("team", deal.Team) && passes("segment", deal.Segment) && passes("stage", deal.Stage) {
				list = append(list, listed{deal, status})
			}
		}
	}
	return list, nil
}

// order is how a list is sorted, and where its page begins.
type order struct {
	by    string
	down  bool
	after *place // the last deal of the page before
}

// place is where a deal stands in an order; it is what a cursor holds, so that deals that come and go
// between two pages move none of the others over the edge.
type place struct {
	By      string `json:"b"`
	Down    bool   `json:"d,omitempty"`
	Missing bool   `json:"m,omitempty"` // it has no such value, and stands behind those that have
	Value   int64  `json:"v,omitempty"`
	ID      string `json:"i"`
}

// orderOf reads sort, order and cursor.
func orderOf(p params) (o order, err error) {
	if o.by, err = p.choice("sort", "id", "created", "amount", "close_date", "since"); err != nil {
		return o, err
	}
	direction, err := p.choice("order", "asc", "desc")
	if err != nil {
		return o, err
	}
	o.down = direction == "desc"
	if !p.has("cursor") {
		return o, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(p.get("cursor"))
	if err == nil {
		err = json.Unmarshal(text, &o.after)
	}
	if err != nil || o.after == nil || o.after.By != o.by || o.after.Down != o.down {
		return o, badParameter("cursor", "cursor is not one that a page of this order handed out")
	}
	return o, nil
}

// placeOf is where a deal stands. Amounts are compared as numbers of minor units, whatever the currency.
func (o order) placeOf(l *listed) place {
	at := place{By: o.by, Down: o.down, ID: l.ID}
	switch o.by {
	case "created":
		at.Value, at.Missing = l.Created, !l.HasCreation
	case "amount":
		at.Value, at.Missing = l.Amount, !l.Priced
	case "close_date":
		at.Value, at.Missing = int64(l.Plan), !l.Planned
	case "since":
		at.Value, at.Missing = l.Since, l.Since == 0
	}
	return at
}

func (o order) compare(a, b place) int {
	if a.Missing != b.Missing {
		if a.Missing {
			return 1
		}
		return -1
	}
	c := cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.ID, b.ID))
	if o.down {
		return -c
	}
	return c
}

// page is the deals of one page, and the cursor of the next; nil where there is none.
func (o order) page(list []listed, limit int) (page []listed, next *string) {
	if o.after != nil {
		list = slices.DeleteFunc(list, func(l listed) bool { return o.compare(o.placeOf(&l), *o.after) <= 0 })
	}
	slices.SortFunc(list, func(a, b listed) int { return o.compare(o.placeOf(&a), o.placeOf(&b)) })
	if len(list) <= limit {
		return list, nil
	}
	page = list[:limit]
	text, err := json.Marshal(o.placeOf(&page[limit-1]))
	if err != nil {
		panic(err) // numbers and texts always have JSON
	}
	cursor := base64.RawURLEncoding.EncodeToString(text)
	return page, &cursor
}
