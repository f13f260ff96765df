package mapping_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"weir.dev/weir/pkg/mapping"
)

const fuzzed = `
source: /crm
zone: Europe/Berlin
tables: {names: {a: A}}
lookups: {teams: {file: teams.csv, key: name}}
inputs:
  - file: deals.csv
    subject: = "deal/" + id
    id: = id + "-" + pad(string(len(rows)), 4)
    time: = at
    events:
      - type: deal.created
        once: = id
        pair: {when: 'owner != ""', key: = id}
        data: {owner: = owner, team: = teams[owner].team, took: '= seconds(at, at)', list: [1, = names[owner]]}
    findings: [{name: again, again: = id}, {name: none, when: 'owner == ""'}]
`

// FuzzRead reads a mapping, and files with it: a table of deals, and one to look up.
func FuzzRead(f *testing.F) {
	f.Add(fuzzed, "id,owner,at,rows\nD1,ann,2026-02-10 09:30,xx\nD1,,2026-02-10T09:30:00Z,\n", "name,team\nann,emea\n")
	f.Add("source: /crm\ninputs: [{file: 'd*.csv', id: x, subject: x, time: '2026-01-01', events: [{type: t, data: {x: '= pad(\"a\", 3)'}}]}]", "\ufeffid\n\"a\nb\"\n", "")
	f.Add("source: s\ninputs: [{file: deals.csv, events: [{type: t, id: '= pad(\"1\", 1000000000000)'}]}]", "id\n1\n", "")
	f.Add("source: s\ninputs: [{file: deals.csv, events: [{type: t, when: 'count(1..9, # > 2) > 1'}]}]", "id,id\n1,2\n", "name\n")
	f.Fuzz(func(t *testing.T, text, deals, teams string) {
		m, err := mapping.Parse([]byte(text))
		if err != nil {
			if !errors.Is(err, mapping.ErrMapping) {
				t.Errorf("%v", err)
			}
			return
		}
		files := []string{filepath.Join(t.TempDir(), "deals.csv"), filepath.Join(t.TempDir(), "teams.csv")}
		for i, content := range []string{deals, teams} {
			if err := os.WriteFile(files[i], []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if len(m.Lookups) == 0 {
			files = files[:1]
		}
		out, err := m.Read(files)
		if err != nil && !errors.Is(err, mapping.ErrFiles) && !errors.Is(err, mapping.ErrMapping) && !errors.Is(err, mapping.ErrRow) {
			t.Errorf("%v", err)
		}
		for _, e := range out.Events {
			if e.ID == "" || e.Subject == "" || e.Source != m.Source {
				t.Errorf("event %+v", e)
			}
		}
	})
}
