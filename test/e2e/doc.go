// Package e2e asks of Weir what its users ask, from outside: it knows the programs, their addresses, the
// topics and the schemas, and never imports the product. Every scenario that can runs on both shapes: all
// of Weir in one process on its embedded parts, and three processes on a real Kafka and Redis. Faults are
// those of machines and networks; the product has no hooks for them.
//
// The programs are those of WEIR_BIN (make e2e builds them). The real parts are those of WEIR_TEST_KAFKA
// and WEIR_TEST_REDIS, else containers, else the scenarios that need them are skipped, or fail where
// WEIR_REAL is "require"; between scenarios Weir's topics and database 5 of that Redis are emptied. The same goes for
// node and npm, and what they fetch, for the scenario of a consumer that others wrote (testdata/consumer).
// WEIR_DATA is the folder of the real data, without which the scenario on it is skipped. WEIR_SEED
// repeats the choices of a run, which each prints.
package e2e
