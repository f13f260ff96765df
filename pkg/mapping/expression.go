package mapping

import (
	"fmt"
	"maps"
	"math"
	"strings"
	"time"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/vm"
)

// scope is what expressions may name. One serves all rows of a file, which are put into it in turn.
type scope struct {
	env     map[string]any
	machine vm.VM
	options []expr.Option
	zone    *time.Location
}

// newScope makes one of the columns of a file and of what stands beside them.
func newScope(columns []string, beside map[string]any, zone *time.Location) (*scope, error) {
	s := &scope{env: maps.Clone(beside), zone: zone}
	s.env["pair"], s.env["row"] = row{}, row{}
	for _, column := range columns {
		if s.env[column] != nil {
			return nil, fmt.Errorf("the name %s is taken: a column has it too", column)
		}
		s.env[column] = ""
	}
	s.options = []expr.Option{
		expr.Env(maps.Clone(s.env)),
		expr.Function("pad", pad, new(func(string, int) string)),
		expr.Function("seconds", s.seconds, new(func(any, any) any)),
	}
	return s, nil
}

// enter makes r the row that expressions see.
func (s *scope) enter(r row) {
	maps.Copy(s.env, r)
	s.env["row"] = r
}

// value is what a text of the mapping comes to for a row.
type value interface {
	of(s *scope) (any, error)
}

type literal struct{ v any }

func (l literal) of(*scope) (any, error) { return l.v, nil }

type expression struct{ program *vm.Program }

func (e expression) of(s *scope) (any, error) { return s.machine.Run(e.program, s.env) }

// members are the values of a map; those that come out empty are left out.
type members map[string]value

func (m members) of(s *scope) (any, error) {
	out := make(map[string]any, len(m))
	for name, v := range m {
		got, err := v.of(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if got != nil && got != "" {
			out[name] = got
		}
	}
	return out, nil
}

// elements are the values of a list.
type elements []value

func (e elements) of(s *scope) (any, error) {
	out := make([]any, 0, len(e))
	for _, v := range e {
		got, err := v.of(s)
		if err != nil {
			return nil, err
		}
		out = append(out, got)
	}
	return out, nil
}

// compile makes a value of what stands in the mapping: texts, numbers, lists and maps of them.
func (s *scope) compile(from any) (value, error) {
	switch from := from.(type) {
	case string:
		if text, ok := strings.CutPrefix(from, "="); ok {
			return s.expression(text)
		}
	case map[string]any:
		out := members{}
		for name, member := range from {
			v, err := s.compile(member)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			out[name] = v
		}
		return out, nil
	case []any:
		out := elements{}
		for _, element := range from {
			v, err := s.compile(element)
			if err != nil {
				return nil, err
			}
			out = append(out, v)
		}
		return out, nil
	}
	return literal{from}, nil
}

func (s *scope) expression(text string, more ...expr.Option) (value, error) {
	program, err := expr.Compile(strings.TrimSpace(text), append(more, s.options...)...)
	if err != nil {
		return nil, err
	}
	return expression{program}, nil
}

// condition makes a value that is true or false; the empty text is true.
func (s *scope) condition(text string) (value, error) {
	if text == "" {
		return literal{true}, nil
	}
	return s.expression(text, expr.AsBool())
}

// mostPad bounds what a text is filled up to: the width may come from a row.
const mostPad = 1000

func pad(params ...any) (any, error) {
	text, width := params[0].(string), params[1].(int)
	if width > mostPad {
		return nil, fmt.Errorf("pad: a width of %d is more than %d", width, mostPad)
	}
	return strings.Repeat("0", max(0, width-len(text))) + text, nil
}

func (s *scope) seconds(params ...any) (any, error) {
	from, _ := params[0].(string)
	to, _ := params[1].(string)
	if from == "" || to == "" {
		return nil, nil
	}
	start, err := instant(from, s.zone)
	if err != nil {
		return nil, err
	}
	end, err := instant(to, s.zone)
	if err != nil {
		return nil, err
	}
	return int(math.Round(end.Sub(start).Seconds())), nil
}

// instant reads a time in the forms that exports use; zone is that of a time that names none.
func instant(text string, zone *time.Location) (time.Time, error) {
	layouts := []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", time.DateTime, "2006-01-02 15:04", time.DateOnly}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("not a time: %q", text)
}
