package event_test

import (
	"testing"

	"weir.dev/weir/pkg/event"
)

func TestATickIsReadBackAndNothingElseIsOne(t *testing.T) {
	const hour = int64(1_767_225_600_000) // 2026-01-01T00:00:00Z
	tick := event.Tick(3, hour)
	if got, ok := event.TickOf(&tick); !ok || got != hour || tick.Key != nil {
		t.Errorf("%d, %v, key %q", got, ok, tick.Key)
	}
	var e event.Event
	if err := event.FromRecord(&tick, &e); err != nil || e.ID != "3/2026-01-01T00:00:00Z" || e.Subject != "partition/3" {
		t.Errorf("%+v, %v", e, err)
	}
	keyed := event.Tick(3, hour)
	keyed.Key = []byte("default")
	between := event.Tick(3, hour+1)
	other := event.Event{ID: "1", Source: "/s", Type: event.KindDealWon.Type(), Subject: "deal/D", Time: hour}
	deal := other.ToRecord("")
	for name, rec := range map[string]event.Record{"of a tenant": keyed, "within an hour": between, "a deal": deal, "nothing": {}} {
		if _, ok := event.TickOf(&rec); ok {
			t.Errorf("%s is taken for a tick", name)
		}
	}
}

func TestAControlTypeIsNotOfTheContract(t *testing.T) {
	if kind, ok := event.KindOf(event.ClockTicked); ok {
		t.Errorf("%s is %v", event.ClockTicked, kind)
	}
}
