package state

import (
	"errors"
	"math"
	"net/url"
	"testing"
)

func TestAPositionReadsBackAsItWasWritten(t *testing.T) {
	for _, p := range []Position{
		{Log: "q83vASNF", Partition: 0, Offset: 0},
		{Log: "-_aZ09-_", Partition: 7, Offset: 1_234_567},
		{Log: "x", Partition: math.MaxInt32, Offset: math.MaxInt64},
	} {
		token := p.String()
		if got, err := ParsePosition(token); err != nil || got != p {
			t.Errorf("ParsePosition(%q) = %v, %v, want %v", token, got, err, p)
		}
		if escaped := url.QueryEscape(token); escaped != token {
			t.Errorf("%q is %q in a URL", token, escaped)
		}
	}
}

func TestWhatIsNoPositionIsRefused(t *testing.T) {
	for _, token := range []string{
		"", ".", "..", "log", "log.1", "log.1.", "log..1", ".1.1", "log.1.2.3", "log.-1.2", "log.1.-2", "log.+1.2",
		"log.01.2", "log.1.02", "log.a.2", "log.1.b", "log.1.2 ", " log.1.2", "l g.1.2", "lög.1.2",
		"log.2147483648.1", "log.1.9223372036854775808",
	} {
		if p, err := ParsePosition(token); !errors.Is(err, ErrPosition) {
			t.Errorf("ParsePosition(%q) = %v, %v, want ErrPosition", token, p, err)
		}
	}
}
