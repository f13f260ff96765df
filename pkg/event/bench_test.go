package event

import "testing"

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct {
		kind Kind
		data string
	}{
		{KindDealStageChanged, `{"to":"negotiation"}`},
		{KindDealAmountChanged, `{"amount":"40000.00"}`},
		{KindActivityLogged, `{"kind":"call","direction":"inbound","id":"a-17"}`},
		{KindDealCreated, `{"stage":"prospecting","amount":"40000.00","currency":"EUR","close_date":"2026-06-30","owner":"owner-7","team":"team-1","segment":"segment-2","region":"region-4","type":"new","source":"source-3","product":"product-8"}`},
	} {
		b.Run(c.kind.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(c.kind, []byte(c.data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
