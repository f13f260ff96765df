package query

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// How a renewal stands: at risk is one that is open and that a rule holds for.
const (
	renewalOpen    = "open"
	renewalAtRisk  = "at_risk"
	renewalRenewed = "renewed"
	renewalLost    = "lost"
)

// renewalLine is a renewal as the list shows it.
type renewalLine struct {
	Account      string         `json:"account"`
	Renewal      string         `json:"renewal"`
	Due          string         `json:"due"`
	Status       string         `json:"status"`
	Rules        []ledger.Risk  `json:"rules"` // that hold for an open one
	Amount       *metric.Number `json:"amount"`
	Currency     string         `json:"currency"`
	Subscription string         `json:"subscription"`
	Closed       *string        `json:"closed"`         // the day on which it was renewed or lost
	Renewed      *metric.Number `json:"renewed_amount"` // of a renewed one, in RenewedIn
	RenewedIn    string         `json:"renewed_currency,omitempty"`
	Reason       string         `json:"reason,omitempty"` // of a loss
	Owner        string         `json:"owner"`
	Segment      string         `json:"segment"`
	Product      string         `json:"product"`
	Plan         string         `json:"plan"`

	due    event.Day
	amount int64 // minor units of Currency
	worth  int64 // minor units of RenewedIn
}

// renewalsAnswer is the answer of GET /v1/renewals.
type renewalsAnswer struct {
	Window   span          `json:"window"`
	AsOf     string        `json:"as_of"`
	Known    string        `json:"known"`
	Currency string        `json:"currency"` // of the sums
	Values   []renewalSums `json:"values"`
	Renewals []renewalLine `json:"renewals"`
	Total    int           `json:"total"`  // renewals that pass the filters, on all pages
	Cursor   *string       `json:"cursor"` // of the next page; null on the last
	standing
}

// renewalsAsked is what is asked of renewals, beside the days.
type renewalsAsked struct {
	params
	by     []string
	status string
	rule   string
	limit  int
	after  *renewalPlace
}

// renewals answers GET /v1/renewals: the renewals due in a window, as they stood on a day and were known by one.
func (s *service) renewals(r *http.Request, c *company, p params) (any, error) {
	a, err := renewalsOf(p)
	if err != nil {
		return nil, err
	}
	req, known, err := s.days(c, p, "1d")
	if err == nil && req.Known != 0 && req.Known < req.AsOf {
		err = fmt.Errorf("%w: what was known on %s says nothing of %s", metric.ErrKnown, req.Known, req.AsOf)
	}
	if err == nil {
		req.Currency, err = p.currency(c.Currency)
	}
	if err != nil {
		return nil, err
	}
	if !p.has("window") {
		req.Window = c.layout.Def.Calendar.FiscalYear(req.AsOf)
	}
	st, rows, err := s.cut(r.Context(), c, p, []state.Read{{Key: aggregate.EntityKey(c.name, ledger.KindRenewal)}, metric.RatesRead(c.name)})
	if err != nil {
		return nil, err
	}
	list, err := a.read(c.layout.Def, rows[0], req)
	if err != nil {
		return nil, err
	}
	rates, err := metric.NewExchange(rows[1], req.Known)
	if err != nil {
		return nil, err
	}
	answer := renewalsAnswer{
		Window: spanOf(req.Window), AsOf: req.AsOf.String(), Known: known.String(), Currency: req.Currency, Total: len(list), standing: st,
		Values: sumRenewals(list, a.by, c.layout.Def.Calendar, exchange{rates, req.Currency, req.AsOf}),
	}
	answer.Renewals, answer.Cursor = a.page(list)
	return answer, nil
}

// renewalsOf reads what is asked of renewals.
func renewalsOf(p params) (a renewalsAsked, err error) {
	a.params = p
	if p.has("by") {
		for name := range strings.SplitSeq(p.get("by"), ",") {
			if !slices.Contains(renewalDims, name) || slices.Contains(a.by, name) {
				return a, badParameter("by", fmt.Sprintf("by is %.60q; want some of %s, each once", p.get("by"), strings.Join(renewalDims, ", ")))
			}
			a.by = append(a.by, name)
		}
	}
	if a.status, err = p.choice("status", "", renewalOpen, renewalAtRisk, renewalRenewed, renewalLost); err != nil {
		return a, err
	}
	rules := []string{""}
	for _, rule := range ledger.Risks {
		rules = append(rules, string(rule))
	}
	if a.rule, err = p.choice("rule", rules...); err != nil {
		return a, err
	}
	if a.limit, err = p.number("limit", usualPage, mostPage); err != nil || !p.has("cursor") {
		return a, err
	}
	text, err := base64.RawURLEncoding.DecodeString(p.get("cursor"))
	if err == nil {
		err = json.Unmarshal(text, &a.after)
	}
	if err != nil || a.after == nil {
		return a, badParameter("cursor", "cursor is not one that a page of renewals handed out")
	}
	return a, nil
}

// read makes lines of the renewals due in the window that pass the filters, in the order of their days. It reads
// all of the tenant's: a list as known by any day needs their facts.
func (a *renewalsAsked) read(def *ledger.Definition, rows []state.Row, req metric.Request) ([]renewalLine, error) {
	known := req.Known
	if known == 0 {
		known = ledger.Always
	}
	var folder ledger.RenewalFolder
	list := []renewalLine{}
	err := aggregate.EachEntity(rows, func(subject string, facts []ledger.Fact) error {
		r := folder.FoldUntil(def, subject, facts, known, req.AsOf)
		if r.Announced && req.Window.Contains(r.Due) {
			if l := lineOf(r, req.AsOf); a.passes(&l) {
				list = append(list, l)
			}
		}
		return nil
	})
	slices.SortFunc(list, func(a, b renewalLine) int { return placeOf(&a).compare(placeOf(&b)) })
	return list, err
}

func lineOf(r *ledger.Renewal, day event.Day) renewalLine {
	l := renewalLine{
		Account: r.Account, Renewal: r.ID, Due: r.Due.String(), Status: renewalOpen, Rules: append([]ledger.Risk{}, r.Risks(day)...),
		Amount: amount(r.Amount, true, r.Currency), Currency: r.Currency, Subscription: orUnknown(r.Subscription),
		Owner: orUnknown(r.Dims[ledger.DimOwner]), Segment: orUnknown(r.Dims[ledger.DimSegment]),
		Product: orUnknown(r.Dims[ledger.DimProduct]), Plan: orUnknown(r.Plan), due: r.Due, amount: r.Amount,
	}
	switch {
	case r.Renewed:
		l.Status, l.RenewedIn, l.worth = renewalRenewed, r.WorthIn, r.Worth
		l.Renewed = amount(r.Worth, true, r.WorthIn)
	case r.Lost:
		l.Status, l.Reason = renewalLost, r.Reason
	case len(l.Rules) > 0:
		l.Status = renewalAtRisk
	}
	if !r.Open() {
		closed := r.Closed.String()
		l.Closed = &closed
	}
	return l
}

func (a *renewalsAsked) passes(l *renewalLine) bool {
	is := func(parameter, value string) bool { return !a.has(parameter) || a.get(parameter) == value }
	status := a.status == "" || a.status == l.Status || a.status == renewalOpen && l.Status == renewalAtRisk
	rule := a.rule == "" || slices.Contains(l.Rules, ledger.Risk(a.rule))
	return status && rule && is("owner", l.Owner) && is("segment", l.Segment) && is("account", l.Account)
}

// renewalPlace is where a renewal stands in the list; it is what a cursor holds.
type renewalPlace struct {
	Due     event.Day `json:"d"`
	Account string    `json:"a"`
	Renewal string    `json:"r"`
}

func placeOf(l *renewalLine) renewalPlace { return renewalPlace{l.due, l.Account, l.Renewal} }

func (p renewalPlace) compare(o renewalPlace) int {
	return cmp.Or(cmp.Compare(p.Due, o.Due), cmp.Compare(p.Account, o.Account), cmp.Compare(p.Renewal, o.Renewal))
}

// page is the renewals of one page, and the cursor of the next; nil where there is none.
func (a *renewalsAsked) page(list []renewalLine) (page []renewalLine, next *string) {
	if a.after != nil {
		from, found := slices.BinarySearchFunc(list, *a.after, func(l renewalLine, p renewalPlace) int { return placeOf(&l).compare(p) })
		if found {
			from++
		}
		list = list[from:]
	}
	if len(list) <= a.limit {
		return list, nil
	}
	text, err := json.Marshal(placeOf(&list[a.limit-1]))
	if err != nil {
		panic(err) // numbers and texts always have JSON
	}
	cursor := base64.RawURLEncoding.EncodeToString(text)
	return list[:a.limit], &cursor
}

// quarterOf names the fiscal quarter of a day as windows are asked for: 2026-Q1 where the fiscal year is the
// calendar's, else FY2026-Q1.
func quarterOf(cal calendar.Calendar, day event.Day) string {
	year, quarter := cal.FiscalYear(day), cal.FiscalQuarter(day)
	ends, _, _ := (year.To - 1).Date()
	n := (calendar.MonthOf(quarter.From)-calendar.MonthOf(year.From))/3 + 1
	if starts, _, _ := year.From.Date(); starts == ends {
		return fmt.Sprintf("%d-Q%d", ends, n)
	}
	return fmt.Sprintf("FY%d-Q%d", ends, n)
}
