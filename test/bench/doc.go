// Package bench measures Weir on a real Kafka and Redis. It is a module of its own, for what only a
// benchmark needs; it is built in the workspace alone, so its go.mod does not name the product.
package bench
