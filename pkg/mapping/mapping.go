// Package mapping turns rows of CSV files into CloudEvents, as a mapping file says. What a column means
// is told there and nowhere in code; sending the events is the work of package client, and checking
// them that of the ingestor.
//
// A mapping file is YAML:
//
//	source: /crm/acme              # of every event
//	zone: Europe/Amsterdam         # of times that name none; default UTC
//	tables:                        # values to look up: names[product]
//	  names: {GTXPro: GTX Pro}
//	lookups:                       # files to look up: teams[agent].office
//	  teams: {file: teams.csv, key: agent}
//	inputs:
//	  - file: deals_*.csv          # matches names of the files given, without a .gz at their end
//	    subject: = "deal/" + id    # what stands here holds for all events of the input
//	    id: = id + "-" + number
//	    time: = changed
//	    events:                    # each row is offered to each
//	      - type: deal.stage_changed
//	        when: status in ["open", "offer"]
//	        data: {to: = status}
//
// A text that begins with = is an expression of github.com/expr-lang/expr over the row's columns, the
// tables and the lookups, any other is meant literally; when is always an expression. A column whose
// name is no identifier is row["its name"]. Two functions are there beside the language's own:
// pad(text, width) fills up with zeros on the left, and seconds(from, to) is the whole number of seconds
// between two times, nil where one is missing. A member of data that comes out empty or nil is left out.
//
// An event may say once: only the first row of the file with this key gives it. And it may have a pair:
// the latest earlier row of the file that satisfies pair.when and has the same pair.key, used for one
// event only; its columns are pair.name, nil where there is none.
//
// What a file says and cannot be is told beside its events, which stay as the file has them. An input may
// have findings: {name: too early, when: 'at < accounts[account].since'} counts the rows
// of which when holds, and again: = id those whose key an earlier row of the file had (of which when holds,
// where both are said).
package mapping

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"weir.dev/weir/pkg/cloudevent"
)

// ErrMapping is returned for a mapping file that cannot be understood.
var ErrMapping = errors.New("mapping")

// ErrRow is returned for a row that cannot become the event that the mapping wants of it.
var ErrRow = errors.New("row")

// ErrFiles is returned where the files given are not those that the mapping wants.
var ErrFiles = errors.New("files")

// Mapping is what a mapping file says.
type Mapping struct {
	Source  string                    `yaml:"source"`
	Zone    string                    `yaml:"zone"`
	Tables  map[string]map[string]any `yaml:"tables"`
	Lookups map[string]Lookup         `yaml:"lookups"`
	Inputs  []Input                   `yaml:"inputs"`

	zone *time.Location
}

// Lookup is a file whose rows are found by their key.
type Lookup struct {
	File string `yaml:"file"`
	Key  string `yaml:"key"` // a column; each value of it stands once
}

// Input is a file whose rows become events.
type Input struct {
	File       string `yaml:"file"`
	Attributes `yaml:",inline"`
	Events     []Event   `yaml:"events"`
	Findings   []Finding `yaml:"findings"`
}

// Finding names rows that say what cannot be, so that they are counted.
type Finding struct {
	Name  string `yaml:"name"`
	When  string `yaml:"when"`
	Again string `yaml:"again"`
}

// Attributes are those of an event; where an event has none of its own, that of its input is taken.
type Attributes struct {
	ID       string `yaml:"id"`
	Subject  string `yaml:"subject"`
	Time     string `yaml:"time"`
	Sequence string `yaml:"sequence"`
}

// Event is one kind of event that a row may become.
type Event struct {
	Type       string `yaml:"type"` // without the prefix dev.weir.
	Attributes `yaml:",inline"`
	When       string         `yaml:"when"`
	Once       string         `yaml:"once"`
	Pair       *Pair          `yaml:"pair"`
	Data       map[string]any `yaml:"data"`
}

// Pair finds the earlier row that an event's row belongs to.
type Pair struct {
	When string `yaml:"when"`
	Key  string `yaml:"key"`
}

// Parse reads a mapping file. Expressions are read when the columns are known, by Read.
func Parse(text []byte) (*Mapping, error) {
	m := &Mapping{Zone: "UTC"}
	if err := yaml.UnmarshalWithOptions(text, m, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMapping, err)
	}
	if m.Source == "" || len(m.Inputs) == 0 {
		return nil, fmt.Errorf("%w: source and inputs are required", ErrMapping)
	}
	zone, err := time.LoadLocation(m.Zone)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMapping, err)
	}
	m.zone = zone
	return m, nil
}

// Outcome is what a set of files came to.
type Outcome struct {
	Events   []cloudevent.Event // in the order of time, sequence and id
	Rows     int                // of inputs
	Silent   int                // rows that gave no event
	Findings []Found            // all that the mapping looks for, in its order
}

// Read turns files into events. Every file must be one that the mapping names, and all that it names
// must be there. The same files give the same events.
func (m *Mapping) Read(files []string) (Outcome, error) {
	lookups, err := m.assign(files)
	if err != nil {
		return Outcome{}, err
	}
	env := map[string]any{}
	for name, table := range m.Tables {
		env[name] = table
	}
	for name, file := range lookups {
		if env[name], err = readLookup(file, m.Lookups[name].Key); err != nil {
			return Outcome{}, err
		}
	}
	var out Outcome
	for i := range m.Inputs {
		for _, file := range matching(files, m.Inputs[i].File) {
			if err := m.readInput(&m.Inputs[i], file, env, &out); err != nil {
				return Outcome{}, err
			}
		}
	}
	slices.SortStableFunc(out.Events, cloudevent.Compare)
	return out, nil
}

// assign finds the file of each lookup, and refuses files too few or too many.
func (m *Mapping) assign(files []string) (lookups map[string]string, err error) {
	used := map[string]bool{}
	lookups = map[string]string{}
	for name, lookup := range m.Lookups {
		found := matching(files, lookup.File)
		if len(found) != 1 {
			return nil, fmt.Errorf("%w: lookup %s wants one file %s, %d are given", ErrFiles, name, lookup.File, len(found))
		}
		lookups[name], used[found[0]] = found[0], true
	}
	for _, input := range m.Inputs {
		found := matching(files, input.File)
		if len(found) == 0 {
			return nil, fmt.Errorf("%w: no file %s is given", ErrFiles, input.File)
		}
		for _, file := range found {
			used[file] = true
		}
	}
	for _, file := range files {
		if !used[file] {
			return nil, fmt.Errorf("%w: the mapping has no use for %s", ErrFiles, file)
		}
	}
	return lookups, nil
}

func matching(files []string, pattern string) []string {
	return slices.DeleteFunc(slices.Clone(files), func(file string) bool {
		ok, err := path.Match(pattern, strings.TrimSuffix(filepath.Base(file), ".gz"))
		return err != nil || !ok
	})
}
