// Package workload makes the events that the benchmark runs on, and what the peers' job must answer to
// them: the lives of many deals over sixty days, interleaved by time, one event in a hundred sent again
// later. The same seed makes the same events. It knows no Kafka and nothing of how Weir works.
package workload

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"weir.dev/weir/pkg/event"
)

const (
	day        = int64(24 * time.Hour / time.Millisecond)
	openings   = 40 * day // deals begin within so long
	maxDelay   = day      // a repeat follows within so long
	closing    = 80       // deals in a hundred that end
	winning    = 35       // of those, in a hundred
	repeating  = 100      // one event in so many is sent again
	minCents   = 100_000
	amounts    = 200_000 // different whole amounts, from minCents on
	closeDates = 90      // different planned days
)

// Start is when the first deal may begin, in milliseconds.
var Start = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// Stages are the stages that deals pass, all of them open.
var Stages = []string{"qualify", "discover", "propose", "negotiate", "commit"}

// kinds are the kinds of activities.
var kinds = []string{"call", "email", "meeting"}

// losses are why deals are lost.
var losses = []string{"competitor", "no_decision"}

// Event is one event to send.
type Event struct {
	Deal  int
	Kind  event.Kind
	At    int64 // when it happened, milliseconds
	Value int   // stage, cents, day or kind, by Kind
	ID    uint64
	sent  int64
	nth   int // of its deal, in the order of their times; a repeat has the number of what it repeats
}

// Workload is a seeded series of events.
type Workload struct {
	Events []Event // in the order of sending
	Deals  int
	seed   uint64
}

// New makes n events.
func New(n int, seed uint64) *Workload {
	w := &Workload{seed: seed, Events: make([]Event, 0, n+2*maxLife)}
	for ; len(w.Events) < n; w.Deals++ {
		w.live(w.Deals)
	}
	w.Events = w.Events[:n]
	slices.SortFunc(w.Events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(a.sent, b.sent), cmp.Compare(a.Deal, b.Deal), cmp.Compare(a.nth, b.nth))
	})
	return w
}

// maxLife bounds the events of a deal, without repeats.
const maxLife = 16

// live appends a deal's life.
func (w *Workload) live(deal int) {
	r := rand.New(rand.NewPCG(w.seed, uint64(deal)))
	todo := agenda(r)
	at := Start + r.Int64N(openings)
	pace := day/2 + r.Int64N(day)
	l := life{workload: w, deal: deal, random: r}
	l.say(at, event.KindDealCreated, cents(r))
	stage := 0
	for _, kind := range todo {
		at += 1 + r.Int64N(pace)
		switch kind {
		case event.KindDealStageChanged:
			stage = next(r, stage)
			l.say(at, kind, stage)
		case event.KindDealAmountChanged:
			l.say(at, kind, cents(r))
		case event.KindDealCloseDateChanged:
			l.say(at, kind, r.IntN(closeDates))
		default:
			l.say(at, kind, r.IntN(len(kinds)))
		}
	}
	if r.IntN(100) < closing {
		at += 1 + r.Int64N(pace)
		if r.IntN(100) < winning {
			l.say(at, event.KindDealWon, 0)
		} else {
			l.say(at, event.KindDealLost, r.IntN(len(losses)))
		}
	}
}

// agenda is what happens to a deal between its creation and its end, in random order.
func agenda(r *rand.Rand) []event.Kind {
	todo := make([]event.Kind, 0, maxLife)
	add := func(kind event.Kind, times int) {
		for range times {
			todo = append(todo, kind)
		}
	}
	add(event.KindDealStageChanged, 2+r.IntN(3))
	add(event.KindDealAmountChanged, r.IntN(3))
	add(event.KindDealCloseDateChanged, r.IntN(2))
	add(event.KindActivityLogged, min(4, r.IntN(10)))
	r.Shuffle(len(todo), func(i, j int) { todo[i], todo[j] = todo[j], todo[i] })
	return todo
}

// next is the stage after one: mostly the one that follows, now and then any other.
func next(r *rand.Rand, stage int) int {
	if r.IntN(10) == 0 {
		return (stage + 1 + r.IntN(len(Stages)-1)) % len(Stages)
	}
	return min(stage+1, len(Stages)-1)
}

func cents(r *rand.Rand) int { return minCents + 100*r.IntN(amounts) }

// life is a deal whose events are being made.
type life struct {
	workload *Workload
	deal     int
	random   *rand.Rand
	said     int
}

// say appends an event, and perhaps its repeat.
func (l *life) say(at int64, kind event.Kind, value int) {
	e := Event{
		Deal: l.deal, Kind: kind, At: at, Value: value, sent: at, nth: l.said,
		ID: mix(l.workload.seed + uint64(l.deal*maxLife+l.said)),
	}
	l.said++
	l.workload.Events = append(l.workload.Events, e)
	if l.random.IntN(repeating) == 0 {
		e.sent += 1000 + l.random.Int64N(maxDelay)
		l.workload.Events = append(l.workload.Events, e)
	}
}

// mix spreads the bits of a number over all of its bits, one to one (the finalizer of SplitMix64).
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
