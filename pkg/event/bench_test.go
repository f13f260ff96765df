package event

import "testing"

var benchmarked = []struct {
	kind Kind
	data string
}{
	{KindDealStageChanged, `{"to":"negotiation"}`},
	{KindDealAmountChanged, `{"amount":"40000.00"}`},
	{KindActivityLogged, `{"kind":"call","direction":"inbound","id":"a-17"}`},
	{KindDealCreated, `{"stage":"prospecting","amount":"40000.00","currency":"EUR","close_date":"2026-06-30","owner":"owner-7","team":"team-1","segment":"segment-2","region":"region-4","type":"new","source":"source-3","product":"product-8"}`},
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range benchmarked {
		data := []byte(c.data)
		b.Run(c.kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(c.kind, data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDecodeByTheLibrary(b *testing.B) {
	for _, c := range benchmarked {
		data := []byte(c.data)
		b.Run(c.kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := decodeAny(contracts[c.kind].payload(), data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	for _, c := range benchmarked {
		e := eventOf(c.kind, c.data)
		b.Run(c.kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.Validate(noon, "EUR"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFromRecord(b *testing.B) {
	r, other := record(`{"to":"negotiation"}`), record(`{"to":"negotiation"}`)
	other.Headers[1].Value, other.Headers[4].Value = []byte("e-2"), []byte("deal/D5")
	var e Event
	b.ReportAllocs()
	for b.Loop() {
		r, other = other, r // neither id nor subject is ever that of the one before
		if err := FromRecord(&r, &e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseStructured(b *testing.B) {
	body := []byte(`{"specversion":"1.0","id":"e-17","source":"/crm/acme","type":"dev.weir.deal.stage_changed","subject":"deal/D4","time":"2026-02-10T09:30:00Z","datacontenttype":"application/json","data":{"to":"negotiation"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseStructured(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkToRecord(b *testing.B) {
	e := eventOf(KindDealStageChanged, `{"to":"negotiation"}`)
	b.ReportAllocs()
	for b.Loop() {
		_ = e.ToRecord("acme")
	}
}
