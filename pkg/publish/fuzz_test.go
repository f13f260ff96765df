package publish

import (
	"errors"
	"testing"

	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/state"
)

// FuzzReadMark reads a stored mark.
func FuzzReadMark(f *testing.F) {
	marks := newMarks("acme", map[string]bool{})
	marks.Touch(0, 17)
	marks.Late(1, 20_000, 20_500, &event.Event{ID: "e", Source: "/crm", Subject: "deal/D1"}, 17)
	for _, c := range marks.Changes(nil) {
		f.Add(c.Field, c.Value)
	}
	f.Fuzz(func(t *testing.T, field string, value []byte) {
		m, err := readMark(state.Row{Field: field, Value: value})
		if err != nil {
			if !errors.Is(err, ErrMark) {
				t.Errorf("%v", err)
			}
			return
		}
		if again, err := readMark(state.Row{Field: field, Value: m.cause.append(nil)}); err != nil || again.cause != m.cause || again.known != m.known {
			t.Errorf("%+v is read as %+v, %v", m, again, err)
		}
	})
}

// FuzzReadUpdate reads a record of the output topic, which others may write to by mistake.
func FuzzReadUpdate(f *testing.F) {
	update := event.Event{
		ID: "acme/mqls/7d/2026-02-10/g/17", Source: "/weir/log", Type: Updated, Subject: "mqls/7d", Time: 1_770_715_800_000,
		Sequence: sequence(17, 3), Data: []byte(`{"as_of":"2026-02-10","position":"log.0.17"}`),
	}
	f.Add(update.ToRecord("acme").Value, update.Sequence, settled{"g", 16}.String(), "00ff")
	f.Add([]byte("[]"), "1", ":", "")
	f.Fuzz(func(t *testing.T, data []byte, order, settledText, sum string) {
		update.Data, update.Sequence = data, order
		r := update.ToRecord("acme")
		r.Headers = append(r.Headers, event.Header{Key: settledHeader, Value: []byte(settledText)}, event.Header{Key: sumHeader, Value: []byte(sum)})
		told, ok, err := ReadUpdate(&r)
		if err != nil && !errors.Is(err, ErrOutput) {
			t.Errorf("%v", err)
		}
		if ok != (err == nil) || ok && (told.Tenant != "acme" || told.Series != "mqls/7d") {
			t.Errorf("%+v, %v, %v", told, ok, err)
		}
	})
}

// FuzzLastTick reads the stored hour of the last tick.
func FuzzLastTick(f *testing.F) {
	f.Add(StoreTick(1_770_714_000_000))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, stored []byte) {
		hour, err := LastTick(stored)
		if err != nil {
			if !errors.Is(err, ErrClock) {
				t.Errorf("%v", err)
			}
			return
		}
		if again, err := LastTick(StoreTick(hour)); err != nil || again != hour {
			t.Errorf("%d is read as %d, %v", hour, again, err)
		}
	})
}
