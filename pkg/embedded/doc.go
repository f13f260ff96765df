// Package embedded is the log and the store inside this process, for a machine that has neither Kafka
// nor Redis: a broker and a server that listen on the loopback, and that the same clients speak to as to
// the real ones (packages eventlog and store). It is adapters, not a mode: no other package knows of it
// but the wiring of a service, and nothing behaves differently because of it.
//
// They are fakes made for tests, of one node, and made durable here only as far as Weir needs: the log
// can live in a directory and survives the death of the process, the store lives in memory and is built
// again from the log. One process may have a directory open. What outgrows one machine belongs on a
// real Kafka and a real Redis; nothing of them is ever rebuilt here.
package embedded
