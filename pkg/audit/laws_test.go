package audit_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"weir.dev/weir/pkg/aggregate"
	"weir.dev/weir/pkg/audit"
	"weir.dev/weir/pkg/calendar"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ledger"
	"weir.dev/weir/pkg/metric"
	"weir.dev/weir/pkg/state"
)

// memory is the rows of one partition.
type memory map[string]map[string][]byte

func (m memory) read(refs []state.Ref) [][]byte {
	values := make([][]byte, len(refs))
	for i, r := range refs {
		if values[i] = m[r.Key][r.Field]; r.Field == "" && len(m[r.Key]) == 0 {
			values[i] = []byte{}
		}
	}
	return values
}

func (m memory) write(changes []state.Change) {
	for _, c := range changes {
		if m[c.Key] == nil {
			m[c.Key] = map[string][]byte{}
		}
		if c.Value == nil {
			delete(m[c.Key], c.Field)
		} else {
			m[c.Key][c.Field] = bytes.Clone(c.Value)
		}
	}
}

// stream folds records in batches through a machine, and forgets what it holds now and then.
func stream(t rapid.TB, layouts map[string]*metric.Layout, recs []event.Record, batch, limit, forget int) memory {
	m := aggregate.New(layouts, aggregate.Options{})
	rows := memory{}
	give := func(missing []state.Ref) {
		if len(missing) > 0 {
			if err := m.Give(rows.read(missing)); err != nil {
				t.Fatalf("give: %v", err)
			}
		}
	}
	for n := 0; len(recs) > 0; n++ {
		part := recs[:min(batch, len(recs))]
		recs = recs[len(part):]
		if forget > 0 && n%forget == forget-1 {
			m.Settle(false)
		}
		give(m.Begin(part))
		for done := 0; done < len(part); {
			p := m.Apply(limit)
			done += p.Applied
			for _, r := range p.Refused {
				t.Fatalf("refused: %v", r.Err)
			}
			if len(p.Missing) > 0 {
				give(p.Missing)
				continue
			}
			for {
				changes, missing, err := m.Changes()
				if err != nil {
					t.Fatalf("changes: %v", err)
				}
				if len(missing) == 0 {
					rows.write(changes)
					break
				}
				give(missing)
			}
			m.Settle(true)
		}
	}
	return rows
}

// cells are the rows of cells, without the others and without empty groups.
func (m memory) cells() audit.Rows {
	out := audit.Rows{}
	for key, fields := range m {
		if strings.HasPrefix(key, "c:") && len(fields) > 0 {
			out[key] = fields
		}
	}
	return out
}

func sameRows(t rapid.TB, what string, want, got audit.Rows) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		for field, value := range want[key] {
			if !bytes.Equal(got[key][field], value) {
				t.Fatalf("%s: %s %q: want %x, got %x", what, key, field, value, got[key][field])
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		for field, value := range got[key] {
			if want[key][field] == nil {
				t.Fatalf("%s: %s %q: want none, got %x", what, key, field, value)
			}
		}
	}
}

func zone(t testing.TB, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// layouts are two tenants in zones that change their clocks on different days.
func layouts(t testing.TB) map[string]*metric.Layout {
	stages := []ledger.Stage{
		{ID: "qualify", Probability: 100_000_000, HasProbability: true},
		{ID: "propose", Probability: 333_333_333, HasProbability: true},
		{ID: "commit", MaxAgeDays: 3},
		{ID: "signed", Category: ledger.CategoryWon},
		{ID: "dropped", Category: ledger.CategoryLost},
	}
	declared := [][]ledger.Dim{{ledger.DimRegion}, {ledger.DimStage, ledger.DimRegion}, {ledger.DimOwner, ledger.DimTeam}}
	berlin := ledger.NewDefinition(calendar.New(zone(t, "Europe/Berlin"), time.January), "EUR", stages)
	york := ledger.NewDefinition(calendar.New(zone(t, "America/New_York"), time.April), "USD", stages)
	return map[string]*metric.Layout{
		"berlin": metric.NewLayout(berlin, nil), "york": metric.NewLayout(york, declared),
	}
}

// said is one event of a random company.
type said struct {
	tenant, kind, subject, data string
	at, recorded                int64
}

func (s said) record(id int, offset int64) event.Record {
	e := event.Event{
		ID: fmt.Sprintf("e%d", id), Source: [...]string{"/crm", "/mail"}[id%2], Type: "dev.weir." + s.kind, Subject: s.subject,
		Time: s.at, RecordedTime: s.recorded, Data: []byte(s.data),
	}
	rec := e.ToRecord(s.tenant)
	rec.Offset, rec.Time = offset, arrival
	return rec
}

var (
	start   = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC).UnixMilli() // around which all happens
	arrival = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC).UnixMilli()
)

const hour = int64(3600_000)

// themes are what a random company may be about: all that there is, or what has to come together to count.
var themes = map[string][]string{
	"all": {
		"deal.created", "deal.created", "deal.updated", "deal.stage_changed", "deal.stage_changed",
		"deal.amount_changed", "deal.close_date_changed", "deal.owner_changed", "deal.won", "deal.lost", "deal.reopened",
		"deal.deleted", "deal.merged", "activity.logged", "contact.role_set", "lead.captured", "lead.qualified",
		"lead.converted", "lead.merged", "lead.disqualified", "subject.erased", "contract.signed",
		"spend.recorded", "quota.set", "goal.set",
		"of service", "of service", "of service", "of a customer", "of a customer", "of a customer",
		"activity.logged", "activity.scheduled", "activity.cancelled", "competitor.tagged", "deal.qualification_set",
		"fx.rate_set", "deal.category_changed",
	},
	"customers": {"of a customer", "of a customer", "of a customer", "of service", "deal.won", "fx.rate_set"},
	"leads": {
		"lead.captured", "lead.captured", "lead.qualified", "lead.converted", "lead.converted", "lead.merged", "lead.disqualified",
		"deal.created", "deal.won", "deal.merged", "spend.recorded",
	},
	"people": {
		"deal.created", "deal.won", "deal.lost", "deal.reopened", "contact.role_set", "competitor.tagged",
		"activity.logged", "activity.logged", "activity.logged", "activity.scheduled",
	},
}

func company(t *rapid.T) []said {
	pick := func(name string, of ...string) string { return rapid.SampledFrom(of).Draw(t, name) }
	theme, home := pick("theme", "all", "all", "customers", "leads", "people"), pick("home", "berlin", "york")
	n := rapid.IntRange(1, 40).Draw(t, "events")
	out := make([]said, n)
	for i := range out {
		deal, lead := pick("deal", "A", "A", "B", "C"), pick("lead", "L", "M")
		s := said{tenant: pick("tenant", home, home, home, "berlin", "york"), subject: "deal/" + deal}
		s.at = start + rapid.Int64Range(-24*2*25, 24*2*15).Draw(t, "half hours")*hour/2
		if rapid.Bool().Draw(t, "recorded") {
			s.recorded = s.at + rapid.Int64Range(0, 3).Draw(t, "late")*24*hour
		}
		amount := rapid.IntRange(0, 100000).Draw(t, "amount")
		owner, region := pick("owner", "o1", "o2"), pick("region", "r1", "r2")
		stage := pick("stage", "qualify", "propose", "commit", "odd", "signed", "dropped")
		day := event.Day(start/(24*hour) + rapid.Int64Range(-40, 120).Draw(t, "plan")).String()
		s.kind = pick("kind", themes[theme]...)
		switch s.kind {
		case "of a customer":
			s.ofCustomer(pick)
		case "deal.created":
			s.data = fmt.Sprintf(`{"stage":%q,"amount":%d.%d,"close_date":%q,"owner":%q,"region":%q,"lead":%q,"account":%q,"type":"new"}`,
				stage, amount, amount%10, day, owner, region, lead, pick("account", "X", "Y"))
		case "deal.updated":
			s.data = pick("update", fmt.Sprintf(`{"amount":%d,"owner":%q}`, amount, owner), `{"close_date":null}`, `{"amount":null}`,
				`{"currency":"USD"}`, fmt.Sprintf(`{"lead":%q,"region":%q}`, lead, region), `{"probability":"0.5"}`)
		case "deal.stage_changed":
			s.data = fmt.Sprintf(`{"to":%q}`, stage)
		case "deal.category_changed":
			s.data = `{"category":"commit"}`
		case "deal.amount_changed":
			s.data = fmt.Sprintf(`{"amount":"%d.25"}`, amount)
		case "deal.close_date_changed":
			s.data = fmt.Sprintf(`{"close_date":%q}`, day)
		case "deal.owner_changed":
			s.data = fmt.Sprintf(`{"owner":%q,"team":"t%d"}`, owner, amount%2)
		case "deal.won", "contract.signed":
			s.data = signed(pick, s.kind, amount, day)
		case "deal.lost":
			s.data = fmt.Sprintf(`{"kind":%q,"reason":"too dear"}`, pick("loss", "competitor", "no_decision"))
		case "deal.merged":
			s.data = fmt.Sprintf(`{"into":%q}`, pick("into", "A", "B", "C", "D"))
		case "activity.logged", "activity.scheduled", "activity.cancelled", "contact.role_set", "competitor.tagged", "deal.qualification_set":
			engage(t, &s, lead, owner)
		case "lead.captured", "lead.qualified", "lead.converted", "lead.merged", "lead.disqualified":
			s.ofLead(pick, lead, deal, owner)
		case "spend.recorded", "quota.set", "goal.set", "fx.rate_set":
			plan(t, &s, amount)
		case "of service":
			s.ofService(pick)
		case "subject.erased":
			s.subject, s.data = pick("erased", s.subject, "lead/"+lead, "account/X"), `{}`
		default:
			s.data = `{}`
		}
		out[i] = s
	}
	return out
}

// signed is what is said of a deal that is won, or of a contract.
func signed(pick func(name string, of ...string) string, kind string, amount int, day string) string {
	if kind == "contract.signed" {
		return fmt.Sprintf(`{"amount":%d,"one_time":%d,"start":%q,"end":"2027-%02d-%02d"}`, amount, amount/7, day, 1+amount%12, 1+amount%28)
	}
	product := pick("product", "p", "q")
	return pick("won", `{}`, fmt.Sprintf(`{"product":%q,"account":"X","amount":%d,"term_months":%d}`, product, amount, 1+amount%40))
}

// ofLead draws what happens to a lead.
func (s *said) ofLead(pick func(name string, of ...string) string, lead, deal, owner string) {
	s.subject = "lead/" + lead
	switch s.kind {
	case "lead.captured":
		s.data = fmt.Sprintf(`{"source":%q,"campaign":%q,"owner":%q}`, pick("source", "web", "fair"), pick("campaign", "c1", "c2"), owner)
	case "lead.qualified":
		s.data = fmt.Sprintf(`{"level":%q,"rule":"r"}`, pick("level", "mql", "sql"))
	case "lead.converted":
		s.data = fmt.Sprintf(`{"deal":%q,"account":"X"}`, deal)
	case "lead.merged":
		s.data = fmt.Sprintf(`{"into":%q}`, pick("survivor", "L", "M", "N"))
	case "lead.disqualified":
		s.data = `{"reason":"rude"}`
	}
}

// erases reports whether a record asks for an erasure, which must change no cell.
func erases(rec event.Record) bool {
	var e event.Event
	return event.FromRecord(&rec, &e) == nil && e.Type == event.KindSubjectErased.Type()
}

// TestSameEventsGiveTheSameCells holds the three laws: whatever the order, the repeats, the batches and
// what is forgotten in between, the cells are those of a recomputation from the log.
func TestSameEventsGiveTheSameCells(t *testing.T) {
	kept := layouts(t)
	rapid.Check(t, func(t *rapid.T) {
		var recs []event.Record
		for i, s := range company(t) {
			recs = append(recs, s.record(i, int64(i)))
		}
		plain := audit.New(kept)
		for _, rec := range recs {
			plain.Add(rec)
		}
		want, err := plain.Cells()
		if err != nil {
			t.Fatal(err)
		}
		if plain.Refused > 0 {
			t.Fatalf("%d refused", plain.Refused)
		}
		sameRows(t, "as said", want, stream(t, kept, recs, 7, 50, 0).cells())

		unasked := audit.New(kept)
		for _, rec := range recs {
			if !erases(rec) {
				unasked.Add(rec)
			}
		}
		unerased, err := unasked.Cells()
		if err != nil {
			t.Fatal(err)
		}
		sameRows(t, "without the erasures", unerased, want)

		mixed := slices.Clone(recs)
		for i := range recs {
			if rapid.IntRange(0, 9).Draw(t, "twice") < 3 {
				mixed = append(mixed, recs[i])
			}
		}
		mixed = rapid.Permutation(mixed).Draw(t, "order")
		batch := rapid.IntRange(1, len(mixed)).Draw(t, "batch")
		limit := rapid.IntRange(1, 200).Draw(t, "limit")
		forget := rapid.IntRange(0, 3).Draw(t, "forget")
		rows := stream(t, kept, mixed, batch, limit, forget)
		sameRows(t, "mixed", want, rows.cells())
		s := &stand{recs: recs, end: int64(len(recs)), rows: rows, offset: int64(len(recs))}
		if r, err := s.audit(t, kept); err != nil || r.Different() > 0 || r.Entities == 0 {
			t.Fatalf("mixed: %v: %v, %v", err, r.Differences, r.Wrong)
		}
	})
}

// TestRandomCompaniesReachEveryGroup holds the laws to what they are held for: of each group some company has cells.
func TestRandomCompaniesReachEveryGroup(t *testing.T) {
	kept, reached := layouts(t), map[string]int{}
	for seed := range 400 {
		plain := audit.New(kept)
		for i, s := range rapid.Custom(company).Example(seed) {
			plain.Add(s.record(i, int64(i)))
		}
		cells, err := plain.Cells()
		if err != nil {
			t.Fatal(err)
		}
		groups := map[string]bool{}
		for key, fields := range cells {
			groups[strings.Split(key, ":")[2]] = len(fields) > 0
		}
		for group := range groups {
			reached[group]++
		}
	}
	for _, g := range metric.Groups {
		if reached[g.Name] < 3 {
			t.Errorf("%s has cells in %d of 400 random companies", g.Name, reached[g.Name])
		}
	}
}
