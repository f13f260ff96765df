package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"weir.dev/weir/pkg/cloudevent"
)

// readInput offers each row of a file to each event of its input.
func (m *Mapping) readInput(in *Input, file string, env map[string]any, out *Outcome) error {
	t, err := openTable(file)
	if err != nil {
		return err
	}
	defer t.close()
	s, err := newScope(t.columns, env, m.zone)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrMapping, file, err)
	}
	r, err := newReading(in, s)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrMapping, in.File, err)
	}
	for {
		next, err := t.next()
		if errors.Is(err, io.EOF) {
			r.tell(out)
			return nil
		}
		if err != nil {
			return err
		}
		s.enter(next)
		if err := r.row(s, next, m.Source, out); err != nil {
			return fmt.Errorf("%w: %s:%d: %w", ErrRow, file, t.line(), err)
		}
	}
}

// reading is one Input of a mapping, made ready for the columns of one file.
type reading struct {
	rules  []*rule
	checks []*check
}

func newReading(in *Input, s *scope) (*reading, error) {
	r := &reading{}
	for i := range in.Events {
		made, err := newRule(&in.Events[i], in.Attributes, s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", in.Events[i].Type, err)
		}
		r.rules = append(r.rules, made)
	}
	for i := range in.Findings {
		made, err := newCheck(&in.Findings[i], s)
		if err != nil {
			return nil, err
		}
		r.checks = append(r.checks, made)
	}
	return r, nil
}

// row offers the row that s has entered to all.
func (r *reading) row(s *scope, entered row, source string, out *Outcome) error {
	before := len(out.Events)
	for _, rule := range r.rules {
		if err := rule.offer(s, entered, source, out); err != nil {
			return fmt.Errorf("%s: %w", rule.kind, err)
		}
	}
	for _, check := range r.checks {
		if err := check.look(s); err != nil {
			return err
		}
	}
	out.Rows++
	if len(out.Events) == before {
		out.Silent++
	}
	return nil
}

// tell adds what the checks have found, zero too.
func (r *reading) tell(out *Outcome) {
	for _, c := range r.checks {
		out.count(c.name, c.rows)
	}
}

// rule is one Event of a mapping, made ready for the columns of one file.
type rule struct {
	kind                        string
	when                        value
	once                        value // nil where each row counts
	id, subject, time, sequence value
	data                        value
	pairWhen, pairKey           value // nil without a pair
	seen                        map[string]bool
	waiting                     map[string]row // by pair key: the latest that is not used yet
}

func newRule(e *Event, common Attributes, s *scope) (*rule, error) {
	if e.Type == "" {
		return nil, errors.New("an event needs a type")
	}
	var failed error
	made := func(name string, v value, err error) value {
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
		}
		return v
	}
	read := func(name string, from any) value {
		v, err := s.compile(from)
		return made(name, v, err)
	}
	condition := func(name, from string) value {
		v, err := s.condition(from)
		return made(name, v, err)
	}
	r := &rule{
		kind:     e.Type,
		when:     condition("when", e.When),
		id:       read("id", cmp.Or(e.ID, common.ID)),
		subject:  read("subject", cmp.Or(e.Subject, common.Subject)),
		time:     read("time", cmp.Or(e.Time, common.Time)),
		sequence: read("sequence", cmp.Or(e.Sequence, common.Sequence)),
		data:     read("data", e.Data),
		seen:     map[string]bool{},
		waiting:  map[string]row{},
	}
	if e.Once != "" {
		r.once = read("once", e.Once)
	}
	if e.Pair != nil {
		r.pairWhen, r.pairKey = condition("pair.when", e.Pair.When), read("pair.key", e.Pair.Key)
	}
	return r, failed
}

// offer gives the row that s has entered to the rule.
func (r *rule) offer(s *scope, entered row, source string, out *Outcome) error {
	when, err := r.when.of(s)
	if err != nil {
		return fmt.Errorf("when: %w", err)
	}
	if when == true {
		if err := r.emit(s, source, out); err != nil {
			return err
		}
	}
	return r.remember(s, entered)
}

// emit appends the event that the row becomes.
func (r *rule) emit(s *scope, source string, out *Outcome) error {
	if r.once != nil {
		key, err := text(r.once, s, "once")
		if err != nil {
			return err
		}
		if r.seen[key] {
			return nil
		}
		r.seen[key] = true
	}
	if err := r.take(s); err != nil {
		return err
	}
	event := cloudevent.Event{Source: source, Type: r.kind}
	var err error
	if event.ID, err = text(r.id, s, "id"); err != nil {
		return err
	}
	if event.Subject, err = text(r.subject, s, "subject"); err != nil {
		return err
	}
	at, err := text(r.time, s, "time")
	if err != nil {
		return err
	}
	if event.Time, err = instant(at, s.zone); err != nil {
		return fmt.Errorf("time: %w", err)
	}
	event.Recorded = event.Time
	sequence, err := r.sequence.of(s)
	if err != nil {
		return fmt.Errorf("sequence: %w", err)
	}
	event.Sequence, _ = sequence.(string)
	data, err := r.data.of(s)
	if err != nil {
		return fmt.Errorf("data: %w", err)
	}
	event.Data, _ = data.(map[string]any)
	out.Events = append(out.Events, event)
	return nil
}

// take makes the waiting row of the same key the pair that expressions see.
func (r *rule) take(s *scope) error {
	s.env["pair"] = row(nil)
	if r.pairKey == nil {
		return nil
	}
	key, err := text(r.pairKey, s, "pair.key")
	if err != nil {
		return err
	}
	s.env["pair"] = r.waiting[key]
	delete(r.waiting, key)
	return nil
}

// remember keeps the row for one that comes later, where it may be its pair.
func (r *rule) remember(s *scope, entered row) error {
	if r.pairWhen == nil {
		return nil
	}
	may, err := r.pairWhen.of(s)
	if err != nil {
		return fmt.Errorf("pair.when: %w", err)
	}
	if may != true {
		return nil
	}
	key, err := text(r.pairKey, s, "pair.key")
	if err != nil {
		return err
	}
	r.waiting[key] = entered
	return nil
}

// text is a value that must be a text and not empty.
func text(v value, s *scope, name string) (string, error) {
	got, err := v.of(s)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	out, ok := got.(string)
	if !ok || out == "" {
		return "", fmt.Errorf("%s must be a text that is not empty, got %v", name, got)
	}
	return out, nil
}
