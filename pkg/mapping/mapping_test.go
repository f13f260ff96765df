package mapping_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"weir.dev/weir/pkg/mapping"
)

// write puts files, by name, into a fresh folder and returns their paths.
func write(t *testing.T, files map[string]string) (paths []string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		content := []byte(text)
		if strings.HasSuffix(name, ".gz") {
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			_, _ = w.Write(content)
			_ = w.Close()
			content = packed.Bytes()
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// lines is what a mapping makes of files: each event's id, subject, time, sequence, type and data.
func lines(t *testing.T, text string, files map[string]string) []string {
	t.Helper()
	m, err := mapping.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Read(write(t, files))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range out.Events {
		data, err := json.Marshal(e.Data)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Recorded.Equal(e.Time) {
			t.Errorf("%s is recorded at %s, want its time", e.ID, e.Recorded)
		}
		got = append(got, strings.Join([]string{
			e.ID, e.Subject, e.Time.UTC().Format("01-02T15:04"), e.Sequence, e.Type, string(data),
		}, " "))
	}
	return got
}

const head = `
source: /crm
zone: Europe/Amsterdam
tables:
  names: {a: Anna}
inputs:
  - file: log*.csv
    id: = n
    subject: = "deal/" + deal
    time: = at
    sequence: = pad(n, 3)
    events:
`

// readings are rows behind the head, and the events that they make.
var readings = map[string]struct {
	events string
	rows   string
	want   []string
}{
	"in the order of time and sequence, whatever the order of rows": {
		"      - {type: deal.won}",
		"10,D1,2026-01-02,,,\n9,D1,2026-01-02,,,\n2,D2,2026-01-01T23:00:00+01:00,,,\n",
		[]string{
			`2 deal/D2 01-01T22:00 002 deal.won {}`,
			`9 deal/D1 01-01T23:00 009 deal.won {}`,
			`10 deal/D1 01-01T23:00 010 deal.won {}`,
		},
	},
	"only of those that satisfy when": {
		`      - {type: deal.won, when: 'what in ["w", "v"] and who matches "^a"'}`,
		"1,D,2026-07-01 10:00,w,anna,\n2,D,2026-07-01 10:00,w,bea,\n3,D,2026-07-01 10:00,x,anna,\n",
		[]string{`1 deal/D 07-01T08:00 001 deal.won {}`},
	},
	"of the first of a key alone": {
		`      - {type: deal.stage_changed, when: what == "s", once: = deal, data: {to: s}}`,
		"1,D,2026-01-01,x,,\n2,D,2026-01-01,s,,\n3,D,2026-01-01,s,,\n4,E,2026-01-01,s,,\n",
		[]string{
			`2 deal/D 12-31T23:00 002 deal.stage_changed {"to":"s"}`,
			`4 deal/E 12-31T23:00 004 deal.stage_changed {"to":"s"}`,
		},
	},
	"with what stands in an earlier row, used once": {
		`      - type: activity.logged
        when: what == "end"
        pair: {when: what == "start", key: = deal}
        data: {kind: call, duration_seconds: '= seconds(pair.at, at)', by: = pair.who}`,
		"1,D,2026-01-01 10:00:00,start,a,\n2,E,2026-01-01 10:00:30,start,b,\n" +
			"3,D,2026-01-01 10:01:00,end,a,\n4,D,2026-01-01 10:02:00,end,a,\n",
		[]string{
			`3 deal/D 01-01T09:01 003 activity.logged {"by":"a","duration_seconds":60,"kind":"call"}`,
			`4 deal/D 01-01T09:02 004 activity.logged {"kind":"call"}`,
		},
	},
	"with tables, constants, lists, odd columns, and without what is empty": {
		`      - type: activity.logged
        id: = n + "-x"
        data:
          owner: = names[who] ?? who
          kind: = row["x y"]
          duration_seconds: 5
          thread: ""
          participants: [{contact: = who, role: = what}]`,
		"1,D,2026-01-01,,a,k\n2,D,2026-01-02,r,b,\n",
		[]string{
			`1-x deal/D 12-31T23:00 001 activity.logged {"duration_seconds":5,"kind":"k","owner":"Anna","participants":[{"contact":"a"}]}`,
			`2-x deal/D 01-01T23:00 002 activity.logged {"duration_seconds":5,"owner":"b","participants":[{"contact":"b","role":"r"}]}`,
		},
	},
	"several of one row": {
		"      - {type: deal.won}\n      - {type: deal.reopened, id: = n + \"r\"}",
		"1,D,2026-01-01,,,\n",
		[]string{`1 deal/D 12-31T23:00 001 deal.won {}`, `1r deal/D 12-31T23:00 001 deal.reopened {}`},
	},
}

func TestReadMakesEventsOfRows(t *testing.T) {
	const csv = "n,deal,at,what,who,x y\n"
	for name, c := range readings {
		t.Run(name, func(t *testing.T) {
			for file, content := range map[string]string{"log.csv": csv + c.rows, "log-2.csv.gz": "\uFEFF" + csv + c.rows} {
				got := lines(t, head+c.events, map[string]string{file: content})
				if strings.Join(got, "\n") != strings.Join(c.want, "\n") {
					t.Errorf("%s: got\n%s\nwant\n%s", file, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
				}
			}
		})
	}
}

func TestReadJoinsLookups(t *testing.T) {
	got := lines(t, `
source: /crm
lookups:
  teams: {file: teams.csv, key: agent}
inputs:
  - file: deals.csv
    id: = deal
    subject: = "deal/" + deal
    time: = at
    events:
      - {type: deal.created, data: {stage: s, team: '= teams[agent].team'}}
`, map[string]string{
		"deals.csv": "deal,agent,at\nD1,a,2026-01-01\nD2,b,2026-01-02\nD3,,2026-01-03\n",
		"teams.csv": "agent,team\na,North\n",
	})
	want := []string{
		`D1 deal/D1 01-01T00:00  deal.created {"stage":"s","team":"North"}`,
		`D2 deal/D2 01-02T00:00  deal.created {"stage":"s"}`,
		`D3 deal/D3 01-03T00:00  deal.created {"stage":"s"}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestReadCountsRowsThatGaveNothing(t *testing.T) {
	m, err := mapping.Parse([]byte(head + `      - {type: deal.won, when: what == "w"}`))
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Read(write(t, map[string]string{"log.csv": "n,deal,at,what\n1,D,2026-01-01,w\n2,D,2026-01-01,x\n3,D,2026-01-01,x\n"}))
	if err != nil || out.Rows != 3 || out.Silent != 2 || len(out.Events) != 1 {
		t.Errorf("got %d rows, %d silent, %d events, %v", out.Rows, out.Silent, len(out.Events), err)
	}
}

func TestReadCountsRowsThatCannotBeAndKeepsThem(t *testing.T) {
	m, err := mapping.Parse([]byte(`
source: /crm
lookups:
  accounts: {file: accounts.csv, key: account}
inputs:
  - file: tickets*.csv
    id: = n
    subject: = "account/" + owner
    time: = at
    events:
      - {type: ticket.opened, data: {ticket: = n}}
    findings:
      - {name: early, when: 'at < accounts[owner].since'}
      - {name: twice, again: = n}
      - {name: twice of one owner, when: owner == "A", again: = n}
      - {name: never, when: owner == ""}
`))
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Read(write(t, map[string]string{
		"accounts.csv":  "account,since\nA,2026-01-02\nB,2026-01-02\n",
		"tickets.csv":   "n,owner,at\n1,A,2026-01-01\n1,B,2026-01-02\n2,A,2026-01-01\n2,A,2026-01-05\n2,A,2026-01-06\n",
		"tickets-2.csv": "n,owner,at\n1,A,2026-01-01\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := []mapping.Found{{Name: "early", Rows: 3}, {Name: "twice", Rows: 3}, {Name: "twice of one owner", Rows: 2}, {Name: "never", Rows: 0}}
	if !slices.Equal(out.Findings, want) || len(out.Events) != 6 {
		t.Errorf("found %v in %d events, want %v in 6", out.Findings, len(out.Events), want)
	}
}

func TestMistakesAreNamed(t *testing.T) {
	const row = "n,deal,at\n1,D,2026-01-01\n"
	cases := map[string]struct {
		mapping string
		files   map[string]string
		want    error
		says    string
	}{
		"no source":                      {"inputs: [{file: a.csv}]", nil, mapping.ErrMapping, "source"},
		"an unknown member":              {"source: /s\ninputs: [{file: a.csv, event: []}]", nil, mapping.ErrMapping, "event"},
		"an unknown zone":                {"source: /s\nzone: Mars\ninputs: [{file: a.csv}]", nil, mapping.ErrMapping, "Mars"},
		"an unknown column":              {head + "      - {type: deal.won, when: what == 1}", map[string]string{"log.csv": row}, mapping.ErrMapping, "what"},
		"no type":                        {head + "      - {when: 'true'}", map[string]string{"log.csv": row}, mapping.ErrMapping, "type"},
		"a when that is no truth":        {head + "      - {type: deal.won, when: n}", map[string]string{"log.csv": row}, mapping.ErrMapping, "bool"},
		"a name taken twice":             {head + "      - {type: deal.won}", map[string]string{"log.csv": "n,deal,at,names\n"}, mapping.ErrMapping, "names"},
		"a finding without a name":       {head + "    findings: [{when: 'true'}]", map[string]string{"log.csv": row}, mapping.ErrMapping, "needs a name"},
		"a finding of nothing":           {head + "    findings: [{name: f}]", map[string]string{"log.csv": row}, mapping.ErrMapping, "when or again"},
		"a finding that is no truth":     {head + "    findings: [{name: f, when: n}]", map[string]string{"log.csv": row}, mapping.ErrMapping, "f: when: "},
		"a finding of an unknown column": {head + "    findings: [{name: f, again: = what}]", map[string]string{"log.csv": row}, mapping.ErrMapping, "f: again: "},
		"a finding without a key":        {head + "    findings: [{name: f, again: = deal}]", map[string]string{"log.csv": row + "2,,2026-01-01\n"}, mapping.ErrRow, "log.csv:3: f: again must be"},
		"a time that is none":            {head + "      - {type: deal.won}", map[string]string{"log.csv": row + "2,D,soon\n"}, mapping.ErrRow, `log.csv:3: deal.won: time: not a time: "soon"`},
		"an empty id":                    {head + "      - {type: deal.won, id: = deal}", map[string]string{"log.csv": row + "2,,2026-01-01\n"}, mapping.ErrRow, "id must be"},
		"a short row":                    {head + "      - {type: deal.won}", map[string]string{"log.csv": row + "2,D\n"}, mapping.ErrFiles, "line 3"},
		"an empty file":                  {head + "      - {type: deal.won}", map[string]string{"log.csv": ""}, mapping.ErrFiles, "no header"},
		"a file too few":                 {head + "      - {type: deal.won}", nil, mapping.ErrFiles, "log*.csv"},
		"a file too many":                {head + "      - {type: deal.won}", map[string]string{"log.csv": row, "more.csv": row}, mapping.ErrFiles, "more.csv"},
		"a lookup without file": {
			"source: /s\nlookups: {l: {file: l.csv, key: k}}\ninputs: [{file: log.csv}]",
			map[string]string{"log.csv": row},
			mapping.ErrFiles, "l.csv",
		},
		"a lookup without its key": {
			"source: /s\nlookups: {l: {file: l.csv, key: k}}\ninputs: [{file: log.csv}]",
			map[string]string{"log.csv": row, "l.csv": "a\n1\n"},
			mapping.ErrFiles, "column k",
		},
		"a lookup with a key twice": {
			"source: /s\nlookups: {l: {file: l.csv, key: k}}\ninputs: [{file: log.csv}]",
			map[string]string{"log.csv": row, "l.csv": "k\n1\n1\n"},
			mapping.ErrFiles, "l.csv:3",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m, err := mapping.Parse([]byte(c.mapping))
			if err == nil {
				_, err = m.Read(write(t, c.files))
			}
			if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v\nwant %v that says %q", err, c.want, c.says)
			}
		})
	}
}
