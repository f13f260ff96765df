// Package publish decides what is sent to consumers, and when: which series of metrics are declared, which of
// them a commit touched, what an update and a correction say. It is pure: rows come in, records and rows to
// clear go out. Package aggregate notes the marks while it folds, package engine reads and sends.
//
// What is to be sent stands in rows of the partition, which are committed with what they are about:
//
//	clock  ticked                           the hour of the last tick that was taken
//	marks  tenant␟group                     a group of cells changed; the offset of the last record that did it
//	marks  tenant␟group␟month␟known         … in a month that was over when it became known (on the day known);
//	                                        with the last event that caused it
//
// A mark is cleared once what it asks for is sent, unless it has moved meanwhile.
package publish
