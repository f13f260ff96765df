package state

import (
	"testing"

	"pgregory.net/rapid"
)

func TestWhatWasUsedLatelyIsHeld(t *testing.T) {
	c := NewCache[int, string](2)
	for i, text := range []string{"zero", "one", "two"} {
		c.Put(i, text)
	}
	if v, ok := c.Get(0); !ok || v != "zero" { // from the old half, and so young again
		t.Fatalf("0 is %q, %v", v, ok)
	}
	c.Put(3, "three") // a turn: one was not used since the last
	for key, want := range map[int]bool{0: true, 1: false, 2: true, 3: true} {
		if _, ok := c.Get(key); ok != want {
			t.Errorf("%d is held: %v", key, ok)
		}
	}
	c.Clear()
	if _, ok := c.Get(3); ok || c.Len() != 0 {
		t.Errorf("after Clear %d are held", c.Len())
	}
}

// TestACacheHoldsTheLastValuesAndNoMoreThanTwiceItsSize holds also that the keys used last, as many as
// its size, are all there: a commit relies on it.
func TestACacheHoldsTheLastValuesAndNoMoreThanTwiceItsSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 5).Draw(t, "size")
		c := NewCache[int, int](size)
		last := map[int]int{}
		var used []int // the keys, the last used at the end
		for n := range rapid.IntRange(0, 60).Draw(t, "uses") {
			key := rapid.IntRange(0, 9).Draw(t, "key")
			v, held := c.Get(key)
			if held && v != last[key] {
				t.Fatalf("%d is %d, want %d", key, v, last[key])
			}
			if rapid.Bool().Draw(t, "put") {
				c.Put(key, n)
				last[key] = n
			} else if !held {
				continue
			}
			for i, k := range used {
				if k == key {
					used = append(used[:i], used[i+1:]...)
					break
				}
			}
			used = append(used, key)
			if c.Len() > 2*size {
				t.Fatalf("%d are held, of a size of %d", c.Len(), size)
			}
		}
		for _, key := range used[max(0, len(used)-size):] {
			if _, held := c.young[key]; !held {
				if _, held = c.old[key]; !held {
					t.Fatalf("%d was used lately and is not held", key)
				}
			}
		}
	})
}
