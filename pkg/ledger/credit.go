package ledger

import "weir.dev/weir/pkg/event"

// Credit is what the lead that a deal credits tells of itself: its capture, with its dimensions, and the
// first qualification of each level.
type Credit struct {
	Captured, MQL, SQL Moment
}

// Level is the highest level that the deal's lead had by the deal's creation; empty for none.
func (d *Deal) Level() string {
	switch by := d.Created; {
	case d.Credit.SQL.Happened && d.Credit.SQL.At <= by:
		return levelSQL
	case d.Credit.MQL.Happened && d.Credit.MQL.At <= by:
		return levelMQL
	default:
		return ""
	}
}

// Attributed is the dimensions of the deal's entry with source, campaign and channel of its lead's capture
// before its own: attribution is to the first touch.
func (d *Deal) Attributed() *Dims {
	dims := d.Entry.Dims
	for _, dim := range [...]Dim{DimSource, DimCampaign, DimChannel} {
		if lead := &d.Credit.Captured; lead.Happened && lead.Dims[dim] != "" && lead.Dims[dim] != dims[dim] {
			if dims == d.Entry.Dims {
				dims = new(*dims)
			}
			dims[dim] = lead.Dims[dim]
		}
	}
	return dims
}

// credit notes what the deal's lead tells of itself; other facts that were told say nothing of a deal.
func (f *DealFolder) credit(fact *Fact) {
	m := Moment{Happened: true, At: fact.Time, Day: f.def.Day(fact.Time)}
	switch {
	case fact.Kind == event.KindLeadCaptured:
		m.Dims = f.dims.none()
		for i := range fact.Fields {
			if dim, ok := dimOf(fact.Fields[i].Name); ok {
				m.Dims = f.dims.with(m.Dims, dim, fact.Fields[i].Text)
			}
		}
		f.deal.Credit.Captured = m
	case fact.Kind != event.KindLeadQualified:
	case fact.Text(NameLevel) == levelMQL:
		f.deal.Credit.MQL = m
	default:
		f.deal.Credit.SQL = m
	}
}
