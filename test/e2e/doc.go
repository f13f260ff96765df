// Package e2e asks of Weir what its users ask, from outside: it knows the programs, their addresses, the
// topics and the schemas, and never imports the product. Every scenario that can runs on both shapes: all
// of Weir in one process on its embedded parts, and three processes on a real Kafka and Redis.
//
// The programs are those of WEIR_BIN (make e2e builds them). The real parts are those of WEIR_TEST_KAFKA
// and WEIR_TEST_REDIS, else containers, else the scenarios that need them are skipped; between scenarios
// Weir's topics and one database of that Redis are emptied. Nothing of the product is ever helped along
// here: what a user could not do, no scenario does.
package e2e
