package company

import (
	"container/heap"
	"time"
)

// agenda is what will happen, by time; what was put in first comes first at the same time.
type agenda struct {
	items items
	count int
}

type item struct {
	at     time.Time
	number int
	do     func()
}

func (a *agenda) push(at time.Time, do func()) {
	a.count++
	heap.Push(&a.items, item{at, a.count, do})
}

// next is when something will happen; there is always something.
func (a *agenda) next() time.Time { return a.items[0].at }

func (a *agenda) pop() (time.Time, func()) {
	i := heap.Pop(&a.items).(item)
	return i.at, i.do
}

type items []item

func (s items) Len() int { return len(s) }
func (s items) Less(i, j int) bool {
	if s[i].at.Equal(s[j].at) {
		return s[i].number < s[j].number
	}
	return s[i].at.Before(s[j].at)
}
func (s items) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *items) Push(x any)   { *s = append(*s, x.(item)) }
func (s *items) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}
