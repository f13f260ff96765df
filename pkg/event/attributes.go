package event

import (
	"strings"
)

// The context attributes that Weir knows, as bits, so that one said twice and one not said are seen.
const (
	sawSpecVersion = 1 << iota
	sawID
	sawSource
	sawType
	sawSubject
	sawTime
	sawSequence
	sawRecordedTime
	sawDataContentType
)

// maxNameChars bounds the name of an attribute.
const maxNameChars = 20

// assembler builds an event from its attributes, whichever way they came. It keeps the first refusal
// and goes on, so that a refused event can be named by its id. It reuses the strings of the event that
// it overwrites where they are the same.
type assembler struct {
	event   *Event
	saw     uint
	refusal *Refusal
}

func assemble(e *Event) assembler {
	e.Extensions, e.Data = e.Extensions[:0], nil
	return assembler{event: e}
}

func (a *assembler) refuse(reason Reason, pointer, detail string) {
	if a.refusal == nil {
		a.refusal = &Refusal{reason, pointer, detail}
	}
}

// set takes an attribute in its string form.
func (a *assembler) set(name string, value []byte) {
	e := a.event
	switch name {
	case "specversion":
		if a.first(sawSpecVersion, name) && string(value) != "1.0" {
			a.refuse(Invalid, "/specversion", "must be 1.0")
		}
	case "id":
		a.setText(sawID, name, &e.ID, value)
	case "source":
		a.setText(sawSource, name, &e.Source, value)
	case "type":
		if kind := byType[string(value)]; kind != 0 {
			e.Type = kind.Type()
		}
		a.setText(sawType, name, &e.Type, value)
	case "subject":
		a.setText(sawSubject, name, &e.Subject, value)
	case "time":
		a.setInstant(sawTime, name, &e.Time, &e.TimeText, value)
	case "sequence":
		a.setText(sawSequence, name, &e.Sequence, value)
	case "recordedtime":
		a.setInstant(sawRecordedTime, name, &e.RecordedTime, &e.RecordedText, value)
	case "datacontenttype":
		a.setText(sawDataContentType, name, &e.DataContentType, value)
	default:
		a.setExtension(name, value)
	}
}

// first notes that a known attribute was seen, and refuses to see it again.
func (a *assembler) first(bit uint, name string) bool {
	if a.saw&bit != 0 {
		a.refuse(Malformed, "/"+name, "must not appear twice")
		return false
	}
	a.saw |= bit
	return true
}

func (a *assembler) setText(bit uint, name string, to *string, value []byte) {
	if a.first(bit, name) {
		reuse(to, value)
	}
}

func (a *assembler) setInstant(bit uint, name string, to *int64, text *string, value []byte) {
	if !a.first(bit, name) {
		return
	}
	instant, err := parseInstant(value)
	if err != nil {
		a.refuse(Invalid, "/"+name, instantDetail)
	}
	*to = int64(instant)
	if ownForm(value, int64(instant)) {
		value = nil
	}
	reuse(text, value)
}

// ownForm reports whether an instant was written as FormatInstant does.
func ownForm(text []byte, ms int64) bool {
	whole := ms%1000 == 0
	return len(text) == len("2006-01-02T15:04:05Z") && whole && text[10] == 'T' && text[19] == 'Z' ||
		len(text) == len("2006-01-02T15:04:05.000Z") && !whole && text[10] == 'T' && text[23] == 'Z'
}

func (a *assembler) setExtension(name string, value []byte) {
	if !isAttributeName(name) {
		a.refuse(Invalid, "/"+pointerToken(name), "its name must be 1 to 20 lower-case letters and digits, and not data")
		return
	}
	list := a.event.Extensions
	at := len(list)
	for at > 0 && list[at-1].Name >= name {
		at--
	}
	if at < len(list) && list[at].Name == name {
		a.refuse(Malformed, "/"+name, "must not appear twice")
		return
	}
	if len(list) < cap(list) {
		list = list[:len(list)+1] // what it held before may serve again
	} else {
		list = append(list, Attribute{})
	}
	added := list[len(list)-1]
	reuse(&added.Name, []byte(name))
	reuse(&added.Value, value)
	copy(list[at+1:], list[at:])
	list[at] = added
	a.event.Extensions = list
}

func isAttributeName(name string) bool {
	if name == "" || len(name) > maxNameChars || name == "data" {
		return false
	}
	for i := range len(name) {
		if c := name[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}

// pointerToken is a name as a token of a JSON pointer, cut to a length that can be shown.
func pointerToken(name string) string {
	if len(name) > 64 {
		name = name[:64]
	}
	name = strings.ToValidUTF8(name, "\ufffd")
	return strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
}

// reuse makes *s equal to value, keeping the string where it is already.
func reuse(s *string, value []byte) {
	if *s != string(value) {
		*s = string(value)
	}
}

// finish clears what was not said and returns the first refusal.
func (a *assembler) finish() error {
	e := a.event
	for _, text := range [...]struct {
		bit uint
		to  *string
	}{
		{sawID, &e.ID},
		{sawSource, &e.Source},
		{sawType, &e.Type},
		{sawSubject, &e.Subject},
		{sawTime, &e.TimeText},
		{sawSequence, &e.Sequence},
		{sawRecordedTime, &e.RecordedText},
		{sawDataContentType, &e.DataContentType},
	} {
		if a.saw&text.bit == 0 {
			*text.to = ""
		}
	}
	if a.saw&sawTime == 0 {
		e.Time = 0
	}
	if a.saw&sawRecordedTime == 0 {
		e.RecordedTime = 0
	}
	if a.saw&sawSpecVersion == 0 {
		a.refuse(Missing, "/specversion", isRequired)
	}
	if a.refusal == nil {
		return nil
	}
	return a.refusal
}

// Mode is how a CloudEvent travels.
type Mode uint8

// The modes.
const (
	ModeBinary     Mode = iota // attributes in headers, data in the body
	ModeStructured             // one event as JSON
	ModeBatch                  // a JSON array of events; on HTTP only
	ModeUnknown                // a CloudEvents format that is not JSON
)

// ModeOf is the mode that a content type announces.
func ModeOf(contentType string) Mode {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	switch {
	case media == "application/cloudevents+json":
		return ModeStructured
	case media == "application/cloudevents-batch+json":
		return ModeBatch
	case strings.HasPrefix(media, "application/cloudevents"):
		return ModeUnknown
	}
	return ModeBinary
}
