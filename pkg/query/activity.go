package query

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// activityAnswer is the answer of GET /v1/activity.
type activityAnswer struct {
	Unit   metric.Unit    `json:"unit"`
	Window span           `json:"window"`
	AsOf   string         `json:"as_of"`
	Known  string         `json:"known"`
	Values []metric.Value `json:"values"` // of the whole window
	Series []metric.Step  `json:"series"` // every day or other step of it that has begun
	standing
}

// activity answers GET /v1/activity: what was done, day by day, with the changes of stage and the campaign events
// beside it; of the tenant, of an owner, or as far as the facts of a deal or an account tell.
func (s *service) activity(r *http.Request, c *company, p params) (any, error) {
	req, known, err := s.days(c, p, "42d")
	if err != nil {
		return nil, err
	}
	step, err := p.choice("step", "day", "week", "month")
	if err != nil {
		return nil, err
	}
	if req.Known != 0 && req.Known < req.AsOf {
		return nil, fmt.Errorf("%w: what was known on %s says nothing of %s", metric.ErrKnown, req.Known, req.AsOf)
	}
	seen := calendar.Span{From: req.Window.From, To: min(req.Window.To, req.AsOf+1)}
	if req.Steps, err = c.layout.Def.Calendar.Steps(seen, step); err != nil {
		return nil, err
	}
	if req.By, err = activityBy(p); err != nil {
		return nil, err
	}
	subject, err := activityOf(p)
	if err != nil {
		return nil, err
	}
	var st standing
	var list []happening
	if subject == "" {
		st, list, err = s.happened(r, c, p, req)
	} else {
		st, list, err = s.happenedTo(r, c, p, req, subject)
	}
	if err != nil {
		return nil, err
	}
	answer := activityAnswer{
		Unit: metric.Count, Window: spanOf(req.Window), AsOf: req.AsOf.String(), Known: known.String(),
		Values: counted(list, req.By, seen), Series: []metric.Step{}, standing: st,
	}
	for _, days := range req.Steps {
		answer.Series = append(answer.Series, metric.Step{From: days.From.String(), To: days.To.String(), Values: counted(list, req.By, days)})
	}
	return answer, nil
}

// activityBy is the dimensions that activity is split by.
func activityBy(p params) ([]ledger.Dim, error) {
	if !p.has("by") {
		return []ledger.Dim{ledger.DimKind, ledger.DimDirection}, nil
	}
	by, err := p.by()
	for _, dim := range by {
		if dim != ledger.DimKind && dim != ledger.DimDirection && dim != ledger.DimOwner {
			return nil, badParameter("by", fmt.Sprintf("activity is split by kind, direction and owner, not by %s", dim))
		}
	}
	return by, err
}

// activityOf is the subject of the one entity that is asked about, empty for all.
func activityOf(p params) (string, error) {
	switch {
	case p.has("deal") && p.has("account"):
		return "", badParameter("account", "activity is of a deal or of an account; leave one out")
	case p.has("deal"):
		return ledger.KindDeal.Subject(p.get("deal")), nil
	case p.has("account"):
		return ledger.KindAccount.Subject(p.get("account")), nil
	default:
		return "", nil
	}
}

// happening is how often something happened in some days: an activity or, where it is besides, what is shown beside.
type happening struct {
	days                   calendar.Span
	kind, direction, owner string
	besides                bool
	n                      int64
}

// happened is what happened to the tenant, from the cells.
func (s *service) happened(r *http.Request, c *company, p params, req metric.Request) (standing, []happening, error) {
	splits := slices.Contains(req.By, ledger.DimOwner)
	if p.has("owner") {
		req.Where = []metric.Filter{{Dim: ledger.DimOwner, Value: p.get("owner")}}
	}
	var asked []*metric.Question
	var reads []state.Read
	kinds := []string{"", metric.StageChange, metric.Campaign}
	for _, kind := range kinds {
		m := metric.Besides[kind]
		if req.By = nil; kind == "" {
			m, req.By = metric.Find("activities"), []ledger.Dim{ledger.DimKind, ledger.DimDirection}
		}
		if splits {
			req.By = append(req.By, ledger.DimOwner)
		}
		q, err := metric.Ask(m, c.layout, req)
		if err != nil {
			return standing{}, nil, err
		}
		asked, reads = append(asked, q), append(reads, q.Reads(c.name)...)
	}
	st, rows, err := s.cut(r.Context(), c, p, reads)
	if err != nil {
		return st, nil, err
	}
	var list []happening
	for i, q := range asked {
		n := len(q.Reads(c.name))
		_, series, err := q.Answer(rows[:n], c.MinimumSample)
		if err != nil {
			return st, nil, err
		}
		for j := range series {
			list = appendHappened(list, req.Steps[j], kinds[i], series[j].Values)
		}
		rows = rows[n:]
	}
	return st, list, nil
}

// appendHappened appends the values of some days.
func appendHappened(list []happening, days calendar.Span, besides string, values []metric.Value) []happening {
	for i := range values {
		v := &values[i]
		if v.N == 0 {
			continue
		}
		h := happening{days: days, kind: besides, besides: besides != "", owner: v.Dimensions["owner"], n: v.N}
		if !h.besides {
			h.kind, h.direction = v.Dimensions["kind"], v.Dimensions["direction"]
		}
		list = append(list, h)
	}
	return list
}

// happenedTo is what happened to a deal or an account, from its facts.
func (s *service) happenedTo(r *http.Request, c *company, p params, req metric.Request, subject string) (standing, []happening, error) {
	kind := ledger.KindOf(subject)
	missing := notFound(fmt.Sprintf("there is no %s %.60q", kind, kind.ID(subject)))
	if len(kind.ID(subject)) > maxIDBytes {
		return standing{}, nil, missing
	}
	st, head, rest, err := s.entity(r.Context(), c, p, subject)
	if err != nil {
		return st, nil, err
	}
	if head == nil {
		return st, nil, missing
	}
	var facts ledger.Facts
	if err := aggregate.ReadFacts(head, rest, &facts); err != nil {
		return st, nil, fmt.Errorf("%s: %w", subject, err)
	}
	k := ledger.Always
	if req.Known != 0 {
		k = req.Known
	}
	list := lived(c.layout.Def, subject, facts.List, k)
	if p.has("owner") {
		list = slices.DeleteFunc(list, func(h happening) bool { return h.owner != p.get("owner") })
	}
	return st, list, nil
}

// lived is what happened in the life of a deal or an account, as far as it was known by day k.
func lived(def *ledger.Definition, subject string, facts []ledger.Fact, k event.Day) []happening {
	var list []happening
	add := func(day event.Day, kind, direction string, dims *ledger.Dims, besides bool) {
		list = append(list, happening{
			days: calendar.Span{From: day, To: day + 1}, kind: kind, direction: orUnknown(direction), owner: orUnknown(dims[ledger.DimOwner]),
			besides: besides, n: 1,
		})
	}
	var activities []ledger.Activity
	if ledger.KindOf(subject) == ledger.KindAccount {
		var folder ledger.AccountFolder
		activities = folder.Fold(def, subject, facts, k).Activities
	} else {
		var folder ledger.DealFolder
		d := folder.Fold(def, facts, k)
		activities = d.Activities
		for i := range d.Stays {
			if stay := &d.Stays[i]; stay.Ended {
				add(stay.ExitDay, metric.StageChange, "", stay.ExitDims, true)
			}
		}
		if m := &d.Credit.Captured; m.Happened && m.Dims[ledger.DimCampaign] != "" {
			add(m.Day, metric.Campaign, "", m.Dims, true)
		}
	}
	for i := range activities {
		if a := &activities[i]; !a.Internal() {
			add(a.Day, a.Kind, a.Direction, a.Dims, false)
		}
	}
	return list
}

// counted adds up what happened in some days, by the values of dimensions, the most frequent first.
func counted(list []happening, by []ledger.Dim, days calendar.Span) []metric.Value {
	type key struct{ kind, direction, owner string }
	sums := map[key]int64{}
	for i := range list {
		h := &list[i]
		if h.days.From < days.From || h.days.From >= days.To {
			continue
		}
		var k key
		if h.besides || slices.Contains(by, ledger.DimKind) {
			k.kind = h.kind
		}
		if !h.besides && slices.Contains(by, ledger.DimDirection) {
			k.direction = h.direction
		}
		if slices.Contains(by, ledger.DimOwner) {
			k.owner = h.owner
		}
		sums[k] += h.n
	}
	values := []metric.Value{}
	for k, n := range sums {
		number := metric.Number(strconv.FormatInt(n, 10))
		v := metric.Value{Dimensions: map[string]string{}, Value: &number, N: n, Missing: map[string]any{}}
		for name, value := range map[string]string{"kind": k.kind, "direction": k.direction, "owner": k.owner} {
			if value != "" {
				v.Dimensions[name] = value
			}
		}
		values = append(values, v)
	}
	slices.SortFunc(values, moreFrequent)
	return values
}

// moreFrequent is the order of values: the largest first, and of equal ones by their dimensions.
func moreFrequent(a, b metric.Value) int {
	order := cmp.Compare(b.N, a.N)
	for _, name := range []string{"kind", "direction", "owner"} {
		order = cmp.Or(order, cmp.Compare(a.Dimensions[name], b.Dimensions[name]))
	}
	return order
}
