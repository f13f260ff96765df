package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// figure is a sum over all rows that the document begins with.
type figure struct {
	name  string
	goal  int
	kinds []string // of faults
}

// Kinds of faults that the first figures count.
const (
	aggregatorKills = "aggregator kills"
	pauses          = "pauses across a rebalance"
	brokerKills     = "broker kills"
	brokerRestarts  = "broker restarts"
	elections       = "elections that moved leaders"
	rollbacks       = "rollbacks with a verified lost suffix"
)

var figures = []figure{
	{"aggregator kills", 300, []string{aggregatorKills}},
	{"broker kills, restarts and elections that moved leaders", 50, []string{brokerKills, brokerRestarts, elections}},
	{"Redis rollbacks with a verified lost suffix", 30, []string{rollbacks}},
	{"pauses across a rebalance", 50, []string{pauses}},
}

// render is the document of all rounds.
func (b *book) render() []byte {
	var out bytes.Buffer
	all, rounds := b.total(0)
	out.WriteString(preface)
	fmt.Fprintf(&out, "## Figures\n\n%d rounds in %.1f hours%s.\n\n", rounds, all.Seconds/3600, b.sources())
	fmt.Fprintf(&out, "| Figure | Value | First goal |\n|---|---|---|\n")
	fmt.Fprintf(&out, "| events acknowledged | %s | 1,000,000 |\n", grouped(all.Acked))
	for _, f := range figures {
		n := 0
		for _, kind := range f.kinds {
			n += all.Faults[kind]
		}
		fmt.Fprintf(&out, "| %s | %s | %s |\n", f.name, grouped(n), grouped(f.goal))
	}
	fmt.Fprintf(&out, "| **lost** | **%s** | 0 |\n| **counted twice** | **%s** | 0 |\n", grouped(all.Lost), grouped(all.Doubled))
	fmt.Fprintf(&out, "| cells recomputed and compared by `weir audit` | %s | |\n", grouped(all.Cells))
	if n := all.Acked; n > 0 && all.Lost+all.Doubled == 0 {
		fmt.Fprintf(&out, "\nNone in %s supports, with 95 %% confidence, fewer than %.1f in a million.\n", grouped(n), 3e6/float64(n))
	}
	b.failures(&out)
	out.WriteString("\n## By row\n\n" + legend + "\n")
	out.WriteString("| # | Fault | Rounds | Sent | Acked | Applied | Sent again | Faults | Lost | Doubled | Recovery | Seed |\n")
	out.WriteString("|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for i := range table {
		out.WriteString(b.line(&table[i]))
	}
	out.WriteString("\n## What was injected, and what must hold\n")
	for i := range table {
		out.WriteString(b.story(&table[i]))
	}
	out.WriteString(limits)
	return out.Bytes()
}

// sources are the commits that were tried.
func (b *book) sources() string {
	var names []string
	for i := range b.Rounds {
		if name := "`" + b.Rounds[i].Commit + "`"; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	last := b.Rounds[len(b.Rounds)-1].At
	return fmt.Sprintf(", the last on %s, of commit %s", last.Format("2006-01-02"), strings.Join(names, ", "))
}

// failures lists the rounds that broke a promise.
func (b *book) failures(out *bytes.Buffer) {
	for i := range b.Rounds {
		if r := &b.Rounds[i]; r.Failure != "" {
			first, _, _ := strings.Cut(r.Failure, "\n")
			fmt.Fprintf(out, "\n**Failed**: row %d, seed %d, commit `%s`: %.200s\n", r.Row, r.Seed, r.Commit, first)
			if r.Found != "" {
				fmt.Fprintf(out, "It was %s.\n", r.Found)
			}
		}
	}
}

// line is what a row came to.
func (b *book) line(r *row) string {
	sum, rounds := b.total(r.number)
	if rounds == 0 {
		why := "not made yet"
		if r.run == nil {
			why = "not made here"
		}
		return fmt.Sprintf("| %d | %s | %s | | | | | | | | | |\n", r.number, r.fault, why)
	}
	recovery := ""
	if sum.Recovery > 0 {
		recovery = fmt.Sprintf("%.1f s", sum.Recovery)
	}
	return fmt.Sprintf("| %d | %s | %d | %s | %s | %s | %s | %s | %d | %d | %s | %d |\n",
		r.number, r.fault, rounds, grouped(sum.Sent), grouped(sum.Acked), grouped(sum.Applied), grouped(sum.Repeated),
		grouped(sum.injected()), sum.Lost, sum.Doubled, recovery, sum.Seed)
}

// story says how a row is made, and what of.
func (b *book) story(r *row) string {
	text := fmt.Sprintf("\n**%d. %s.** ", r.number, upper(r.fault))
	if r.run == nil {
		return text + r.absent + "\n"
	}
	text += upper(r.how) + ". Holds: " + r.holds + "."
	sum, _ := b.total(r.number)
	if counted := append(told(sum.Faults), told(sum.Seen)...); len(counted) > 0 {
		text += " Counted: " + strings.Join(counted, "; ") + "."
	}
	return text + "\n"
}

func told(counts map[string]int) (list []string) {
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		if counts[kind] > 0 {
			list = append(list, kind+": "+grouped(counts[kind]))
		}
	}
	return list
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// grouped is a number with its thousands apart.
func grouped(n int) string {
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + "," + text[at:]
	}
	return text
}

const preface = `# Faults

The promise: no acknowledged event is lost, none is counted twice, and every number can be recomputed from the log. This page says under
which faults that was tried, how often, and what came out. It is written by

` + "```\nmake chaos                          # ten minutes; it adds up over runs\nmake chaos ROWS=\"1 9\" MINUTES=30    # some rows, longer\nmake chaos ROWS=1 SEED=7 MINUTES=0  # the choices of one round again\n```" + `

which runs the three services as processes on a real Kafka (one broker, or three) and a real Redis, on one machine. In each round 8 tenants, each in a
partition of its own, post the lives of deals in batches, send batches again until they are acknowledged, and a tenth of them once more. The
fault hits at moments that the seed chooses. Afterwards each acknowledged event must be in the log, the counts of each tenant must be exactly what was
acknowledged (deals created, stages entered, activities, deals won and lost, and the sum of bookings), and ` + "`weir audit`" + ` must find every cell equal to
its recomputation from the log. A seed repeats the choices, not the instants of the machine. A round that fails ends the run, and stands here.

That the campaign can fail was tried on broken programs: without the check of epoch and offset in a commit (` + "`expected` in `pkg/store/commit.go`" + `), rows 3 and 9
find events that count twice and that are lost, and the audit finds the cells, in the first round; with the acknowledgement of the leader alone
(` + "`RequireOne` in `pkg/eventlog/produce.go`" + `), row 5 finds a 202 that must not be.

`

const legend = `*Sent* counts the events of all requests, *acked* those that were acknowledged, each once, *applied* those of them that the numbers show,
*sent again* the repeats, meant or not; with a service that is killed many go to nobody. *Lost* leaves out what Kafka was told to delete in row 15. *Recovery* is the longest time from the end of a fault until every partition with something to do had committed, on a
machine that other work kept busy.
`

const limits = `
## What cannot be survived

- **All replicas of a partition at once.** Kafka acknowledges from memory; a power failure of all replicas in the same moment loses what none had written. One
  machine cannot show it.
- **A log that was deleted.** What Kafka deleted before it was applied (row 15), or with a log that was made anew, is gone. The partition stops under a name; it never
  passes over it.
- **Partitions that are added to the log** (row 26). Weir stops before it writes anything; the way back is a copy of the topic (` + "`docs/operations.md`" + `).
- **Somebody who writes to Redis** in a way that leaves checksums right.
`
