package query

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
	"weir.dev/weir/pkg/web"
)

// dealAnswer is the answer of GET /v1/deals/{id}: what the deal is, and how it became so.
type dealAnswer struct {
	ID          string         `json:"id"`
	Status      string         `json:"status"` // open, won, lost; gone once deleted or merged
	Stage       string         `json:"stage"`  // the open stage that it is in, or was in last
	Amount      *metric.Number `json:"amount"`
	Currency    string         `json:"currency"`
	CloseDate   *string        `json:"close_date"`
	Probability *metric.Number `json:"probability"` // of its own
	Category    string         `json:"category"`
	TermMonths  int64          `json:"term_months,omitempty"`
	Account     string         `json:"account"`
	Lead        *string        `json:"lead"` // the lead that it credits
	MergedInto  string         `json:"merged_into,omitempty"`
	Erased      bool           `json:"erased,omitempty"` // its history has no words, and pseudonyms of persons
	Created     *string        `json:"created"`
	Outcome     *outcomeOf     `json:"outcome"`
	Stays       []stayOf       `json:"stays"`
	Activities  int            `json:"activities"` // that are not internal
	History     []factOf       `json:"history"`
	dimensions
	standing
}

// dimensions are what numbers are split by, as they are now.
type dimensions struct {
	Owner    string `json:"owner"`
	Team     string `json:"team"`
	Segment  string `json:"segment"`
	Region   string `json:"region"`
	Industry string `json:"industry"`
	Type     string `json:"type"`
	Source   string `json:"source"`
	Campaign string `json:"campaign"`
	Channel  string `json:"channel"`
	Product  string `json:"product"`
	Pipeline string `json:"pipeline"`
}

type outcomeOf struct {
	Won  bool   `json:"won"`
	Kind string `json:"kind,omitempty"` // of a loss
	At   string `json:"at"`
	Day  string `json:"day"`
}

type stayOf struct {
	Stage   string  `json:"stage"`
	Entered string  `json:"entered"`
	Left    *string `json:"left"` // null for the one that lasts
	Seconds *int64  `json:"seconds"`
}

// factOf is one thing that was said of the deal.
type factOf struct {
	Time     string         `json:"time"`
	Type     string         `json:"type"`
	Known    string         `json:"known"` // the day on which it became known
	Fields   map[string]any `json:"fields"`
	Source   string         `json:"source,omitempty"`
	Sequence string         `json:"sequence,omitempty"`
	ID       string         `json:"id,omitempty"`
	Of       string         `json:"of,omitempty"` // the subject that it was said of, where that is another
}

// deal answers GET /v1/deals/{id}.
func (s *service) deal(r *http.Request, c *company, p params) (any, error) {
	id := r.PathValue("id")
	if id == "" || len(id) > maxIDBytes {
		return nil, notFound("there is no such deal")
	}
	subject := ledger.KindDeal.Subject(id)
	st, head, rest, err := s.entity(r.Context(), c, p, subject)
	if err != nil {
		return nil, err
	}
	var facts ledger.Facts
	if head != nil {
		err = aggregate.ReadFacts(head, rest, &facts)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", subject, err)
	}
	var folder ledger.DealFolder
	deal := folder.Fold(c.layout.Def, facts.List, ledger.Always)
	if deal.Final.Status == ledger.Absent {
		return nil, notFound(fmt.Sprintf("there is no deal %.60q", id))
	}
	return dealOf(id, deal, facts.List, st), nil
}

// maxIDBytes is the size of the longest id, of 128 characters.
const maxIDBytes = 128 * 4

// looks bounds how often an entity is read that changes between two cuts.
const looks = 10

// entity reads all rows of an entity in one cut: the first row tells which others there are, so it is
// read once alone, and again with them. head is nil where there is no such entity.
func (s *service) entity(ctx context.Context, c *company, p params, subject string) (st standing, head []byte, rest [][]byte, err error) {
	headRef := aggregate.HeadRef(c.name, subject)
	read := state.Read{Key: headRef.Key, Fields: []string{headRef.Field}}
	for range looks {
		var rows [][]state.Row
		if st, rows, err = s.cut(ctx, c, p, []state.Read{read}); err != nil {
			return st, nil, nil, err
		}
		found := rows[0][0].Value
		if found == nil || len(read.Fields) > 1 && bytes.Equal(found, head) {
			for _, row := range rows[0][1:] {
				rest = append(rest, row.Value)
			}
			return st, found, rest, nil
		}
		head = found
		refs, err := aggregate.RestRefs(c.name, subject, head)
		if err != nil {
			return st, nil, nil, fmt.Errorf("%s: %w", subject, err)
		}
		if len(refs) == 0 {
			return st, head, nil, nil
		}
		read.Fields = read.Fields[:1:1]
		for _, ref := range refs {
			read.Fields = append(read.Fields, ref.Field)
		}
	}
	return st, nil, nil, web.Passing("changing", "The deal changes too fast to be read", "")
}

func dealOf(id string, d *ledger.Deal, facts []ledger.Fact, st standing) dealAnswer {
	f := &d.Final
	a := dealAnswer{
		ID: id, Status: f.Status.String(), Stage: orUnknown(f.Stage), Amount: amount(f.Amount, f.Priced, f.Currency),
		Currency: f.Currency, CloseDate: day(f.Plan, f.Planned), Category: orUnknown(f.Category), TermMonths: f.Term,
		Account: orUnknown(f.Account), MergedInto: d.Into, Erased: ledger.Erased(facts),
		Created: instant(d.Created), Stays: []stayOf{}, History: []factOf{}, dimensions: dimensionsOf(f.Dims), standing: st,
	}
	if f.Weighed {
		a.Probability = decimal(f.Probability, probabilityScale)
	}
	if lead := ledger.Credited(facts, ledger.Always, d); lead != "" {
		lead = ledger.KindLead.ID(lead)
		a.Lead = &lead
	}
	if o := d.Outcome; o != nil {
		a.Outcome = &outcomeOf{Won: o.Won, At: event.FormatInstant(o.At), Day: o.Day.String()}
		if !o.Won {
			a.Outcome.Kind = orUnknown(o.Kind)
		}
	}
	for i := range d.Stays {
		a.Stays = append(a.Stays, stay(&d.Stays[i]))
	}
	for i := range d.Activities {
		if d.Activities[i].Direction != "internal" {
			a.Activities++
		}
	}
	for i := range facts {
		if facts[i].KnownBy(ledger.Always) && facts[i].Source != "" { // where its lead came from is no event of the deal
			a.History = append(a.History, fact(&facts[i]))
		}
	}
	return a
}

func dimensionsOf(d *ledger.Dims) dimensions {
	of := func(dim ledger.Dim) string { return orUnknown(d[dim]) }
	return dimensions{
		Owner: of(ledger.DimOwner), Team: of(ledger.DimTeam), Segment: of(ledger.DimSegment), Region: of(ledger.DimRegion),
		Industry: of(ledger.DimIndustry), Type: of(ledger.DimType), Source: of(ledger.DimSource), Campaign: of(ledger.DimCampaign),
		Channel: of(ledger.DimChannel), Product: of(ledger.DimProduct), Pipeline: of(ledger.DimPipeline),
	}
}

func stay(s *ledger.Stay) stayOf {
	out := stayOf{Stage: s.Stage, Entered: event.FormatInstant(s.Enter)}
	if s.Ended {
		seconds := (s.Exit - s.Enter) / 1000
		out.Left, out.Seconds = instant(s.Exit), &seconds
	}
	return out
}

func fact(f *ledger.Fact) factOf {
	out := factOf{
		Time: event.FormatInstant(f.Time), Type: f.Kind.Type(), Known: f.Known.String(), Fields: map[string]any{},
		Source: f.Source, Sequence: f.Sequence, ID: f.ID, Of: f.Origin,
	}
	for i := range f.Fields {
		name, value := f.Fields[i].Name.String(), fieldValue(&f.Fields[i])
		switch was := out.Fields[name].(type) {
		case nil:
			out.Fields[name] = value
		case []any: // one of several, as the participants of a meeting are
			out.Fields[name] = append(was, value)
		default:
			out.Fields[name] = []any{was, value}
		}
	}
	return out
}

// fieldValue is the value of a field as JSON has it; null where the fact clears it.
func fieldValue(f *ledger.Field) any {
	switch {
	case f.Clear:
		return nil
	case f.Text != "":
		return f.Text
	}
	switch f.Name {
	case ledger.NamePlan, ledger.NameStart, ledger.NameEnd:
		return event.Day(f.Int).String()
	case ledger.NameAt:
		return event.FormatInstant(f.Int)
	default:
		return decimal(f.Int, f.Scale)
	}
}

// probabilityScale is the decimals of ledger.Scale.
const probabilityScale = 9

func decimal(unscaled int64, scale uint8) *metric.Number {
	n := metric.Number(event.Decimal{Unscaled: unscaled, Scale: scale}.Normal().String())
	return &n
}
