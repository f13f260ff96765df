// Package ledger is what is known of the things that events are about: the facts of a deal, a lead or
// an account, in their order, and the life that they add up to. A fact is folded whatever the order
// in which it arrived, and a repeat changes nothing; so a life is a pure function of the set of facts,
// and, given a day, of the facts known by that day.
//
// What is counted of a life belongs to package metric. There is no IO here, no clock, and no cell.
package ledger
