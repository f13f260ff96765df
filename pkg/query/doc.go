// Package query is the edge out: it answers over HTTP, from one consistent cut of the tenant's
// partition, what metrics, deals and the pipeline flow are, and shows the dashboard. What a number
// means is package metric's, how rows are kept is package store's, and nothing is ever written here.
//
// The tenant is that of the API key (Authorization: Bearer KEY), which must have the scope query. While
// no tenant has keys, it is the tenant called default.
//
// Every refusal is a problem (RFC 9457). 400 is about how a question is put, and names the parameter;
// 404 about what is not there; 422 about questions that are well put and have no answer, and says why;
// 503, with Retry-After, about what will pass: starting, rebuilding, behind, unavailable.
package query

//go:generate go test . -run ^TestTheMetricsPageIsWhatTheCatalogueSays$ -update
