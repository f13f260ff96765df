package event

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestEventsOnTheEdgeOfTheRulesAreTaken(t *testing.T) {
	for name, change := range map[string]func(*Event){
		"exactly 24 hours ahead":                   func(e *Event) { e.Time = noon + 24*3600*1000 },
		"no content type":                          func(e *Event) { e.DataContentType = "" },
		"a content type with a charset":            func(e *Event) { e.DataContentType = "Application/JSON; charset=utf-8" },
		"an id of 256 characters":                  func(e *Event) { e.ID = strings.Repeat("ß", 256) },
		"a subject id of 128 characters":           func(e *Event) { e.Subject = "deal/" + strings.Repeat("ß", 128) },
		"a subject id with spaces and punctuation": func(e *Event) { e.Subject = "deal/Äcme #17 (new): 50%" },
		"an unknown field":                         func(e *Event) { e.Data = []byte(`{"to":"a","x":{"y":[1,2,{"z":null}]}}`) },
		"an optional field that is null":           func(e *Event) { e.Data = []byte(`{"to":"a","from":null}`) },
		"white space around everything":            func(e *Event) { e.Data = []byte("\t{ \"to\" :\n\"a\" }\r\n") },
		"escapes in a string":                      func(e *Event) { e.Data = []byte(`{"to":"\u0061\/\"b"}`) },
		"a recorded time ahead":                    func(e *Event) { e.RecordedTime = noon + 48*3600*1000 },
		"an empty extension":                       func(e *Event) { e.Extensions = []Attribute{{"traceparent", ""}} },
		"data of nearly 1 MiB": func(e *Event) {
			e.Data = []byte(`{"to":"a","note":"` + strings.Repeat("x", MaxEventBytes-200) + `"}`)
		},
	} {
		e := eventOf(KindDealStageChanged, `{"to":"negotiation"}`)
		change(&e)
		if _, err := e.Validate(noon, "EUR"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEventsBeyondTheRulesAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Event)
		want   string
	}{
		"a millisecond more than 24 hours ahead": {func(e *Event) { e.Time = noon + 24*3600*1000 + 1 }, "future /time"},
		"more than 1 MiB":                        {func(e *Event) { e.Data = []byte(strings.Repeat(" ", MaxEventBytes)) }, "too_large "},
		"an id that is no UTF-8":                 {func(e *Event) { e.ID = "\xff" }, "invalid /id"},
		"data that is no UTF-8":                  {func(e *Event) { e.Data = []byte("{\"to\":\"\xff\"}") }, "malformed /data/to"},
		"an extension with a control character":  {func(e *Event) { e.Extensions = []Attribute{{"traceparent", "\x1b"}} }, "invalid /traceparent"},
		"an extension beyond all bounds":         {func(e *Event) { e.Extensions = []Attribute{{"x", strings.Repeat("x", 5000)}} }, "invalid /x"},
		"65 extensions":                          {func(e *Event) { e.Extensions = make([]Attribute, 65) }, "invalid "},
		"a content type that JSON begins":        {func(e *Event) { e.DataContentType = "application/jsonp" }, "invalid /datacontenttype"},
		"a content type with a line break":       {func(e *Event) { e.DataContentType = "application/json;\n" }, "invalid /datacontenttype"},
		"data that nests 65 deep":                {func(e *Event) { e.Data = []byte(`{"x":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`) }, "malformed /data"},
		"two objects":                            {func(e *Event) { e.Data = []byte(`{"to":"a"}{}`) }, "malformed /data"},
		"an unknown field twice":                 {func(e *Event) { e.Data = []byte(`{"to":"a","x":1,"x":2}`) }, "malformed /data/x"},
		"a field twice under an escape":          {func(e *Event) { e.Data = []byte(`{"to":"a","\u0074o":"b"}`) }, "malformed /data/to"},
		"a zero byte after the object":           {func(e *Event) { e.Data = []byte("{\"to\":\"a\"}\x00") }, "malformed /data"},
	} {
		e := eventOf(KindDealStageChanged, `{"to":"negotiation"}`)
		c.change(&e)
		_, err := e.Validate(noon, "EUR")
		if refusal, ok := errors.AsType[*Refusal](err); !ok || string(refusal.Reason)+" "+refusal.Pointer != c.want {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

func TestAnAmountHasNoMoreDecimalsThanItsCurrencyOrTheTenants(t *testing.T) {
	for _, c := range []struct {
		kind      Kind
		data, def string
		refused   string
	}{
		{KindDealAmountChanged, `{"amount":"1.23"}`, "EUR", ""},
		{KindDealAmountChanged, `{"amount":"1.23"}`, "JPY", "/data/amount"},
		{KindDealAmountChanged, `{"amount":"1.234"}`, "KWD", ""},
		{KindDealAmountChanged, `{"amount":"1.234","currency":"USD"}`, "KWD", "/data/amount"},
		{KindDealAmountChanged, `{"amount":"1.00","currency":"JPY"}`, "EUR", "/data/amount"}, // a string is taken at its word
		{KindDealAmountChanged, `{"amount":1.00,"currency":"JPY"}`, "EUR", ""},               // a number has no trailing zeros
		{KindDealUpdated, `{"amount":"1.5","currency":null}`, "JPY", "/data/amount"},
		{KindDealUpdated, `{"amount":null,"currency":"JPY"}`, "EUR", ""},
		{KindContractSigned, `{"amount":1,"one_time":"0.001","start":"2026-01-01","end":"2026-12-31"}`, "EUR", "/data/one_time"},
		{KindSubscriptionStarted, `{"subscription":"S","price":"0.001","interval":"day"}`, "EUR", "/data/price"},
		{KindGoalSet, `{"metric":"nps","period":"2026","value":"33.333"}`, "EUR", ""},
	} {
		e := eventOf(c.kind, c.data)
		_, err := e.Validate(noon, c.def)
		refusal, _ := errors.AsType[*Refusal](err)
		if c.refused == "" && err != nil || c.refused != "" && (refusal == nil || refusal.Pointer != c.refused) {
			t.Errorf("%s in %s: got %v, want a refusal at %q", c.data, c.def, err, c.refused)
		}
	}
}

func TestRulesBetweenFields(t *testing.T) {
	for _, c := range []struct {
		kind Kind
		data string
		want string
	}{
		{KindDealMerged, `{"into":"D4"}`, "invalid /data/into"},
		{KindDealMerged, `{"into":"d4"}`, ""}, // case matters
		{KindLeadMerged, `{"into":"L1"}`, "invalid /data/into"},
		{KindContractSigned, `{"amount":1,"start":"2026-01-01","end":"2026-01-01"}`, ""},
		{KindContractSigned, `{"amount":1,"start":"2026-01-02","end":"2026-01-01"}`, "invalid /data/end"},
		{KindContractSigned, `{"amount":1,"start":"2026-01-01","end":"9999-12-31"}`, "invalid /data/end"},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","from":"2026-02-01","to":"2026-02-01"}`, ""},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","from":"2026-02-02","to":"2026-02-01"}`, "invalid /data/to"},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","from":"2026-02-11"}`, ""}, // a zone may be a day ahead
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","from":"2026-02-12"}`, "invalid /data/from"},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","to":"2026-02-09"}`, ""},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","to":"2026-02-08"}`, "invalid /data/to"},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","from":"1990-01-01"}`, "invalid /data/from"},
		{KindSpendRecorded, `{"amount":1,"purpose":"sales","from":"2026-01-01","to":"2036-12-31"}`, "invalid /data/to"},
		{KindGoalSet, `{"metric":"m","period":"2026"}`, "missing /data/value"},
		{KindGoalSet, `{"metric":"m","period":"2026","value":1,"amount":1}`, "invalid /data/amount"},
		{KindFXRateSet, `{"base":"USD","rate":1,"date":"2026-01-01"}`, "invalid /data/base"},
	} {
		e := eventOf(c.kind, c.data)
		_, err := e.Validate(noon, "EUR")
		got := ""
		if refusal, ok := errors.AsType[*Refusal](err); ok {
			got = fmt.Sprintf("%s %s", refusal.Reason, refusal.Pointer)
		}
		if got != c.want {
			t.Errorf("%s %s: got %v, want %q", c.kind, c.data, err, c.want)
		}
	}
}

func TestEveryKindTakesTheSubjectsOfTheContractAndNoOther(t *testing.T) {
	for _, k := range Kinds() {
		for entity, subject := range subjects {
			e := eventOf(k, samples[k].examples[0])
			e.Subject = subject
			_, err := e.Validate(noon, "EUR")
			refusal, _ := errors.AsType[*Refusal](err)
			if allowed := k.About()&entity != 0; allowed != (err == nil) || !allowed && refusal.Pointer != "/subject" {
				t.Errorf("%s about %s: %v", k, subject, err)
			}
		}
	}
}
