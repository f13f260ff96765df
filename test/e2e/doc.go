// Package e2e asks of Weir what its users ask, from outside: it knows the binaries, their ports and the
// schemas, and never imports the product.
package e2e
