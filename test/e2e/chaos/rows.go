package main

// row is a row of the fault table.
type row struct {
	number int
	fault  string
	how    string             // it is injected
	holds  string             // what must hold
	weight float64            // its share of the time of a run
	run    func(*round) error // nil: it is not made here
	root   bool               // it wants to mount a file system
	absent string             // why not
}

var table = []row{
	{
		number: 1, fault: "kill -9 of aggregators", weight: 10, run: killAggregators,
		how:   "two to four of four are killed at random moments while they apply, and started again; now and then one once more while it joins",
		holds: "all that was acknowledged is applied, once; a crashed member is replaced after its session of 6 s",
	},
	{
		number: 2, fault: "kill -9 of the ingestor", weight: 2, run: killIngestor,
		how:   "it is killed about twice a second in the middle of batches, which the senders send again",
		holds: "nothing acknowledged is missing; what was written without an answer is counted once",
	},
	{
		number: 3, fault: "aggregators pause for longer than their session", weight: 5, run: pauseAggregators,
		how:   "SIGSTOP of one to three of four, until others have claimed all that they held; then SIGCONT",
		holds: "the old owner is fenced, and nothing is counted twice",
	},
	{
		number: 4, fault: "a broker dies or restarts, leaders move", weight: 5, run: restartBrokers,
		how:   "of three brokers one is killed or told to end, and started again; in between, other leaders are elected",
		holds: "requests are acknowledged or refused with 503, and nothing acknowledged is lost",
	},
	{
		number: 5, fault: "not enough replicas", weight: 1, run: stopTwo,
		how:   "two of three brokers are killed at once, and started again",
		holds: "503 and never 202 meanwhile; memory stays bounded; all goes on by itself",
	},
	{
		number: 6, fault: "the network between ingestor and Kafka fails", weight: 1, run: cutIngestor,
		how:   "a proxy resets connections, lets nothing pass, or adds 2 s, for up to 12 s",
		holds: "memory stays bounded; after it heals nothing is lost, and records that were written twice are counted once",
	},
	{
		number: 7, fault: "the network between aggregators and Redis fails", weight: 1, run: cutAggregators,
		how:   "a proxy resets connections, lets nothing pass, adds 2 s, or cuts the reply of a commit that was executed",
		holds: "a commit that is made again changes nothing",
	},
	{
		number: 8, fault: "kill -9 of Redis", weight: 1, run: killRedis,
		how:   "it is killed about once a second and started on what it has written",
		holds: "nothing is lost; a commit that was executed without a reply is recognised",
	},
	{
		number: 9, fault: "Redis loses its last second", weight: 3, run: truncateRedis,
		how: "Redis is killed and its append-only file cut off at a random place of the last one and a half seconds; a rollback counts where the " +
			"offsets that it then holds lie before those that were read before the kill",
		holds: "offset and state go back together, and replay heals the rest",
	},
	{
		number: 10, fault: "Redis fails over to a replica that lacks writes", weight: 3, run: failOver,
		how:   "the link of the replica is cut for up to 5 s, the master is killed, the replica promoted and put in its place; a rollback counts as in row 9",
		holds: "as in row 9; a question meanwhile is answered from the earlier state, with the number of events that wait",
	},
	{
		number: 11, fault: "Redis is wiped", weight: 1, run: flushRedis,
		how:   "FLUSHALL under traffic, while a question is asked again and again",
		holds: "503 `rebuilding` until the log was read again, never a number that is only half there",
	},
	{
		number: 12, fault: "Redis is out of memory", weight: 1, run: fillRedis,
		how:   "`maxmemory` is set below what it holds, with noeviction",
		holds: "the alarm `store_out_of_memory`; no offset moves meanwhile; all goes on by itself",
	},
	{
		number: 13, fault: "the disk of Redis is full", weight: 1, run: fillRedisDisk, root: true,
		how:   "its folder is a small tmpfs, which is shrunk to what it holds and grown again",
		holds: "the alarm `store_disk_error`; no offset moves meanwhile; all goes on by itself",
	},
	{
		number: 14, fault: "the disk of the broker is full", weight: 1, run: fillBrokerDisk, root: true,
		how:   "its folder is a small tmpfs; the only broker ends itself, and is started again once there is room",
		holds: "503 and never 202 meanwhile; nothing acknowledged is lost",
	},
	{
		number: 15, fault: "the offset lies below the start of the log", weight: 0.5, run: trimLog,
		how:   "the aggregator is stopped, more events are acknowledged, and Kafka is told to keep nothing",
		holds: "each partition stops under `offset_below_log_start`, its offset stays, what was applied is still answered. **What Kafka deleted is lost**",
	},
	{
		number: 16, fault: "poisoned records", weight: 0.5, run: poison,
		how:   "the corpus of malformed requests is posted, and records that cannot be folded are written into the log, past the ingestor",
		holds: "each request is refused; each record becomes a dead letter, and its partition goes on",
	},
	{
		number: 17, fault: "oversized events and batches", weight: 0.5, run: oversize,
		how:   "an event of 2 MiB, a batch of 8 MiB, one of 1,001 events, a gzip bomb",
		holds: "413, nothing of it is written, memory stays bounded",
	},
	{
		number: 18, fault: "batches that are partly invalid", weight: 0.5, run: mixed,
		how:   "among good events are some that break a rule",
		holds: "each event has its own result; the good ones count",
	},
	{
		number: 19, fault: "duplicates", weight: 0.5, run: duplicates,
		how:   "every second batch is followed by one that was acknowledged before",
		holds: "each event counts once",
	},
	{
		number: 20, fault: "the same id with another body", weight: 0.5, run: conflicts,
		how:   "events that are known are sent with another amount",
		holds: "the first one stands; each conflict is a dead letter",
	},
	{
		number: 21, fault: "events out of order", weight: 0.5, run: disorder,
		how:   "all events of a tenant in a random order, so that deals end before they begin",
		holds: "the same numbers as in order",
	},
	{
		number: 22, fault: "late events", weight: 0.5, run: late,
		how:   "events of nine years ago among those of now",
		holds: "they are in the numbers of their own time. There is no window behind which they would be dropped",
	},
	{
		number: 23, fault: "clock skew", weight: 0.5, run: ahead,
		how: "events of more than a day ahead, and of the year 2099. A step of the host's clock is not made: no library comes between a static program " +
			"and the clock, and to step the machine's own would hit everything else on it",
		holds: "they are refused with the reason `future`",
	},
	{
		number: 24, fault: "a storm of rebalances", weight: 1, run: rebalance,
		how:   "the number of aggregators changes about every 5 s: 1, 8, 2, 5, 1 and so on",
		holds: "all that was acknowledged is applied, once",
	},
	{
		number: 25, fault: "bursts", weight: 0.5, run: burst,
		how:   "after a trickle, 60,000 events as fast as they go, for one aggregator",
		holds: "they wait in the log; memory stays bounded; recovery is the time until all are applied",
	},
	{
		number: 26, fault: "the log gets more partitions", weight: 0.5, run: growLog,
		how:   "one is added to the topic while Weir runs",
		holds: "everybody waits under `partition_count_changed`. **The log has to be made anew** (`docs/operations.md`)",
	},
	{
		number: 27, fault: "mixed versions",
		absent: "Not made: there is no release yet, and so no second version to run beside. A changed definition is what an upgrade is to the state: " +
			"`TestAChangedDefinitionIsBuiltBesideTheLiveOneAndTakesOver` (`test/e2e`) runs both side by side and goes back.",
	},
	{
		number: 28, fault: "corrupt values", weight: 0.5, run: corrupt,
		how:   "a bit of every deal of a tenant is flipped in Redis",
		holds: "the partition stops under `state_corrupt` at the first that it reads; `weir rebuild` makes it whole from the log",
	},
	{
		number: 29, fault: "one tenant floods",
		absent: "Not made: the promise is about how long others wait, and on one machine the flood, its sender, the services and their parts share the " +
			"same cores, so the figure would be one of the machine.",
	},
	{
		number: 30, fault: "a bad model is pushed",
		absent: "Not made: there are no models in Weir yet.",
	},
}
