package cloudevent_test

import (
	"encoding/json"
	"testing"
	"time"

	"weir.dev/weir/pkg/cloudevent"
)

func TestMarshalJSONWritesTheStructuredForm(t *testing.T) {
	at := time.Date(2026, 2, 10, 10, 30, 0, 5e6, time.FixedZone("", 3600))
	cases := map[string]struct {
		event cloudevent.Event
		want  string
	}{
		"every attribute": {
			cloudevent.Event{
				ID: "e-17", Source: "/crm", Type: "deal.won", Subject: "deal/D4", Time: at, Recorded: at.Add(time.Hour),
				Sequence: "007", Data: map[string]any{"currency": "EUR", "amount": "1.50"},
			},
			`{"specversion":"1.0","id":"e-17","source":"/crm","type":"dev.weir.deal.won","subject":"deal/D4",` +
				`"time":"2026-02-10T09:30:00.005Z","recordedtime":"2026-02-10T10:30:00.005Z","sequence":"007",` +
				`"datacontenttype":"application/json","data":{"amount":"1.50","currency":"EUR"}}`,
		},
		"only the required": {
			cloudevent.Event{ID: "1", Source: "/s", Type: "deal.deleted", Subject: "deal/D", Time: at, Data: map[string]any{}},
			`{"specversion":"1.0","id":"1","source":"/s","type":"dev.weir.deal.deleted","subject":"deal/D",` +
				`"time":"2026-02-10T09:30:00.005Z","datacontenttype":"application/json","data":{}}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := json.Marshal(c.event)
			if err != nil || string(got) != c.want {
				t.Errorf("got %s, %v\nwant %s", got, err, c.want)
			}
		})
	}
}

func TestCompareOrdersByTimeThenSequenceThenID(t *testing.T) {
	at := time.Unix(0, 0)
	rising := []cloudevent.Event{
		{Time: at, Sequence: "", ID: "z"},
		{Time: at, Sequence: "01", ID: "b"},
		{Time: at, Sequence: "02", ID: "a"},
		{Time: at, Sequence: "02", ID: "b"},
		{Time: at.Add(1), Sequence: "", ID: "a"},
	}
	for i := range rising[1:] {
		if cloudevent.Compare(rising[i], rising[i+1]) >= 0 || cloudevent.Compare(rising[i+1], rising[i]) <= 0 {
			t.Errorf("%+v must come before %+v", rising[i], rising[i+1])
		}
	}
	if cloudevent.Compare(rising[1], rising[1]) != 0 {
		t.Error("an event equals itself")
	}
}
