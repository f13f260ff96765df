package metric

import "weir.dev/weir/pkg/ledger"

// replies is the seconds that people outside took to answer, on the day of the answer.
var replies = &Group{
	Name: "replies", Measures: []string{"replies", "seconds"}, Keep: standard(), Logged: true,
	Deal: func(_ *ledger.Definition, d *ledger.Deal, out *Points) {
		if d.Into == "" {
			answered(d.Activities, out)
		}
	},
	Lead: func(_ *ledger.Definition, l *ledger.Lead, out *Points) {
		if !l.Gone {
			answered(l.Activities, out)
		}
	},
	Account: func(_ *ledger.Definition, a *ledger.Account, out *Points) { answered(a.Activities, out) },
}

// answered adds a sample for each inbound activity that answers an outbound one: that which it names, else the
// one that came last in its thread.
func answered(list []ledger.Activity, out *Points) {
	said := &out.talk
	said.begin()
	for i := range list {
		a := &list[i]
		if a.Internal() || a.ID == "" && a.Thread == "" && a.ReplyTo == "" {
			continue
		}
		if to := said.answeredBy(list, a); to != nil && to.Direction == "outbound" {
			out.add(Point{Day: a.Day, Dims: a.Dims}, histogramOf((a.At-to.At)/1000)...)
		}
		said.note(a, i)
	}
}

// talk is what was said so far: the last activity of an id, and of a thread.
type talk struct{ ids, threads map[string]int }

func (t *talk) begin() {
	if t.ids == nil {
		t.ids, t.threads = map[string]int{}, map[string]int{}
	}
	clear(t.ids)
	clear(t.threads)
}

func (t *talk) note(a *ledger.Activity, i int) {
	if a.ID != "" {
		t.ids[a.ID] = i
	}
	if a.Thread != "" {
		t.threads[a.Thread] = i
	}
}

// answeredBy is what an inbound activity answers, nil for nothing that is known.
func (t *talk) answeredBy(list []ledger.Activity, a *ledger.Activity) *ledger.Activity {
	if a.Direction != "inbound" {
		return nil
	}
	if i, ok := t.ids[a.ReplyTo]; ok {
		return &list[i]
	}
	if i, ok := t.threads[a.Thread]; ok {
		return &list[i]
	}
	return nil
}
