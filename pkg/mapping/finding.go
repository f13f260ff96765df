package mapping

import (
	"errors"
	"fmt"
)

// Found is how many rows a finding holds of.
type Found struct {
	Name string // the mapping's words
	Rows int
}

// count adds to what was found under a name.
func (o *Outcome) count(name string, rows int) {
	for i := range o.Findings {
		if o.Findings[i].Name == name {
			o.Findings[i].Rows += rows
			return
		}
	}
	o.Findings = append(o.Findings, Found{name, rows})
}

// check is one Finding of a mapping, made ready for the columns of one file.
type check struct {
	name  string
	when  value
	again value // nil where each row counts
	seen  map[string]bool
	rows  int
}

func newCheck(f *Finding, s *scope) (*check, error) {
	if f.Name == "" || f.When == "" && f.Again == "" {
		return nil, errors.New("a finding needs a name, and when or again")
	}
	c := &check{name: f.Name, seen: map[string]bool{}}
	var err error
	if c.when, err = s.condition(f.When); err != nil {
		return nil, fmt.Errorf("%s: when: %w", f.Name, err)
	}
	if f.Again == "" {
		return c, nil
	}
	if c.again, err = s.compile(f.Again); err != nil {
		return nil, fmt.Errorf("%s: again: %w", f.Name, err)
	}
	return c, nil
}

// look counts the row that s has entered, where the finding holds of it.
func (c *check) look(s *scope) error {
	when, err := c.when.of(s)
	if err != nil {
		return fmt.Errorf("%s: when: %w", c.name, err)
	}
	if when != true {
		return nil
	}
	if c.again != nil {
		key, err := text(c.again, s, "again")
		if err != nil {
			return fmt.Errorf("%s: %w", c.name, err)
		}
		if !c.seen[key] {
			c.seen[key] = true
			return nil
		}
	}
	c.rows++
	return nil
}
