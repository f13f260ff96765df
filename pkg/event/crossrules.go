package event

// The rules that concern more than one field. Each is a method of its payload, called by Validate once
// the fields hold on their own.

const (
	maxContractDays = 36_525 // a hundred years
	maxSpendDays    = 3653   // ten years: spend is spread over its days
)

func (d *DealMerged) check(of about) *Refusal { return notItself(d.Into, of) }
func (l *LeadMerged) check(of about) *Refusal { return notItself(l.Into, of) }

func notItself(into string, of about) *Refusal {
	if into == of.id {
		return &Refusal{Invalid, "/data/into", "must be another id than the subject's own"}
	}
	return nil
}

func (c *ContractSigned) check(about) *Refusal {
	switch {
	case c.End < c.Start:
		return &Refusal{Invalid, "/data/end", "must not lie before start"}
	case c.End-c.Start >= maxContractDays:
		return &Refusal{Invalid, "/data/end", "must lie within 100 years of start"}
	}
	return nil
}

func (s *SpendRecorded) check(of about) *Refusal {
	// A day that is absent is that of the event's time in the tenant's zone, which is at most a day
	// away from the one in UTC.
	day := Day(of.time / 86_400_000)
	pointer := "/data/to"
	if !s.To.Set {
		pointer = "/data/from"
	}
	switch {
	case s.To.Set && s.To.Value < s.From.Or(day-1), s.From.Set && s.To.Or(day+1) < s.From.Value:
		return &Refusal{Invalid, pointer, "from must not lie after to"}
	case s.To.Or(day)-s.From.Or(day) >= maxSpendDays:
		return &Refusal{Invalid, pointer, "from and to must lie within ten years"}
	}
	return nil
}

func (g *GoalSet) check(about) *Refusal {
	switch {
	case !g.Value.Set && !g.Amount.Set:
		return missing("/data/value")
	case g.Value.Set && g.Amount.Set:
		return &Refusal{Invalid, "/data/amount", "must be absent where there is a value"}
	}
	return nil
}

func (r *FXRateSet) check(of about) *Refusal {
	if r.Base == of.id {
		return &Refusal{Invalid, "/data/base", "must be another currency than the subject's own"}
	}
	return nil
}
