// Package cloudevent is the JSON form of an event as an upstream system writes it: what the importer and
// the synthetic company send. It only writes; reading and checking events is the work of package event,
// and sending them that of package client.
package cloudevent

import (
	"cmp"
	"encoding/json"
	"time"
)

// Prefix precedes the name of every type of Weir's contract.
const Prefix = "dev.weir."

// Event is one CloudEvent.
type Event struct {
	ID       string
	Source   string
	Type     string // without the Prefix, such as deal.won
	Subject  string // such as deal/D4
	Time     time.Time
	Recorded time.Time // when it became known; zero where the event does not say
	Sequence string    // orders events of one source that share a time; may be empty
	Data     map[string]any
}

// MarshalJSON writes the structured form. The same event gives the same bytes: members of the data are
// sorted, instants are in UTC to the millisecond.
func (e Event) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		SpecVersion string         `json:"specversion"`
		ID          string         `json:"id"`
		Source      string         `json:"source"`
		Type        string         `json:"type"`
		Subject     string         `json:"subject"`
		Time        string         `json:"time"`
		Recorded    string         `json:"recordedtime,omitempty"`
		Sequence    string         `json:"sequence,omitempty"`
		ContentType string         `json:"datacontenttype"`
		Data        map[string]any `json:"data"`
	}{
		SpecVersion: "1.0", ID: e.ID, Source: e.Source, Type: Prefix + e.Type, Subject: e.Subject,
		Time: instant(e.Time), Recorded: instant(e.Recorded), Sequence: e.Sequence,
		ContentType: "application/json", Data: e.Data,
	})
}

func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
}

// Compare orders events of one source as Weir orders facts: by time, sequence and id.
func Compare(a, b Event) int {
	return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.ID, b.ID))
}
