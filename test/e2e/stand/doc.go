// Package stand is what is needed to look at Weir from outside: its programs as processes that can be killed,
// paused and started again; proxies that cut, hold up and lose what passes; traffic of which is known what the
// numbers must come to; and the little that is asked of Kafka, Redis and HTTP. The end-to-end tests and the fault
// campaign share it. It never imports the product, and knows nothing of go test: what fails is an error.
package stand
