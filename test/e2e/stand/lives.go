package stand

import (
	"fmt"
	"time"
)

// DealCreated is the beginning of a deal.
func DealCreated(id string, amount int, at string) CloudEvent {
	return DealEvent(id, "created", at, map[string]any{
		"stage": "prospecting", "amount": amount, "currency": "EUR", "close_date": "2026-06-30", "owner": "owner-1",
	})
}

// DealEvent is an event of a deal; its kind is what the type ends with.
func DealEvent(id, kind, at string, data map[string]any) CloudEvent {
	return CloudEvent{
		SpecVersion: "1.0", ID: id + "-" + kind, Source: "/e2e", Type: "dev.weir.deal." + kind, Subject: "deal/" + id, Time: at,
		ContentType: "application/json", Data: data,
	}
}

// Tally is how many events there are of each kind, and what the numbers must come to.
type Tally struct {
	Created, Moved, Changed, Activities, Won, Lost int
	Bookings                                       int // what the won ones are worth
}

// Add adds another tally.
func (a *Tally) Add(b Tally) {
	a.Created += b.Created
	a.Moved += b.Moved
	a.Changed += b.Changed
	a.Activities += b.Activities
	a.Won += b.Won
	a.Lost += b.Lost
	a.Bookings += b.Bookings
}

// Events is how many events that are.
func (a *Tally) Events() int {
	return a.Created + a.Moved + a.Changed + a.Activities + a.Won + a.Lost
}

// lifeStarts is how many instants the lives begin at.
const lifeStarts = 1000

// Lives is a batch of events: the whole lives of some deals, made of its numbers alone. They begin apart, by an hour at
// most, so that all lie in the first quarter of 2026.
func Lives(sender, number, deals int, apart time.Duration) (events []CloudEvent, sum Tally) {
	start := time.Date(2026, 1, 10, 8, 0, 0, 0, time.UTC)
	for i := range deals {
		n := number*deals + i
		id := fmt.Sprintf("S%d-%d", sender, n)
		at := func(hours int) string {
			return start.Add(time.Duration(n%lifeStarts)*apart + time.Duration(hours)*time.Hour).Format(time.RFC3339)
		}
		amount := 1000 + n%9*100
		created := DealCreated(id, amount, at(0))
		created.Data["owner"] = fmt.Sprintf("owner-%d", n%7)
		events = append(events, created)
		sum.Created++
		if n%2 == 0 {
			events = append(events, DealEvent(id, "stage_changed", at(24), map[string]any{"to": "negotiation"}))
			sum.Moved++
		}
		if n%3 == 0 {
			amount += 50
			events = append(events, DealEvent(id, "amount_changed", at(48), map[string]any{"amount": amount}))
			sum.Changed++
		}
		call := DealEvent(id, "activity", at(50), map[string]any{"kind": "call", "direction": "outbound"})
		call.Type = "dev.weir.activity.logged"
		events = append(events, call)
		sum.Activities++
		switch n % 5 {
		case 0:
			events = append(events, DealEvent(id, "won", at(72), map[string]any{}))
			sum.Won++
			sum.Bookings += amount
		case 1:
			events = append(events, DealEvent(id, "lost", at(72), map[string]any{"kind": "competitor"}))
			sum.Lost++
		}
	}
	return events, sum
}
