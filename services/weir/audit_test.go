package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"weir.dev/weir/pkg/engine"
	"weir.dev/weir/pkg/event"
	"weir.dev/weir/pkg/ingest"
)

// unconfirmed does not wait for the broker to confirm what it appends (acks=0): while the broker is dying, that is lost.
type unconfirmed struct {
	ingest.Log
	dying bool
	next  int64
}

func (u *unconfirmed) Append(ctx context.Context, topic string, p int, recs []event.Record) (first, last int64, err error) {
	if !u.dying {
		first, last, err = u.Log.Append(ctx, topic, p, recs)
		u.next = last + 1
		return first, last, err
	}
	return u.next, u.next + int64(len(recs)) - 1, nil
}

// TestTheAuditFindsWhatWasAcknowledgedAndIsNotThere is about a loss that log and state agree about: whoever audits
// must say what was acknowledged.
func TestTheAuditFindsWhatWasAcknowledgedAndIsNotThere(t *testing.T) {
	for _, c := range []struct {
		name, found string
		later       bool // others' events take the places of those that were lost
		told        func(*stand) auditCmd
	}{
		{"nothing is told", "", false, func(*stand) auditCmd { return auditCmd{} }},
		{"the positions", "the log ends at 3, and offset 5 was acknowledged", false, func(s *stand) auditCmd { return auditCmd{After: s.positions} }},
		{"the positions, which others took", "", true, func(s *stand) auditCmd { return auditCmd{After: s.positions[:2]} }},
		{
			"the events", `event "B-0" of "/stand" was acknowledged, and is not in the log`, false,
			func(s *stand) auditCmd { return auditCmd{Acknowledged: s.acknowledged()} },
		},
		{
			"the events, and others took their places", `event "B-2" of "/stand" was acknowledged, and is not in the log`, true,
			func(s *stand) auditCmd { return auditCmd{Acknowledged: s.acknowledged()} },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, mutated := range []bool{false, true} {
				s := newStand(t)
				m := &unconfirmed{Log: s.log}
				s.appends = m
				s.post("A")
				m.dying = mutated
				s.post("B")
				if m.dying = false; c.later {
					s.post("C")
				}
				s.apply(true)
				out, err := s.audit(c.told(s))
				if red := mutated && c.found != ""; red != errors.Is(err, errDiffers) || red != (err != nil) || red && !strings.Contains(out, c.found) {
					t.Errorf("mutated: %v: %v\n%s", mutated, err, out)
				}
			}
		})
	}
}

func TestTheAuditLooksBehindItsCutForWhatWasAcknowledged(t *testing.T) {
	s := newStand(t)
	s.post("A")
	s.apply(true)
	s.post("B") // which nobody applies
	if out, err := s.audit(auditCmd{Acknowledged: s.acknowledged()}); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	out, err := s.audit(auditCmd{After: s.positions})
	if !errors.Is(err, errDiffers) || !strings.Contains(out, "the state stands at 3, and offset 5 was acknowledged: it is not applied yet") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestTheAuditIsRedWhereItCannotCompare(t *testing.T) {
	s := newStand(t)
	s.post("A")
	s.apply(false)
	if out, err := s.audit(auditCmd{}); !errors.Is(err, errWaits) || !strings.Contains(out, "2 series could not be compared") {
		t.Errorf("nothing was sent yet: %v\n%s", err, out)
	}
	s.apply(true)
	if out, err := s.audit(auditCmd{}); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := s.audit(auditCmd{After: []string{"another.0.1"}}); err == nil {
		t.Error("a position of another log is taken")
	}
	if _, err := s.audit(auditCmd{After: []string{"5"}}); err == nil {
		t.Error("a number is taken for a position")
	}
	broken := filepath.Join(t.TempDir(), "broken")
	s.must(os.WriteFile(broken, []byte(`{"id":"1"}`), 0o600))
	if _, err := s.audit(auditCmd{Acknowledged: broken}); err == nil {
		t.Error("an event without a source is taken")
	}
	s.must(os.WriteFile(s.file, []byte(strings.Replace(standing, "default:", "default:\n    zone: Asia/Tokyo", 1)), 0o600))
	if _, err := s.audit(auditCmd{}); !errors.Is(err, engine.ErrDefinition) {
		t.Errorf("with another configuration: %v", err)
	}
}

func TestTheAuditIsRedWhereTheLogEndsBeforeTheState(t *testing.T) {
	s, shorter := newStand(t), newStand(t)
	s.post("A")
	s.post("B")
	s.apply(true)
	shorter.post("A")
	s.kafka = shorter.kafka
	if _, err := s.audit(auditCmd{}); !errors.Is(err, engine.ErrLogChanged) {
		t.Error(err)
	}
}
