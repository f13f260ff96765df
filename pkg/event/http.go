package event

import (
	"slices"
	"strings"
)

// FromHTTPHeaders reads a CloudEvent in binary mode over HTTP: its attributes are the ce- headers,
// decoded as the CloudEvents binding says, and Content-Type; its data is the body, with which Data
// shares memory. Like FromRecord it checks that there is a CloudEvent, not what it says. Its errors are
// *Refusal; the event then holds what could be read.
func FromHTTPHeaders(headers map[string][]string, body []byte) (Event, error) {
	var e Event
	a := assemble(&e)
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names) // so that the same request is refused for the same reason
	for _, header := range names {
		name, ok := attributeOf(header)
		if !ok {
			continue
		}
		if values := headers[header]; len(values) == 1 {
			a.set(name, headerText(values[0]))
		} else if len(values) > 1 {
			a.refuse(Malformed, "/"+pointerToken(name), "must not appear twice")
		}
	}
	if len(body) > 0 {
		e.Data = body
	}
	return e, a.finish()
}

// attributeOf is the attribute that an HTTP header carries, if any.
func attributeOf(header string) (string, bool) {
	header = strings.ToLower(header)
	if header == contentTypeHeader {
		return "datacontenttype", true
	}
	return strings.CutPrefix(header, "ce-")
}

// headerText decodes a header's value: first double quotes with their backslashes, then one round of
// percent-decoding. A percent sign that begins no escape stands for itself, as older senders write it.
func headerText(value string) []byte {
	value = strings.Trim(value, " \t")
	text := make([]byte, 0, len(value))
	if len(value) >= 2 && value[0] == '"' && value[len(value)-1] == '"' {
		for inner := value[1 : len(value)-1]; inner != ""; inner = inner[1:] {
			if inner[0] == '\\' && len(inner) > 1 {
				inner = inner[1:]
			}
			text = append(text, inner[0])
		}
	} else {
		text = append(text, value...)
	}
	decoded := text[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' && i+2 < len(text) {
			high, low := unhex(text[i+1]), unhex(text[i+2])
			if high < 16 && low < 16 {
				c = high<<4 | low
				i += 2
			}
		}
		decoded = append(decoded, c)
	}
	return decoded
}

// unhex is the value of a hexadecimal digit, 16 where it is none.
func unhex(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 16
}
