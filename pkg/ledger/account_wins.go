package ledger

import "weir.dev/weir/pkg/event"

// AccountWin is a deal that an account bought, as the deal tells it.
type AccountWin struct {
	Deal     string // subject
	At       int64  // milliseconds
	Day      event.Day
	Priced   bool  // it has an amount
	Amount   int64 // minor units of Currency
	Currency string
	Dims     *Dims  // the deal's at the win: product and type among them
	Lead     Moment // the capture of the lead that the deal credits, where there is one
}

// Marketing reports whether the win is marketing's: its lead came from a campaign.
func (w *AccountWin) Marketing() bool {
	return w.Lead.Happened && w.Lead.Dims[DimCampaign] != ""
}

// won is what a won deal tells its account. The fields of the deal come first; those behind the instant of
// the capture are the lead's.
func won(subject string, d *Deal) Fact {
	o := d.Outcome
	f := Fact{Kind: event.KindDealWon, Time: o.At, Origin: subject}
	if o.State.Priced {
		f.Fields = append(f.Fields,
			Field{Name: NameAmount, Int: o.State.Amount, Scale: uint8(Decimals(o.State.Currency))},
			Field{Name: NameCurrency, Text: o.State.Currency})
	}
	f.Fields = dimFields(f.Fields, o.State.Dims)
	if lead := &d.Credit.Captured; lead.Happened {
		f.Fields = append(f.Fields, Field{Name: NameAt, Int: lead.At})
		f.Fields = dimFields(f.Fields, lead.Dims)
	}
	return f
}

// win reads what a won deal told.
func win(def *Definition, room *dimsRoom, none *Dims, fact *Fact) AccountWin {
	w := AccountWin{Deal: fact.Origin, At: fact.Time, Day: def.Day(fact.Time), Dims: none}
	dims := &w.Dims
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameAmount:
			w.Priced, w.Amount = true, v.Int
		case NameCurrency:
			w.Currency = v.Text
		case NameAt:
			w.Lead = Moment{Happened: true, At: v.Int, Day: def.Day(v.Int), Dims: none}
			dims = &w.Lead.Dims
		default:
			if dim, ok := dimOf(v.Name); ok {
				*dims = room.with(*dims, dim, v.Text)
			}
		}
	}
	return w
}
