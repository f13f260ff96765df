// Samejob is the job of the peers (Kafka Streams, Flink) on Weir's engine, log and store: per deal its
// state, without repeats; counts and amounts of open deals by stage and owner, of won ones by day and
// owner, of lost ones, stage entries and activities by day, with retraction; every cell that changed is
// published. It is what the benchmark compares Weir's engine by, and no part of the product.
//
// The input is partitioned by deal, so a partition's cells are parts of sums. One process owns all eight
// partitions. Each applies its records by the engine, and keeps its deals and its parts in Redis under
// the fenced commit, where they move together with the offset. What a commit made true is then added up
// over the partitions, in memory, and the sums are published by one writer, in order: a cell's last
// record is the sum of what is committed. That is exactly once in effect: what is not committed is never
// published; and what was committed but not published when the process died is published when the
// partition is claimed again, from Redis, with all other cells.
//
// It speaks to the harness by the environment (KAFKA, TOPIC_IN, TOPIC_OUT, RUN_NAME, STATE_DIR) and runs
// until SIGTERM. Without REDIS in the environment it starts a Redis of its own, that keeps nothing on
// disk, as the peers' state in memory; the CPU time of Redis belongs to the job's, and is told on standard
// error.
package main
