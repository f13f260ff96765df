package store_test

import (
	"testing"

	"weir.dev/weir/pkg/embedded"
	"weir.dev/weir/pkg/parts"
)

// TestStore holds every server that Weir runs on to the same cases.
func TestStore(t *testing.T) {
	t.Run("embedded", func(t *testing.T) { testStore(t, startEmbedded(t)) })
	t.Run("real", func(t *testing.T) { testStore(t, parts.Redis(t)) })
}

func startEmbedded(t testing.TB) string {
	t.Helper()
	server, err := embedded.StartStore(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server.Addr()
}

func testStore(t *testing.T, addr string) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, bench)
	}{
		{"a first claim finds offset 0, a second raises the epoch", claims},
		{"claims at once all get epochs of their own", claimsAtOnce},
		{"the owner before is fenced, and stays so", fenced},
		{"a commit from another offset is refused", moved},
		{"rows of another offset, or of another owner, are not read", readFenced},
		{"of commits from one offset at once exactly one is kept", onlyOne},
		{"a commit overtaken between check and EXEC is refused", overtaken},
		{"another definition is refused, with both named", otherDefinition},
		{"another partition count is refused", otherPartitions},
		{"an owner whose generation is not live any more is fenced", flipped},
		{"a lost state is a moved one, and a claim begins anew", lost},
		{"a store that lost a claim is a moved one, not a rival", wentBack},
		{"meta comes back as it was committed", metaKept},
		{"rows are written, overwritten and removed", rows},
		{"values of all kinds come back, empty ones too", values},
		{"rows come back in the order asked, over many round trips", manyRows},
		{"a commit of 5,000 rows is kept whole", largeCommit},
		{"a group tells whether it is empty", emptiness},
		{"what only a bug can ask is refused, and nothing written", refusals},
		{"a cancelled commit writes nothing", cancelled},
		{"a reply lost after EXEC is an unknown outcome, and meta tells", replyLost},
		{"a connection cut before EXEC is an unknown outcome, and nothing written", cutBeforeExec},
		{"a server that does not answer in time is an unknown outcome", noAnswer},
		{"a changed row is found out", corruptRow},
		{"a changed meta is found out", corruptMeta},
		{"a key of another type is found out", otherType},
		{"all keys have the promised pattern, and one slot a partition", keys},
		{"a cut is of one offset while commits run", cutWhileCommitting},
		{"a cut gives rows in the order asked", cutRows},
		{"of rows that are done with, those that changed meanwhile stay", clears},
		{"rows are cleared beside commits that change them, and none of those is lost", clearsBesideCommits},
		{"a cut follows the live generation", cutFollows},
		{"a cut without live state says so", cutNoState},
		{"a generation is built beside the live one, gone on with, and flipped to", builtBeside},
		{"another definition's generation is built, flipped to and back from", anotherDefinition},
		{"the generation before is removed, and nothing else", dropped},
		{"a scan gives every group once, in order, large ones too", scan},
		{"a scan takes a prefix as it stands, and stops at an error", scanPrefix},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, newBench(t, addr)) })
	}
}
