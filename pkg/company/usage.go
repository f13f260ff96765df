package company

// use is a week of a customer's users. A user has favourites among the features, and an unhappy customer
// fewer users who come.
func (c *Company) use(b *customer) {
	s := b.held[0]
	if s.paused {
		return
	}
	come := 0.02 + 0.14*b.health()
	for i, user := range b.users[:min(len(b.users), s.seats)] {
		if !c.chance(come) {
			continue
		}
		for range 1 + c.rng.IntN(2)*c.rng.IntN(2) {
			feature := features[(i+c.rng.IntN(3))%s.plan.features]
			c.in(c.work(c.between(0, 5*day)), func() {
				if !s.live {
					return
				}
				c.say("usage.recorded", b.subject(), map[string]any{"user": user, "feature": feature})
			})
		}
	}
}
