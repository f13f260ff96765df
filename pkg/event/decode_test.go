package event

import (
	"reflect"
	"testing"

	"github.com/go-json-experiment/json"
)

func mustDecode[T any](t *testing.T, k Kind, data string) *T {
	t.Helper()
	payload, err := Decode(k, []byte(data))
	if err != nil {
		t.Fatalf("%s %s: %v", k, data, err)
	}
	return payload.(*T)
}

func set[T any](value T) Optional[T] { return Optional[T]{Value: value, Set: true} }

func TestPayloadsHoldWhatTheDataSays(t *testing.T) {
	created := mustDecode[DealCreated](t, KindDealCreated, `{"stage":"prospecting","amount":"40000.00","currency":"EUR","close_date":"2026-06-30","probability":0.10,"term_months":12,"colour":"blue"}`)
	want := DealCreated{Stage: "prospecting", DealFields: DealFields{
		Amount: set(Decimal{4000000, 2}), Currency: set("EUR"), CloseDate: set(DayOf(2026, 6, 30)), Probability: set(Decimal{1, 1}), TermMonths: set(Count(12)),
	}}
	if !reflect.DeepEqual(*created, want) {
		t.Errorf("got %+v", *created)
	}

	updated := mustDecode[DealUpdated](t, KindDealUpdated, `{"amount":null,"owner":"ana","stage":"ignored"}`)
	if !reflect.DeepEqual(*updated, DealUpdated{DealFields{Amount: Optional[Decimal]{Null: true}, Owner: set("ana")}}) {
		t.Errorf("got %+v", *updated)
	}

	logged := mustDecode[ActivityLogged](t, KindActivityLogged, `{"kind":"meeting","participants":[{"contact":"C1","role":"user"},{"contact":"C2"}],"duration_seconds":1.5}`)
	if !reflect.DeepEqual(*logged, ActivityLogged{
		Kind: "meeting", DurationSeconds: set(Decimal{15, 1}), Participants: []Participant{{"C1", set("user")}, {Contact: "C2"}},
	}) {
		t.Errorf("got %+v", *logged)
	}

	scheduled := mustDecode[ActivityScheduled](t, KindActivityScheduled, `{"id":"M1","kind":"call","at":"2026-02-10T13:00:00\u002B01:00"}`)
	if scheduled.At != noon {
		t.Errorf("an escaped plus sign gives %d", scheduled.At)
	}

	started := mustDecode[SubscriptionStarted](t, KindSubscriptionStarted, `{"subscription":"S","price":9,"interval":"month","features":["sso"]}`)
	if started.IntervalCount.Or(1) != 1 || started.Quantity.Or(Decimal{Unscaled: 1}) != (Decimal{Unscaled: 1}) || !reflect.DeepEqual(started.Features, []string{"sso"}) {
		t.Errorf("got %+v", *started)
	}

	enriched := mustDecode[AccountEnriched](t, KindAccountEnriched, `{"provider":"registry","fields":{"employees":{"value":1.50}}}`)
	if string(enriched.Fields["employees"]) != `{"value":1.50}` {
		t.Errorf("got %+v", *enriched)
	}
}

func TestAbsentNullAndEmptyDataAreAnObjectWithoutMembers(t *testing.T) {
	for _, data := range []string{"", "{}", "null", " {\n} "} {
		if got := mustDecode[DealLost](t, KindDealLost, data); *got != (DealLost{}) || got.LossKind() != "unknown" {
			t.Errorf("%q: got %+v", data, *got)
		}
		e := eventOf(KindDealLost, data)
		if _, err := e.Validate(noon, "EUR"); err != nil {
			t.Errorf("%q: %v", data, err)
		}
	}
	if lost := mustDecode[DealLost](t, KindDealLost, `{"kind":"competitor"}`); lost.LossKind() != "competitor" {
		t.Errorf("got %q", lost.LossKind())
	}
}

func TestAnUnknownKindHasNoPayload(t *testing.T) {
	for _, none := range []Kind{0, kinds} {
		if payload, err := Decode(none, nil); payload != nil || err == nil {
			t.Errorf("%d: got %v, %v", none, payload, err)
		}
	}
}

func TestExamplesTakeThePlainWayWhereTheyCanAndItSaysTheSame(t *testing.T) {
	plain := 0
	for _, k := range Kinds() {
		for _, data := range samples[k].examples {
			if comparePlain(t, k, []byte(data)) {
				plain++
			}
		}
	}
	if plain < 50 {
		t.Errorf("only %d examples went the plain way", plain)
	}
}

// comparePlain holds the plain decoder to the library's answer, wherever it has one.
func comparePlain(t *testing.T, k Kind, data []byte) bool {
	t.Helper()
	fast := contracts[k].payload()
	seen, ok := decodePlain(shapes[k], fast, data)
	if !ok {
		return false
	}
	slow, present := contracts[k].payload(), presence{shape: shapes[k]}
	if err := json.Unmarshal(data, slow); err != nil {
		t.Errorf("%s %q: plain, but the library says %v", k, data, err)
	}
	if err := json.Unmarshal(data, &present); err != nil {
		t.Errorf("%s %q: plain, but the library says %v", k, data, err)
	}
	if !reflect.DeepEqual(fast, slow) || seen != present.seen || present.empty != "" {
		t.Errorf("%s %q:\n plain %+v %b\nslow  %+v %b %q", k, data, fast, seen, slow, present.seen, present.empty)
	}
	return true
}
