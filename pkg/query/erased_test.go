package query_test

import (
	"strings"
	"testing"

	"weir.dev/weir/pkg/config"
)

// erasureOfX1 is a lost deal with a person and words in it, and their erasure.
const erasureOfX1 = `[
{"specversion":"1.0","id":"x1","source":"/crm","type":"dev.weir.deal.created","subject":"deal/X1","time":"2026-01-10T09:00:00Z","data":{"stage":"proposal","owner":"Ann"}},
{"specversion":"1.0","id":"x2","source":"/crm","type":"dev.weir.activity.logged","subject":"deal/X1","time":"2026-01-12T09:00:00Z","data":{"kind":"call","participants":[{"contact":"jo@example.com","role":"champion"}]}},
{"specversion":"1.0","id":"x3","source":"/crm","type":"dev.weir.contact.role_set","subject":"deal/X1","time":"2026-01-13T09:00:00Z","data":{"contact":"jo@example.com","role":"champion"}},
{"specversion":"1.0","id":"x4","source":"/crm","type":"dev.weir.deal.lost","subject":"deal/X1","time":"2026-01-14T09:00:00Z","data":{"kind":"no_decision","reason":"Jo left the firm"}},
{"specversion":"1.0","id":"x5","source":"/crm","type":"dev.weir.subject.erased","subject":"deal/X1","time":"2026-01-15T09:00:00Z","data":{}}]`

func TestAnErasedDealIsShownWithoutPersonsAndWords(t *testing.T) {
	m := newMemory(t, config.Default())
	h := handlerOf(t, config.Default(), m, nil)
	events := batch(t, []byte(erasureOfX1))
	m.apply("default", 10, events[:4]...)
	before := get(t, h, "/v1/deals/X1")
	if _, erased := at(before.body, "/erased"); erased || !strings.Contains(before.text, "Jo left the firm") || !strings.Contains(before.text, "jo@example.com") {
		t.Fatalf("before: %s", before.text)
	}
	m.apply("default", 10, events[4:]...)
	m.apply("default", 10, events...) // said again, nothing comes back
	r := get(t, h, "/v1/deals/X1")
	if strings.Contains(r.text, "Jo left") || strings.Contains(r.text, "jo@example.com") {
		t.Errorf("after: %s", r.text)
	}
	for pointer, want := range map[string]any{
		"/erased": true, "/status": "lost", "/outcome/kind": "no_decision", "/owner": "Ann", "/activities": 1.0,
		"/history/1/fields/role": "champion", "/history/4/type": "dev.weir.subject.erased",
	} {
		if got, _ := at(r.body, pointer); got != want {
			t.Errorf("%s is %v, want %v", pointer, got, want)
		}
	}
	caller, _ := at(r.body, "/history/1/fields/contact")
	champion, _ := at(r.body, "/history/2/fields/contact")
	if caller == nil || caller != champion {
		t.Errorf("who called is %v, the champion is %v: they were one", caller, champion)
	}
}
