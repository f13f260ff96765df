package workload

import (
	"slices"
	"strconv"
	"time"

	"weir.dev/weir/pkg/event"
)

// Sum is the value of a cell of the peers' job.
type Sum struct {
	Count, Cents int64
}

// Answers are the right values of the cells of the peers' job, by batch: every deal's life is looked at
// once, from its end, and nothing is ever taken back.
func (w *Workload) Answers() map[string]Sum {
	lives := make([][]*Event, w.Deals)
	for i := range w.Events {
		e := &w.Events[i]
		lives[e.Deal] = append(lives[e.Deal], e)
	}
	cells := map[string]Sum{}
	for deal, life := range lives {
		slices.SortFunc(life, func(a, b *Event) int { return a.nth - b.nth })
		life = slices.CompactFunc(life, func(a, b *Event) bool { return a.nth == b.nth })
		answer(cells, "owner-"+strconv.Itoa(w.draw(deal, factOwner, owners)), life)
	}
	return cells
}

// answer adds what one deal's life comes to.
func answer(cells map[string]Sum, owner string, life []*Event) {
	add := func(cell string, cents int) {
		sum := cells[cell]
		cells[cell] = Sum{sum.Count + 1, sum.Cents + int64(cents)}
	}
	stage, worth, ended := "", 0, false
	for _, e := range life {
		on := time.UnixMilli(e.At).UTC().Format(time.DateOnly) + "/"
		switch e.Kind {
		case event.KindDealCreated:
			stage, worth = Stages[0], e.Value
			add("entry/"+on+stage, 0)
		case event.KindDealStageChanged:
			stage = Stages[e.Value]
			add("entry/"+on+stage, 0)
		case event.KindDealAmountChanged:
			worth = e.Value
		case event.KindActivityLogged:
			add("activity/"+on+kinds[e.Value], 0)
		case event.KindDealWon:
			ended = true
			add("won/"+on+owner, worth)
		case event.KindDealLost:
			ended = true
			add("lost/"+on+losses[e.Value], 0)
		}
	}
	if !ended && len(life) > 0 {
		add("open.stage/"+stage, worth)
		add("open.owner/"+owner, worth)
	}
}
