package ledger

import "weir.dev/weir/pkg/event"

// Spend is money that was spent for a campaign.
type Spend struct {
	Amount   int64 // minor units of Currency
	Currency string
	Purpose  string // marketing, sales or retention
	From, To event.Day
	Dims     *Dims // the campaign and the channel
}

// Campaign is the life of a campaign. It is valid until its folder folds again.
type Campaign struct {
	Spends []Spend
}

// CampaignFolder folds the facts of campaigns into lives, one at a time, in room that it uses again.
type CampaignFolder struct {
	campaign Campaign
	dims     dimsRoom
}

// Fold is the life of the campaign of a subject that facts, which must be sorted, add up to as far as they
// were known by day k.
func (f *CampaignFolder) Fold(def *Definition, subject string, facts []Fact, k event.Day) *Campaign {
	f.dims.reset()
	f.campaign.Spends = f.campaign.Spends[:0]
	own := f.dims.with(f.dims.none(), DimCampaign, KindCampaign.ID(subject))
	for i := range facts {
		if fact := &facts[i]; fact.Kind == event.KindSpendRecorded && fact.KnownBy(k) {
			f.campaign.Spends = append(f.campaign.Spends, f.spend(def, own, fact))
		}
	}
	return &f.campaign
}

func (f *CampaignFolder) spend(def *Definition, dims *Dims, fact *Fact) Spend {
	day := def.Day(fact.Time)
	s := Spend{Currency: def.Currency, From: day, To: day, Purpose: fact.Text(NamePurpose)}
	if c := fact.Text(NameCurrency); c != "" {
		s.Currency = c
	}
	for i := range fact.Fields {
		switch v := &fact.Fields[i]; v.Name {
		case NameAmount:
			s.Amount = minor(v.Int, v.Scale, s.Currency)
		case NameStart:
			s.From = event.Day(v.Int)
		case NameEnd:
			s.To = event.Day(v.Int)
		case NameChannel:
			dims = f.dims.with(dims, DimChannel, v.Text)
		}
	}
	s.Dims = dims
	return s
}
