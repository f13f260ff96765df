package event

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"
)

func TestDecimalsAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]Decimal{
		"0": {0, 0}, "40000.00": {4000000, 2}, "0.001": {1, 3}, "-12.50": {-1250, 2}, "99999999999999999": {99999999999999999, 0},
		"0.123456789012345678": {}, "0.12345678901234567": {12345678901234567, 17},
	} {
		got, err := ParseDecimal(text)
		if want == (Decimal{}) && text != "0" {
			if !errors.Is(err, ErrDecimal) {
				t.Errorf("%s: got %v, %v; it has more than 18 digits", text, got, err)
			}
			continue
		}
		if err != nil || got != want || got.String() != text {
			t.Errorf("%s: got %+v %q, %v", text, got, got.String(), err)
		}
	}
	for _, text := range []string{"", "-", ".", "1.", ".1", "+1", "01", "00", "1e3", "1,0", "NaN", "Inf", "0x1", " 1", "1 ", "1.2.3", "--1", strings.Repeat("9", 19), strings.Repeat("1", 1000)} {
		if got, err := ParseDecimal(text); !errors.Is(err, ErrDecimal) {
			t.Errorf("%q was read as %v, %v", text, got, err)
		}
	}
}

func TestMinorUnitsRoundHalfToEvenAndSayWhetherTheyAreExact(t *testing.T) {
	for _, c := range []struct {
		text     string
		decimals int
		want     int64
		exact    bool
	}{
		{"40000.00", 2, 4000000, true},
		{"40000", 2, 4000000, true},
		{"40000", 0, 40000, true},
		{"0.005", 2, 0, false},
		{"0.015", 2, 2, false},
		{"0.0251", 2, 3, false},
		{"-0.015", 2, -2, false},
		{"-0.025", 2, -2, false},
		{"999999999999.99", 2, 99999999999999, true},
		{"1.500", 1, 15, true},
		{"0.9999999999999999", 0, 1, false},
	} {
		d, err := ParseDecimal(c.text)
		if err != nil {
			t.Fatal(err)
		}
		got, exact, err := d.Minor(c.decimals)
		if err != nil || got != c.want || exact != c.exact {
			t.Errorf("%s in 10^-%d: got %d, %v, %v", c.text, c.decimals, got, exact, err)
		}
	}
	for _, c := range []struct {
		d        Decimal
		decimals int
	}{{Decimal{math.MaxInt64, 0}, 1}, {Decimal{math.MinInt64, 0}, 0}, {Decimal{1, 0}, 19}, {Decimal{1, 0}, -1}, {Decimal{1, 19}, 2}} {
		if got, _, err := c.d.Minor(c.decimals); !errors.Is(err, ErrRange) {
			t.Errorf("%+v in 10^-%d: got %d, %v", c.d, c.decimals, got, err)
		}
	}
}

func TestInstantsAreReadWithTheirZoneAndCutToMilliseconds(t *testing.T) {
	for text, want := range map[string]string{
		"2026-02-10T09:30:00Z": "2026-02-10T09:30:00Z", "2026-02-10t09:30:00z": "2026-02-10T09:30:00Z",
		"2026-02-10T09:30:00.5Z": "2026-02-10T09:30:00.500Z", "2026-02-10T09:30:00.123999999Z": "2026-02-10T09:30:00.123Z",
		"2026-02-10T09:30:00+05:30": "2026-02-10T04:00:00Z", "2026-12-31T23:30:00-01:00": "2027-01-01T00:30:00Z",
		"2024-02-29T00:00:00-00:00": "2024-02-29T00:00:00Z", "9999-12-31T23:59:59.999Z": "9999-12-31T23:59:59.999Z", "1970-01-01T00:00:00.001Z": "1970-01-01T00:00:00.001Z",
	} {
		got, err := ParseInstant(text)
		if err != nil || FormatInstant(int64(got)) != want {
			t.Errorf("%s: got %s, %v; want %s", text, FormatInstant(int64(got)), err, want)
		}
	}
	for _, text := range []string{
		"", "2026-02-10", "2026-02-10T09:30Z", "2026-02-10T09:30:00", "2026-02-10 09:30:00Z", "2026-02-10T09:30:00.Z", "2026-02-10T09:30:00,5Z",
		"2026-02-10T24:00:00Z", "2026-02-10T09:60:00Z", "2026-02-10T09:30:60Z", "2026-02-10T09:30:00+24:00", "2026-02-10T09:30:00+01", "2026-02-10T09:30:00+0100",
		"2026-02-10T09:30:00ZZ", "2026-02-29T09:30:00Z", "2026-00-10T09:30:00Z", "2026-13-10T09:30:00Z", "2026-01-00T09:30:00Z", "2026-04-31T09:30:00Z", "1900-02-10T09:30:00Z",
		"1970-01-01T00:00:00Z", "1970-01-01T00:30:00+01:00", "9999-12-31T23:59:59-01:00", "2026-02-10T09:30:00." + strings.Repeat("0", 40) + "Z", "२०२६-02-10T09:30:00Z",
	} {
		if got, err := ParseInstant(text); !errors.Is(err, ErrInstant) {
			t.Errorf("%q was read as %s, %v", text, FormatInstant(int64(got)), err)
		}
	}
}

func TestEveryDayOfFourHundredYearsIsTheOneThatTheStandardLibraryCounts(t *testing.T) {
	for day := Day(0); day < 146_097; day++ {
		text := day.String()
		got, ok := civilDay(text)
		if !ok || got != day {
			t.Fatalf("%s: got %d, %v; want %d", text, got, ok, day)
		}
	}
	if d := daysFromCivil(9999, 12, 31); d.String() != "9999-12-31" {
		t.Errorf("the last day is %s", d)
	}
	if d := DayOf(2026, time.February, 10); d.String() != "2026-02-10" {
		t.Errorf("got %s", d)
	}
}

func TestEveryCurrencyHasItsDecimals(t *testing.T) {
	for code, want := range map[string]int{"EUR": 2, "USD": 2, "JPY": 0, "KRW": 0, "KWD": 3, "TND": 3, "CLF": 4, "BYR": 0, "HRK": 2, "ISK": 0, "HUF": 2} {
		if got, ok := CurrencyDecimals(code); !ok || got != want {
			t.Errorf("%s: got %d, %v", code, got, ok)
		}
	}
	for _, code := range []string{"", "eur", "XXX", "XAU", "EURO", "QQQ"} {
		if _, ok := CurrencyDecimals(code); ok {
			t.Errorf("%q passes for a currency", code)
		}
	}
	if n := len(currencyDecimals); n < 170 {
		t.Errorf("only %d currencies", n)
	}
	for code := range currencyDecimals {
		if len(code) != 3 || strings.ToUpper(code) != code {
			t.Errorf("%q is no code", code)
		}
	}
}

func TestSubjectsAreAnEntityAndItsID(t *testing.T) {
	for entity, subject := range subjects {
		got, id, ok := ParseSubject(subject)
		if !ok || got != entity || entity != EntityTenant && entity.String()+"/"+id != subject {
			t.Errorf("%s: got %v %q %v", subject, got, id, ok)
		}
	}
	for _, subject := range []string{"", "deal", "deal/", "/D1", "Deal/D1", "tenant/x", "thing/1", "currency"} {
		if entity, id, ok := ParseSubject(subject); ok {
			t.Errorf("%q was read as %v %q", subject, entity, id)
		}
	}
}

func TestKindsHaveTheirTypesAndBack(t *testing.T) {
	for _, k := range Kinds() {
		got, ok := KindOf(k.Type())
		if !ok || got != k || k.Type() != "dev.weir."+k.String() || k.About() == 0 {
			t.Errorf("%d: type %q, name %q, about %v; back: %d %v", k, k.Type(), k.String(), k.About(), got, ok)
		}
	}
	if len(Kinds()) != 45 {
		t.Errorf("%d kinds, where the contract has 45", len(Kinds()))
	}
	if _, ok := KindOf("dev.weir.deal"); ok {
		t.Error("a prefix passes for a type")
	}
	for _, none := range []Kind{0, kinds, 255} {
		if none.Type() != "" || none.String() != "" || none.About() != 0 {
			t.Errorf("%d passes for a kind", none)
		}
	}
}
