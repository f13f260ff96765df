package state

// Cache keeps what was used lately, up to about twice its size: what was used since the last turn,
// and what was used in the turn before. When the young half is full it becomes the old half, and
// what was old and not used again is forgotten. It is used by one goroutine.
type Cache[K comparable, V any] struct {
	size       int
	young, old map[K]V
}

// NewCache makes a cache whose halves hold size entries each.
func NewCache[K comparable, V any](size int) *Cache[K, V] {
	return &Cache[K, V]{size: size, young: make(map[K]V)}
}

// Get is the value of a key, and whether it is held.
func (c *Cache[K, V]) Get(k K) (V, bool) {
	v, ok := c.young[k]
	if ok {
		return v, true
	}
	if v, ok = c.old[k]; ok {
		c.Put(k, v)
	}
	return v, ok
}

// Put sets the value of a key.
func (c *Cache[K, V]) Put(k K, v V) {
	if len(c.young) >= c.size {
		if _, held := c.young[k]; !held {
			c.old, c.young = c.young, make(map[K]V, c.size)
		}
	}
	c.young[k] = v
}

// Len is how many entries are held; one that is in both halves counts twice.
func (c *Cache[K, V]) Len() int { return len(c.young) + len(c.old) }

// Clear forgets everything.
func (c *Cache[K, V]) Clear() {
	clear(c.young)
	c.old = nil
}
