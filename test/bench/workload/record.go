package workload

import (
	"fmt"
	"strconv"
	"time"

	"weir.dev/weir/pkg/event"
)

// The facts of a deal that its attributes are drawn for.
const (
	factOwner = iota
	factSegment
	factRegion
	factType
	factSource
	factProduct
	factPlan
)

const (
	owners   = 50
	teams    = 8
	segments = 4
	regions  = 5
	types    = 3 // one in so many is an expansion
	sources  = 6
	products = 9
	tenants  = 16
)

// Tenants are the companies that the deals belong to, one after the other.
func Tenants() []string {
	names := make([]string, tenants)
	for i := range names {
		names[i] = tenant(i)
	}
	return names
}

func tenant(deal int) string { return "tenant-" + strconv.Itoa(deal%tenants) }

// ByTenant is the event as a record of Weir's log: the peers' event, keyed by tenant. It does not say when it
// was recorded, so that all of it became known on the day of the load, late.
func (w *Workload) ByTenant(e *Event) event.Record {
	c := w.event(e)
	return c.ToRecord(tenant(e.Deal))
}

// ByDeal is the event as a record of the peers' input: keyed by deal.
func (w *Workload) ByDeal(e *Event) event.Record {
	c := w.event(e)
	return c.ToRecord("default/" + c.Subject)
}

// event is the event as a CloudEvent.
func (w *Workload) event(e *Event) event.Event {
	return event.Event{
		ID: strconv.FormatUint(e.ID, 16), Source: "/bench", Type: e.Kind.Type(), Subject: "deal/D" + strconv.Itoa(e.Deal),
		Time: e.At, DataContentType: "application/json", Data: w.data(e),
	}
}

func (w *Workload) data(e *Event) []byte {
	switch e.Kind {
	case event.KindDealCreated:
		return w.creation(e)
	case event.KindDealStageChanged:
		return fmt.Appendf(nil, `{"to":%q}`, Stages[e.Value])
	case event.KindDealAmountChanged:
		return fmt.Appendf(nil, `{"amount":%q}`, money(e.Value))
	case event.KindDealCloseDateChanged:
		return fmt.Appendf(nil, `{"close_date":%q}`, planned(e.Value))
	case event.KindActivityLogged:
		direction := []string{"inbound", "outbound"}[e.At&1]
		return fmt.Appendf(nil, `{"kind":%q,"direction":%q,"id":"a-%x"}`, kinds[e.Value], direction, e.ID)
	case event.KindDealLost:
		return fmt.Appendf(nil, `{"kind":%q}`, losses[e.Value])
	default:
		return []byte(`{}`)
	}
}

func (w *Workload) creation(e *Event) []byte {
	draw := func(fact, of int) int { return w.draw(e.Deal, fact, of) }
	dealType := "new"
	if draw(factType, types) == 0 {
		dealType = "expansion"
	}
	owner := draw(factOwner, owners)
	return fmt.Appendf(nil, `{"stage":%q,"amount":%q,"currency":"EUR","close_date":%q,"owner":"owner-%d","team":"team-%d",`+
		`"segment":"segment-%d","region":"region-%d","type":%q,"source":"source-%d","product":"product-%d"}`,
		Stages[0], money(e.Value), planned(draw(factPlan, closeDates)), owner, owner%teams,
		draw(factSegment, segments), draw(factRegion, regions), dealType, draw(factSource, sources), draw(factProduct, products))
}

// draw is a fact of a deal, as a number below of.
func (w *Workload) draw(deal, fact, of int) int {
	return int(mix(mix(w.seed*31+uint64(deal))+uint64(fact)) % uint64(of))
}

func money(cents int) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }

func planned(days int) string {
	return time.Date(2026, time.May, 1+days, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

// Structured is the event as JSON, as a client posts it.
func (w *Workload) Structured(e *Event) []byte {
	c := w.event(e)
	at := event.FormatInstant(e.At)
	return fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":%q,"type":%q,"subject":%q,"time":%q,"recordedtime":%q,`+
		`"datacontenttype":"application/json","data":%s}`, c.ID, c.Source, c.Type, c.Subject, at, at, c.Data)
}
